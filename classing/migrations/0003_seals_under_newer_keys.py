"""A witness's digits may be encrypted under a newer key; nothing else of a seal changes."""

from django.db import migrations

GUARD = """
CREATE FUNCTION seal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'opening_cipher' = to_jsonb(OLD) - 'opening_cipher'
       AND under_newer_key(OLD.opening_cipher, NEW.opening_cipher) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a drawn lot stays' USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER seal_stays ON classing_witnessseal;
CREATE TRIGGER seal_stays BEFORE UPDATE OR DELETE ON classing_witnessseal FOR EACH ROW EXECUTE FUNCTION seal_stays();
"""
UNDO = """
DROP TRIGGER seal_stays ON classing_witnessseal;
CREATE TRIGGER seal_stays BEFORE UPDATE OR DELETE ON classing_witnessseal FOR EACH ROW EXECUTE FUNCTION lot_stays();
DROP FUNCTION seal_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("classing", "0002_draw_happens_once"), ("districts", "0007_key_rings")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
