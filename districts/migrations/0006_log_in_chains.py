"""The audit log in chains (docs/audit.md, docs/decisions/0012): the database links each line to the one before it.

A line is linked when its transaction commits, by a function with the owner's rights: the application's role may only
insert lines. All lines of a transaction go into one chain, so a transaction waits for one head, and for that last.
"""

from django.db import migrations, models

HASHING = """
-- What is hashed: one line of JSON. districts/log_chain.py builds the same again, and docs/audit.md describes it.
CREATE FUNCTION audit_line(event districts_auditevent, chain bigint, place bigint, previous text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT json_build_array(
        chain, place, previous, event.id, to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        event.district, event.actor, event.actor_role, event.action, event.subject, host(event.ip), event.request,
        event.detail)::text
$$;
CREATE FUNCTION audit_hash(line text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(line || E'\\n', 'UTF8')), 'hex')
$$;
"""
# The lines that are there already, in their order.
EXISTING = """
DO $$
DECLARE
    wanted record;
    event districts_auditevent;
    head districts_audithead;
    fresh text;
BEGIN
    FOR wanted IN SELECT DISTINCT district, id % 16 AS chain FROM districts_auditevent LOOP
        head.place := 0;
        head.hash := repeat('0', 64);
        FOR event IN
            SELECT * FROM districts_auditevent WHERE district = wanted.district AND id % 16 = wanted.chain ORDER BY id
        LOOP
            fresh := audit_hash(audit_line(event, wanted.chain, head.place + 1, head.hash));
            INSERT INTO districts_auditlink (event, district, chain, place, previous, hash)
                VALUES (event.id, event.district, wanted.chain, head.place + 1, head.hash, fresh);
            head.place := head.place + 1;
            head.hash := fresh;
        END LOOP;
        INSERT INTO districts_audithead (district, chain, place, hash)
            VALUES (wanted.district, wanted.chain, head.place, head.hash);
    END LOOP;
END $$;
"""
# Every line from now on. The search path is fixed: nobody can put another table before ours.
FROM_NOW_ON = """
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_transaction CONSTANT bigint := pg_current_xact_id()::text::bigint % 16;
    head districts_audithead;
    fresh text;
BEGIN
    IF NEW.at NOT BETWEEN now() AND clock_timestamp() THEN
        RAISE EXCEPTION 'a log line has a time within its transaction' USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO districts_audithead (district, chain, place, hash)
        VALUES (NEW.district, of_transaction, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
    SELECT * INTO head FROM districts_audithead
        WHERE district = NEW.district AND chain = of_transaction FOR UPDATE;
    fresh := audit_hash(audit_line(NEW, of_transaction, head.place + 1, head.hash));
    INSERT INTO districts_auditlink (event, district, chain, place, previous, hash)
        VALUES (NEW.id, NEW.district, of_transaction, head.place + 1, head.hash, fresh);
    UPDATE districts_audithead SET place = head.place + 1, hash = fresh WHERE id = head.id;
    RETURN NULL;
END $$;
-- Whoever may execute it could hang it on a table of their own and link lines that are in no log.
REVOKE EXECUTE ON FUNCTION audit_chain() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER audit_chain AFTER INSERT ON districts_auditevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_chain();

CREATE TRIGGER audit_no_update_or_delete BEFORE UPDATE OR DELETE ON districts_auditlink
    FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON districts_auditlink
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_no_delete BEFORE DELETE ON districts_audithead
    FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON districts_audithead
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
"""
UNDO = """
DROP TRIGGER audit_chain ON districts_auditevent;
DROP FUNCTION audit_chain();
DROP FUNCTION audit_hash(text);
DROP FUNCTION audit_line(districts_auditevent, bigint, bigint, text);
"""


class Migration(migrations.Migration):
    dependencies = [("districts", "0005_releases_and_declared_relatives")]
    operations = [
        migrations.AddField("auditevent", "ip", models.GenericIPAddressField(null=True, verbose_name="来源地址")),
        migrations.AddField(
            "auditevent",
            "request",
            models.CharField(blank=True, default="", max_length=32, verbose_name="请求编号"),
            preserve_default=False,
        ),
        migrations.CreateModel(
            "AuditLink",
            fields=[
                ("event", models.BigIntegerField(primary_key=True, serialize=False)),
                ("district", models.CharField(max_length=50)),
                ("chain", models.PositiveSmallIntegerField()),
                ("place", models.PositiveBigIntegerField()),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={"verbose_name": "日志链"},
        ),
        migrations.CreateModel(
            "AuditHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("district", models.CharField(max_length=50)),
                ("chain", models.PositiveSmallIntegerField()),
                ("place", models.PositiveBigIntegerField()),
                ("hash", models.CharField(max_length=64)),
            ],
            options={"verbose_name": "日志链头"},
        ),
        migrations.AddConstraint(
            "auditlink", models.UniqueConstraint(fields=["district", "chain", "place"], name="audit_link_once")
        ),
        migrations.AddConstraint(
            "audithead", models.UniqueConstraint(fields=["district", "chain"], name="audit_head_once")
        ),
        migrations.RunSQL(HASHING + EXISTING + FROM_NOW_ON, UNDO),
    ]
