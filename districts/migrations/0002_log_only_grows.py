"""The audit log only grows: the database itself refuses to change, delete or truncate it."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log only grows: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_no_update_or_delete BEFORE UPDATE OR DELETE ON districts_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON districts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
"""
ALLOW = """
DROP TRIGGER audit_no_truncate ON districts_auditevent;
DROP TRIGGER audit_no_update_or_delete ON districts_auditevent;
DROP FUNCTION audit_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [("districts", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
