"""Place names of one district leave the editions of the others as they are."""

from django.db import migrations

# A name stays in its district, so the rows of one side tell whose editions change.
OF_THEIR_DISTRICT = """
CREATE FUNCTION catchment_edition_of_district() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE catchments_edition SET mark = gen_random_uuid() WHERE season_id IN
        (SELECT id FROM districts_season WHERE district_id IN (SELECT district_id FROM changed));
    RETURN NULL;
END $$;
DROP TRIGGER place_names_change_editions ON catchments_placename;
DROP FUNCTION catchment_edition_of_all();
CREATE TRIGGER new_names_change_editions AFTER INSERT ON catchments_placename
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION catchment_edition_of_district();
CREATE TRIGGER other_names_change_editions AFTER UPDATE ON catchments_placename
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION catchment_edition_of_district();
CREATE TRIGGER fewer_names_change_editions AFTER DELETE ON catchments_placename
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION catchment_edition_of_district();
"""
OF_ALL = """
CREATE FUNCTION catchment_edition_of_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE catchments_edition SET mark = gen_random_uuid();
    RETURN NULL;
END $$;
DROP TRIGGER new_names_change_editions ON catchments_placename;
DROP TRIGGER other_names_change_editions ON catchments_placename;
DROP TRIGGER fewer_names_change_editions ON catchments_placename;
DROP FUNCTION catchment_edition_of_district();
CREATE TRIGGER place_names_change_editions AFTER INSERT OR UPDATE OR DELETE ON catchments_placename
    FOR EACH STATEMENT EXECUTE FUNCTION catchment_edition_of_all();
"""


class Migration(migrations.Migration):
    dependencies = [("catchments", "0004_why_a_ruling_was_withdrawn")]
    operations = [migrations.RunSQL(OF_THEIR_DISTRICT, OF_ALL)]
