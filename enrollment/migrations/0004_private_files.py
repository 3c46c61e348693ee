"""Files are encrypted and lie at a keyed address. Files that an earlier version kept are not taken over."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('enrollment', '0003_publication_released_by'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='evidencepage', name='same_page_once'),
        migrations.RenameField(model_name='evidencepage', old_name='sha256', new_name='address'),
        migrations.AddConstraint(
            model_name='evidencepage',
            constraint=models.UniqueConstraint(fields=('evidence', 'address'), name='same_page_once'),
        ),
        migrations.AddField(
            model_name='evidencepage',
            name='size',
            field=models.PositiveIntegerField(default=0, verbose_name='字节'),
        ),
        migrations.RemoveConstraint(model_name='notice', name='written_notice_has_a_file'),
        migrations.RenameField(model_name='notice', old_name='file_sha256', new_name='file_address'),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file_address', ''), ('written_at__isnull', True)), models.Q(models.Q(('file_address', ''), _negated=True), ('written_at__isnull', False)), _connector='OR'), name='written_notice_has_a_file'),
        ),
    ]
