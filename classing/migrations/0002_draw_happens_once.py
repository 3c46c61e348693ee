"""A committed notice cannot change and a finished draw cannot change at all: the database says it first."""

from django.db import migrations

GUARD = """
CREATE FUNCTION draw_happens_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.status = 'drawn' THEN
        RAISE EXCEPTION 'draw % happened once and stays', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.season_id, NEW.campus_id, NEW.number, NEW.pupils, NEW.notice, NEW.notice_hash)
       IS DISTINCT FROM (OLD.season_id, OLD.campus_id, OLD.number, OLD.pupils, OLD.notice, OLD.notice_hash) THEN
        RAISE EXCEPTION 'the notice of draw % is committed', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draw_happens_once BEFORE UPDATE OR DELETE ON classing_draw
    FOR EACH ROW EXECUTE FUNCTION draw_happens_once();

CREATE FUNCTION lot_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a drawn lot stays' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER lot_stays BEFORE UPDATE OR DELETE ON classing_lot FOR EACH ROW EXECUTE FUNCTION lot_stays();
CREATE TRIGGER lot_draw_stays BEFORE UPDATE OR DELETE ON classing_lotdraw FOR EACH ROW EXECUTE FUNCTION lot_stays();
CREATE TRIGGER seal_stays BEFORE UPDATE OR DELETE ON classing_witnessseal FOR EACH ROW EXECUTE FUNCTION lot_stays();
"""
UNDO = """
DROP TRIGGER seal_stays ON classing_witnessseal;
DROP TRIGGER lot_draw_stays ON classing_lotdraw;
DROP TRIGGER lot_stays ON classing_lot;
DROP FUNCTION lot_stays();
DROP TRIGGER draw_happens_once ON classing_draw;
DROP FUNCTION draw_happens_once();
"""


class Migration(migrations.Migration):
    dependencies = [("classing", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
