"""The application's database role can add to the log and do nothing else to it: ways around it, all refused."""

from contextlib import closing

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg2.errors import InsufficientPrivilege, RestrictViolation

from districts import audit, database_rights
from districts.models import AuditLink

pytestmark = pytest.mark.django_db

INSERT = "INSERT INTO districts_auditevent (district, actor, actor_role, action, subject, detail, request{}) "
INSERT += "VALUES ('d', '', '', 'test.happened', '', '{{}}', ''{})"
BORROW = """
CREATE TEMPORARY TABLE own (LIKE districts_auditevent);
CREATE TRIGGER borrowed AFTER INSERT ON own FOR EACH ROW EXECUTE FUNCTION audit_chain()
"""


@pytest.fixture
def application():
    """A cursor of the application's role, in a connection of its own."""
    server = connection.get_connection_params()
    options = {name: server[name] for name in ("host", "port", "dbname") if name in server}
    with closing(psycopg2.connect(user=settings.APP_DATABASE_ROLE, **options)) as own, own.cursor() as cursor:
        yield cursor


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE districts_auditevent SET action = 'other'",
        "DELETE FROM districts_auditevent",
        "TRUNCATE districts_auditevent",
        "DROP TABLE districts_auditevent",
        "ALTER TABLE districts_auditevent DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_chain ON districts_auditevent",
        "CREATE TRIGGER skip BEFORE INSERT ON districts_auditevent EXECUTE FUNCTION audit_only_grows()",
        "CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
        "SET session_replication_role = replica",
        f"SET ROLE {connection.settings_dict['USER']}",
        f"ALTER TABLE districts_auditevent OWNER TO {settings.APP_DATABASE_ROLE}",
        "SELECT setval('districts_auditevent_id_seq', 1)",
        "UPDATE districts_audithead SET place = 0",
        "DELETE FROM districts_audithead",
        "SELECT * FROM districts_audithead FOR UPDATE",
        "INSERT INTO districts_auditlink VALUES (1, 'd', 0, 1, '', '')",
        "UPDATE districts_auditlink SET hash = ''",
        "DELETE FROM districts_auditlink",
        "DELETE FROM django_migrations",
        "CREATE TABLE public.districts_auditlink2 ()",
        INSERT.format(", id", ", 1"),
        INSERT.format("", "") + " ON CONFLICT (id) DO UPDATE SET action = 'other'",
        BORROW,
    ],
)
def test_an_attack_on_the_log_is_refused(application, attack):
    with pytest.raises(InsufficientPrivilege):
        application.execute(attack)


def test_a_line_is_added_and_linked(application):
    application.execute(INSERT.format("", "") + " RETURNING id")
    (line,) = application.fetchone()
    application.execute("SET CONSTRAINTS ALL IMMEDIATE")
    application.execute("SELECT event, district FROM districts_auditlink WHERE event = %s", [line])
    assert application.fetchone() == (line, "d")


@pytest.mark.parametrize("at", ["now() - interval '1 minute'", "now() + interval '1 minute'"])
def test_nobody_chooses_the_time_of_a_line(application, at):
    application.execute(INSERT.format(", at", f", {at}"))
    with pytest.raises(RestrictViolation, match="a log line has a time within its transaction"):
        application.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_table_of_ones_own_is_not_taken_for_the_chain(application):
    application.execute("CREATE TEMPORARY TABLE districts_audithead (LIKE districts_audithead)")
    application.execute(INSERT.format("", ""))
    application.execute("SET CONSTRAINTS ALL IMMEDIATE")
    application.execute("SELECT count(*) FROM pg_temp.districts_audithead")
    assert application.fetchone() == (0,)


def test_the_program_writes_its_log_with_these_rights(wang, district):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {settings.APP_DATABASE_ROLE}")
    line = audit.record("test.happened", wang, by=wang, district=district)
    connection.check_constraints()
    assert AuditLink.objects.filter(pk=line.pk).values_list("district").get() == (district.code,)


def test_every_other_table_can_be_worked_with_and_none_can_be_emptied():
    tables = {model._meta.db_table for model in apps.get_models()} - set(database_rights.LOG)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, array_agg(may ORDER BY may) FROM unnest(%s) AS name, "
            "unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) AS may "
            "WHERE has_table_privilege(%s, name, may) GROUP BY name",
            [sorted(tables), settings.APP_DATABASE_ROLE],
        )
        assert dict(cursor.fetchall()) == {table: ["DELETE", "INSERT", "SELECT", "UPDATE"] for table in tables}


def test_a_role_that_is_not_there_is_made_with_its_password():
    database_rights.grant("fresh", "secret")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcanlogin, left(rolpassword, 13) FROM pg_authid WHERE rolname = 'fresh'")
        assert cursor.fetchone() == (True, "SCRAM-SHA-256")


@pytest.mark.parametrize(
    "power",
    [
        "ALTER ROLE strong SUPERUSER",
        "ALTER ROLE strong CREATEROLE",
        "ALTER ROLE strong REPLICATION",
        "GRANT pg_write_all_data TO strong",
        "GRANT SET ON PARAMETER session_replication_role TO strong",
        "ALTER TABLE districts_auditevent OWNER TO strong",
    ],
)
def test_a_role_that_could_get_around_its_rights_is_refused(power):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE strong; {power}")
    with pytest.raises(database_rights.RoleTooStrong):
        database_rights.grant("strong")


def test_the_owner_is_refused():
    with pytest.raises(database_rights.RoleTooStrong):
        database_rights.grant(connection.settings_dict["USER"])


def test_rights_that_somebody_added_are_taken_away_again():
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT ALL ON districts_auditevent TO {settings.APP_DATABASE_ROLE}")
        database_rights.grant(settings.APP_DATABASE_ROLE)
        cursor.execute(
            "SELECT has_table_privilege(%s, 'districts_auditevent', 'UPDATE, DELETE, TRUNCATE')",
            [settings.APP_DATABASE_ROLE],
        )
        assert cursor.fetchone() == (False,)
