"""A committed log to be tampered with, as a superuser of the database would."""

from django.db import connection, transaction

from districts import audit, log_chain
from districts.models import AuditEvent, District


def write(district: District, lines: int = 3) -> list[AuditEvent]:
    """Some lines in one transaction: they follow each other in one chain."""
    with transaction.atomic():
        return [
            audit.record("test.happened", district, by=None, district=district, n=n, words='“甲”\t"\\')
            for n in range(lines)
        ]


def tamper(*statements: str) -> None:
    """Change what the triggers protect."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


def rewrite(event: AuditEvent, change: str) -> None:
    """Change a line and give it the hash that fits; the next line and the head still name the old one."""
    tamper(
        f"UPDATE districts_auditevent SET {change} WHERE id = {event.pk}",
        "UPDATE districts_auditlink AS link SET hash = audit_hash(audit_line(line, chain, place, previous)) "
        f"FROM districts_auditevent AS line WHERE line.id = {event.pk} AND link.event = line.id",
    )


def rewrite_all(change: str) -> None:
    """Change every line and build links and heads anew: nothing inside the database shows it."""
    links = "UPDATE districts_auditlink SET previous = '%s', hash = '%s' WHERE event = %d"
    tamper(f"UPDATE districts_auditevent SET {change}")
    last: dict[tuple, str] = {}
    for link in list(links_in_order()):
        previous = last.get(link[:2], log_chain.START)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT audit_hash(audit_line(event, %s, %s, %s)) FROM districts_auditevent AS event WHERE id = %s",
                [link.chain, link.place, previous, link.event],
            )
            last[link[:2]] = cursor.fetchone()[0]
        tamper(links % (previous, last[link[:2]], link.event))
    for (district, chain), digest in last.items():
        tamper(f"UPDATE districts_audithead SET hash = '{digest}' WHERE district = '{district}' AND chain = {chain}")


def links_in_order() -> list[log_chain.Link]:
    with transaction.atomic():
        return list(log_chain.links())
