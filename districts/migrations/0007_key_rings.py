"""Indexes may tell the number of their key. What must not change may still be encrypted under a newer key."""

from django.db import migrations, models


NEWER_KEY = """
-- The same envelope under a newer key or another cipher: as long as before, and never back to an older key.
CREATE FUNCTION under_newer_key(was bytea, becomes bytea) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT octet_length(becomes) = octet_length(was) AND get_byte(becomes, 2) >= get_byte(was, 2)
        AND substring(becomes FOR 3) <> substring(was FOR 3)
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('districts', '0006_log_in_chains'),
    ]

    operations = [
        migrations.RunSQL(NEWER_KEY, "DROP FUNCTION under_newer_key(bytea, bytea)"),
        migrations.AddField(
            model_name='declaredrelative',
            name='id_number_cipher',
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name='account',
            name='phone_index',
            field=models.BinaryField(max_length=17, null=True, unique=True),
        ),
        migrations.AlterField(
            model_name='declaredrelative',
            name='id_index',
            field=models.BinaryField(max_length=17),
        ),
        migrations.AlterField(
            model_name='invitation',
            name='token_mac',
            field=models.BinaryField(max_length=17, unique=True),
        ),
        migrations.AlterField(
            model_name='recoverycode',
            name='code_mac',
            field=models.BinaryField(max_length=17),
        ),
        migrations.AlterField(
            model_name='signin',
            name='device_mac',
            field=models.BinaryField(max_length=17, null=True),
        ),
        migrations.AlterField(
            model_name='signincode',
            name='code_mac',
            field=models.BinaryField(max_length=17),
        ),
        migrations.AlterField(
            model_name='signincode',
            name='phone_index',
            field=models.BinaryField(max_length=17),
        ),
    ]
