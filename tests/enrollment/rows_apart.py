"""Whether a statement of the application reads or changes a row of another district: asked of PostgreSQL itself.

For a test, each table gets a policy by which the application's role sees one district's rows only: those whose foreign
keys all lead to it. Each statement of a page is then tried twice more, with every row and with that district's alone,
and both times taken back. Where the answers differ, the statement met a row of somebody else, whether or not anything
of it reached the page.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models
from psycopg2 import Error

from districts.models import Account, AuditEvent, AuditHead, AuditLink, District

# What belongs to no district: found by a key that only its owner has, or counted for the whole installation.
OF_NONE = {
    "django_content_type", "auth_permission", "auth_group",
    "django_session",  # by the cookie
    "districts_signincode", "districts_smsmessage",  # by the phone, before it is known who that is
    "districts_ratewindow", "districts_outboxjob",
}  # fmt: skip
HERE = "current_setting('app.district')"
OWN = {
    District: f"code = {HERE}",
    # Families are one account in all districts; staff belong where they have a role.
    Account: "phone_index IS NOT NULL OR id IN (SELECT account_id FROM districts_membership)",
    **dict.fromkeys((AuditEvent, AuditLink, AuditHead), f"district = {HERE}"),
}
TRIED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


def belongs(model: type[models.Model]) -> str:
    """The condition by which a row is of the district: an account that acted on it does not decide that."""
    if model in OWN:
        return OWN[model]
    keys = [field for field in model._meta.concrete_fields if field.remote_field]
    keys = [field for field in keys if field.related_model is not Account] or keys
    if not keys:
        raise AssertionError(
            f"{model._meta.db_table} leads to no district: give it a foreign key or name it in OF_NONE"
        )
    return " AND ".join(
        f"({field.column} IS NULL OR {field.column} IN "
        f"(SELECT {field.target_field.column} FROM {field.related_model._meta.db_table}))"
        for field in keys
    )


def separate() -> None:
    """Give every table its policy, until the test's transaction is rolled back. The owner still sees everything."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if table not in OF_NONE:
                cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
                cursor.execute(
                    f"CREATE POLICY apart ON {table} TO {settings.APP_DATABASE_ROLE} USING ({belongs(model)})"
                )


@contextmanager
def watched(district: District) -> Iterator[list[str]]:
    """Collects the statements that meet a row of another district than this one."""
    met: list[str] = []

    def watch(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        words = sql.upper().split()
        if not many and words[0] in TRIED and {"FROM", "INTO", "UPDATE"} & set(words):
            everything, own = tried(sql, params), tried(sql, params, only=district)
            if everything != own:
                met.append(f"{sql % tuple(params or ()) if not isinstance(params, dict) else sql}"[:600])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield met


def tried(sql: str, params: Any, only: District | None = None) -> object:
    """What a statement would answer: its rows in any order, how many it changes, or how it fails. It is taken back."""
    with connection.connection.cursor() as cursor:
        cursor.execute("SAVEPOINT tried")
        try:
            if only is not None:
                cursor.execute("SELECT set_config('app.district', %s, true)", [only.code])
                cursor.execute(f"SET LOCAL ROLE {settings.APP_DATABASE_ROLE}")
            cursor.execute(sql, params)
            if sql.lstrip().upper().startswith(("SELECT", "WITH")) and cursor.description:
                return sorted(repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in cursor)
            return cursor.rowcount
        except (Error, DatabaseError) as error:
            return type(error).__name__
        finally:
            cursor.execute("ROLLBACK TO SAVEPOINT tried")
