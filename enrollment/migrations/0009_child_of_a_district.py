from django.db import migrations, models

# A child without any application (its draft was deleted) goes to the oldest district: until now there was one.
# Rows from before consents were asked for have none, and the constraint would refuse to write them.
DISTRICT_OF_CHILDREN = """
ALTER TABLE enrollment_child DROP CONSTRAINT child_has_consent;
UPDATE enrollment_child AS child SET district_id = coalesce(
    (SELECT season.district_id FROM enrollment_application application
     JOIN districts_season season ON season.id = application.season_id
     WHERE application.child_id = child.id ORDER BY application.created_at LIMIT 1),
    (SELECT min(id) FROM districts_district)
);
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE enrollment_child ADD CONSTRAINT child_has_consent CHECK (consent_id IS NOT NULL) NOT VALID
"""


class Migration(migrations.Migration):
    dependencies = [("districts", "0009_host_and_path"), ("enrollment", "0008_mass_messages")]
    operations = [
        migrations.AddField(
            "child",
            "district",
            models.ForeignKey("districts.district", models.PROTECT, related_name="+", null=True),
        ),
        migrations.RunSQL(DISTRICT_OF_CHILDREN, migrations.RunSQL.noop),
        migrations.AlterField(
            "child",
            "district",
            models.ForeignKey("districts.district", models.PROTECT, related_name="+"),
        ),
        migrations.RemoveConstraint("child", "child_once_per_account"),
        migrations.AddConstraint(
            "child",
            models.UniqueConstraint(fields=["account", "district", "id_number_index"], name="child_once_per_account"),
        ),
    ]
