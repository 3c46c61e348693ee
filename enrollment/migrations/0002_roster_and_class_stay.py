"""A committed roster cannot gain, lose or change a pupil; a class, once given, never changes (section 六.3)."""

from django.db import migrations

GUARD = """
CREATE FUNCTION roster_is_committed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a committed roster cannot change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER roster_is_committed BEFORE UPDATE OR DELETE ON enrollment_rosterplace
    FOR EACH ROW EXECUTE FUNCTION roster_is_committed();

CREATE FUNCTION roster_is_complete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    on_roster integer;
    committed integer;
BEGIN
    SELECT count(*) INTO on_roster FROM enrollment_rosterplace WHERE draw_id = NEW.draw_id;
    SELECT pupils INTO committed FROM classing_draw WHERE id = NEW.draw_id;
    IF on_roster <> committed THEN
        RAISE EXCEPTION 'the roster has % pupils, its notice %', on_roster, committed
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER roster_is_complete AFTER INSERT ON enrollment_rosterplace
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION roster_is_complete();

CREATE FUNCTION class_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.class_label <> '' AND NEW.class_label <> OLD.class_label THEN
        RAISE EXCEPTION 'a class, once given, never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER class_stays BEFORE UPDATE ON enrollment_placement FOR EACH ROW EXECUTE FUNCTION class_stays();
"""
UNDO = """
DROP TRIGGER class_stays ON enrollment_placement;
DROP FUNCTION class_stays();
DROP TRIGGER roster_is_complete ON enrollment_rosterplace;
DROP FUNCTION roster_is_complete();
DROP TRIGGER roster_is_committed ON enrollment_rosterplace;
DROP FUNCTION roster_is_committed();
"""


class Migration(migrations.Migration):
    dependencies = [("enrollment", "0001_initial"), ("classing", "0002_draw_happens_once")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
