"""Two database roles: the owner migrates; the application's role works, and can add to the log but not change it.

PostgreSQL keeps these rights, so neither a fault of the program nor whoever takes it over gets past them.
"""

from django.db import connection, transaction
from psycopg2.sql import SQL, Composable, Identifier, Literal

LOG = ("districts_auditevent", "districts_auditlink", "districts_audithead")
MAY_WRITE = ("district", "at", "actor", "actor_role", "action", "subject", "detail", "ip", "request")
# What would make every other right worthless: to be the owner or a member of anybody, or to pass by triggers.
TOO_STRONG = """
SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
    OR rolname = current_user
    OR has_parameter_privilege(oid, 'session_replication_role', 'SET')
    OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)
    OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)
FROM pg_roles WHERE rolname = %s
"""
LISTED = """
SELECT relname, pg_get_userbyid(relowner), 'table', coalesce(array_to_string(relacl, ' '), '')
FROM pg_class WHERE relname = ANY(%(log)s)
UNION ALL
SELECT relname, pg_get_userbyid(relowner), 'column ' || attname, array_to_string(attacl, ' ')
FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid WHERE relname = ANY(%(log)s) AND attacl IS NOT NULL
UNION ALL
SELECT relname, pg_get_userbyid(relowner), 'trigger ' || tgname,
    CASE tgenabled WHEN 'O' THEN 'on' WHEN 'D' THEN 'OFF' ELSE tgenabled::text END
FROM pg_class JOIN pg_trigger ON tgrelid = pg_class.oid WHERE relname = ANY(%(log)s) AND NOT tgisinternal
UNION ALL
SELECT rolname, '', 'role', concat_ws(' ',
    CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolcreaterole THEN 'createrole' END,
    CASE WHEN rolreplication THEN 'replication' END, CASE WHEN rolcanlogin THEN 'login' END,
    (SELECT 'member of ' || string_agg(roleid::regrole::text, ', ') FROM pg_auth_members WHERE member = pg_roles.oid))
FROM pg_roles WHERE rolname !~ '^pg_'
ORDER BY 1, 3
"""


class RoleTooStrong(Exception):
    """The role could get around the rights that it is given."""


def grant(role: str, password: str = "") -> None:
    """Give `role` what the application needs, and no more; make it first if there is none. Run as the owner."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            cursor.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(role)))
        cursor.execute(TOO_STRONG, [role])
        if cursor.fetchone() != (False,):
            raise RoleTooStrong(role)
        if password:
            cursor.execute(SQL("ALTER ROLE {} PASSWORD {}").format(Identifier(role), Literal(password)))
        for statement in _statements(role):
            cursor.execute(statement)


def _statements(role: str) -> list[Composable]:
    parts = {
        "role": Identifier(role),
        "log": SQL(", ").join(map(Identifier, LOG)),
        "columns": SQL(", ").join(map(Identifier, MAY_WRITE)),
    }
    texts = [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "REVOKE INSERT, UPDATE, DELETE ON {log}, django_migrations FROM {role}",
        "GRANT INSERT ({columns}) ON districts_auditevent TO {role}",
    ]
    return [SQL(text).format(**parts) for text in texts]


def listed() -> list[tuple[str, str, str, str]]:
    """Who may do what to the log, as PostgreSQL keeps it: (table or role, owner, of what, rights)."""
    with connection.cursor() as cursor:
        cursor.execute(LISTED, {"log": list(LOG)})
        return cursor.fetchall()
