"""Applications can be erased to stubs; the database says when, and that a stub stays one."""

import django.db.models.deletion
import enrollment.states
from django.conf import settings
from django.db import migrations, models


GUARD = """
CREATE FUNCTION erased_stays_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.erasure_id IS NOT NULL THEN
        RAISE EXCEPTION 'an erased application stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.erasure_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM districts_erasurerun AS run
        WHERE run.id = NEW.erasure_id AND run.season_id = OLD.season_id AND run.finished_at IS NULL
            AND (run.kind = 'season' OR run.kind = 'family' AND OLD.status = 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'an application is erased by a run for it' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER erased_stays_erased BEFORE UPDATE OR DELETE ON enrollment_application
    FOR EACH ROW EXECUTE FUNCTION erased_stays_erased();

-- The one change of a committed roster besides a newer key: an erased child's salt goes, so that nobody can try which
-- child stood behind the published leaf. Code, draw and class stay.
CREATE OR REPLACE FUNCTION roster_is_committed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'salt_cipher' = to_jsonb(OLD) - 'salt_cipher' THEN
        IF NEW.salt_cipher IS NULL AND EXISTS (
            SELECT FROM enrollment_application WHERE id = OLD.placement_id AND erasure_id IS NOT NULL
        ) THEN
            RETURN NEW;
        END IF;
        IF under_newer_key(OLD.salt_cipher, NEW.salt_cipher) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a committed roster cannot change' USING ERRCODE = 'restrict_violation';
END $$;
"""
UNDO = """
CREATE OR REPLACE FUNCTION roster_is_committed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'salt_cipher' = to_jsonb(OLD) - 'salt_cipher'
       AND under_newer_key(OLD.salt_cipher, NEW.salt_cipher) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a committed roster cannot change' USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER erased_stays_erased ON enrollment_application;
DROP FUNCTION erased_stays_erased();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('districts', '0010_erasure'),
        ('enrollment', '0009_child_of_a_district'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ErasedCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(max_length=12, verbose_name='状态')),
                ('count', models.PositiveIntegerField(verbose_name='人数')),
            ],
            options={
                'verbose_name': '已删除报名统计',
            },
        ),
        migrations.RemoveConstraint(
            model_name='application',
            name='submitted_application_is_complete',
        ),
        migrations.AddField(
            model_name='application',
            name='erasure',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='districts.erasurerun'),
        ),
        migrations.AlterField(
            model_name='application',
            name='account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='applications', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='application',
            name='child',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='applications', to='enrollment.child'),
        ),
        migrations.AlterField(
            model_name='application',
            name='child_index',
            field=models.BinaryField(max_length=17, null=True),
        ),
        migrations.AlterField(
            model_name='rosterplace',
            name='salt_cipher',
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('status', enrollment.states.Status['DRAFT']), ('erasure__isnull', False), models.Q(('address_cipher__isnull', False), ('campus__isnull', False), ('category__isnull', False), ('receipt_number__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='submitted_application_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', False), ('child__isnull', False), ('child_index__isnull', False), ('erasure__isnull', True)), models.Q(('account__isnull', True), ('address_cipher__isnull', True), ('campus_reason', ''), ('category__isnull', True), ('child__isnull', True), ('child_index__isnull', True), ('erasure__isnull', False), ('guardian_name', ''), ('guardian_relation', ''), ('multiples_wish', '')), _connector='OR'), name='application_is_whole_or_erased'),
        ),
        migrations.AddField(
            model_name='erasedcount',
            name='campus',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='districts.campus'),
        ),
        migrations.AddField(
            model_name='erasedcount',
            name='category',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enrollment.category'),
        ),
        migrations.AddField(
            model_name='erasedcount',
            name='season',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erased_counts', to='districts.season'),
        ),
        migrations.AddConstraint(
            model_name='erasedcount',
            constraint=models.UniqueConstraint(fields=('season', 'campus', 'category', 'status'), name='one_count_per_cell', nulls_distinct=False),
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
