"""§5 rule "order": one random order of the applicants, in which seats are given and later vacancies filled."""

from __future__ import annotations

from dataclasses import dataclass

from classing.protocol.digest import digest
from classing.protocol.grammar import check_hex
from classing.protocol.notice import OrderNotice, RosterLine


@dataclass(frozen=True)
class OrderResult:
    """All codes in drawn order; those admitted and those waiting, each in the same order."""

    order: tuple[str, ...]
    admitted: tuple[str, ...]
    waiting: tuple[str, ...]
    extra: int


def order(notice: OrderNotice, seed: str) -> OrderResult:
    """Put the applicants in order and give the seats."""
    check_hex("seed", seed)
    tickets = sorted(_tickets(notice), key=lambda holders: digest(notice.suite, f"ticket|{seed}|{holders[0].leaf}"))
    admitted: list[str] = []
    waiting: list[str] = []
    for holders in tickets:
        seats_left = notice.seats - len(admitted)
        fits = seats_left >= len(holders) if notice.groups == "skip" else seats_left > 0
        (admitted if fits else waiting).extend(line.code for line in holders)
    return OrderResult(
        order=tuple(line.code for holders in tickets for line in holders),
        admitted=tuple(admitted),
        waiting=tuple(waiting),
        extra=max(0, len(admitted) - notice.seats),
    )


def _tickets(notice: OrderNotice) -> list[list[RosterLine]]:
    """Who shares a ticket: a together-group holds one, that of its first code, so that twins get no better odds."""
    tickets: dict[str, list[RosterLine]] = {}
    for line in notice.roster:
        shared = line.together and notice.groups != "alone"
        tickets.setdefault(line.group if shared else line.code, []).append(line)
    return list(tickets.values())
