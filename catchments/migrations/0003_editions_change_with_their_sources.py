"""Whatever an answer rests on changes the mark of its season's edition: texts, rulings, areas, who enrols, places.

The mark is random, not a counter: after a transaction is rolled back, a counter would name other content again.
"""

from django.db import migrations

SOURCES = ("catchments_catchment", "catchments_ruling", "catchments_area", "districts_seatplan")
MARK = """
CREATE FUNCTION catchment_edition_of_season() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN  -- perhaps with its season: nothing may be made for it then
        UPDATE catchments_edition SET mark = gen_random_uuid() WHERE season_id = OLD.season_id;
    ELSE
        INSERT INTO catchments_edition (season_id, mark) VALUES (NEW.season_id, gen_random_uuid())
        ON CONFLICT (season_id) DO UPDATE SET mark = excluded.mark;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION catchment_edition_of_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE catchments_edition SET mark = gen_random_uuid();
    RETURN NULL;
END $$;
CREATE TRIGGER place_names_change_editions AFTER INSERT OR UPDATE OR DELETE ON catchments_placename
    FOR EACH STATEMENT EXECUTE FUNCTION catchment_edition_of_all();
"""
UNMARK = """
DROP TRIGGER place_names_change_editions ON catchments_placename;
DROP FUNCTION catchment_edition_of_all();
"""
TRIGGER = """
CREATE TRIGGER {table}_changes_edition AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION catchment_edition_of_season();
"""
# Texts that were there before the triggers.
FIRST = """
INSERT INTO catchments_edition (season_id, mark)
SELECT DISTINCT season_id, gen_random_uuid() FROM catchments_catchment;
"""


class Migration(migrations.Migration):
    dependencies = [("catchments", "0002_rulings_places_areas"), ("districts", "0002_log_only_grows")]
    operations = [
        migrations.RunSQL(MARK, UNMARK + "DROP FUNCTION catchment_edition_of_season();"),
        *(migrations.RunSQL(TRIGGER.format(table=t), f"DROP TRIGGER {t}_changes_edition ON {t};") for t in SOURCES),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
    ]
