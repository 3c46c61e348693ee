"""Indexes and file addresses may tell the number of their key; salts may be encrypted under a newer key."""

from django.db import migrations, models


GUARD = """
CREATE OR REPLACE FUNCTION roster_is_committed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'salt_cipher' = to_jsonb(OLD) - 'salt_cipher'
       AND under_newer_key(OLD.salt_cipher, NEW.salt_cipher) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a committed roster cannot change' USING ERRCODE = 'restrict_violation';
END $$;
"""
UNDO = """
CREATE OR REPLACE FUNCTION roster_is_committed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a committed roster cannot change' USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('enrollment', '0004_private_files'),
    ]

    operations = [
        migrations.RunSQL(GUARD, UNDO),
        migrations.AlterField(
            model_name='application',
            name='child_index',
            field=models.BinaryField(max_length=17),
        ),
        migrations.AlterField(
            model_name='child',
            name='id_number_index',
            field=models.BinaryField(max_length=17),
        ),
        migrations.AlterField(
            model_name='evidencepage',
            name='address',
            field=models.CharField(max_length=68),
        ),
        migrations.AlterField(
            model_name='notice',
            name='file_address',
            field=models.CharField(blank=True, max_length=68),
        ),
    ]
