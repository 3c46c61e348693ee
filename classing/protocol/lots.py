"""§6 lots: which team of teachers gets which class (班主任抽签), drawn after the class lists hang."""

from __future__ import annotations

from collections.abc import Sequence, Set

from classing.protocol.digest import digest
from classing.protocol.errors import ProtocolError
from classing.protocol.grammar import check_distinct, check_hex, check_number, check_word

MAX_TRIES = 100_000


def lots(
    labels: Sequence[str],
    team_numbers: Sequence[int],
    seed: str,
    forbidden: Set[tuple[int, str]] = frozenset(),
    *,
    suite: str = "sha256",
) -> dict[int, str]:
    """Match teams, by their published number, to class labels in the order of their lots.

    `seed` is that of the lots' own transcript. `forbidden` holds (team, label) wherever a teacher of the team is a
    parent of a pupil in that class: the next order is taken until no such pair is left.
    """
    check_hex("seed", seed)
    for label in labels:
        check_word("labels", label, longest=32)
    for team in team_numbers:
        check_number("teams", team, 0, 10_000)
    check_distinct("labels", labels)
    check_distinct("teams", map(str, team_numbers))
    if len(labels) != len(team_numbers):
        raise ProtocolError("teams", "教师组数与班级数不等", f"{len(team_numbers)} teams for {len(labels)} classes")
    teams = sorted(team_numbers)
    _check_possible(teams, labels, forbidden)
    for tries in range(MAX_TRIES):
        prefix = f"lot|{seed}|{tries}|" if tries else f"lot|{seed}|"
        drawn = sorted(labels, key=lambda label: digest(suite, prefix + label))
        if not any(pair in forbidden for pair in zip(teams, drawn, strict=True)):
            return dict(zip(teams, drawn, strict=True))
    raise ProtocolError("forbidden", "回避要求过多，无法抽签", "no permitted order among very many lots")


def _check_possible(teams: Sequence[int], labels: Sequence[str], forbidden: Set[tuple[int, str]]) -> None:
    """Some matching must avoid every forbidden pair, or the lots would be redrawn for ever."""
    holder: dict[str, int] = {}

    def seat(team: int, tried: set[str]) -> bool:
        for label in labels:
            if (team, label) not in forbidden and label not in tried:
                tried.add(label)
                if label not in holder or seat(holder[label], tried):
                    holder[label] = team
                    return True
        return False

    for team in teams:
        if not seat(team, set()):
            raise ProtocolError("forbidden", f"第{team}组没有可抽的班级", f"no class is left for team {team}")
