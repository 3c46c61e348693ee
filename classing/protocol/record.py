"""§7 the record: one JSON object from which anybody rebuilds the draw."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from classing.protocol.dealing import deal
from classing.protocol.digest import digest
from classing.protocol.notice import Notice, OrderNotice
from classing.protocol.ordering import order
from classing.protocol.transcript import Transcript

FORMAT = "fairdraw/1"

# A record that lay in a jsonb column comes back with its keys in another order; it must still print the same bytes.
_ORDER = (
    *("format", "notice", "transcript", "seed", "digest_sm3", "result", "stats", "lots", "late", "signatures"),
    *("start", "steps", "left", "accepted", "open", "factor", "level", "label", "count", "low", "high"),
    *("admitted", "waiting", "extra"),
)
_PLACE = {name: place for place, name in enumerate(_ORDER)}


def record(
    notice: Notice | OrderNotice,
    transcript: Transcript,
    *,
    lots: Mapping[str, Any] | None = None,
    late: Sequence[Any] | None = None,
    signatures: Sequence[Any] | None = None,
) -> dict[str, Any]:
    """Carry out the draw that the two texts determine, and set down everything that a verifier needs."""
    transcript.check(notice)
    seed = transcript.seed(notice.suite)
    result, stats = _classes(notice, seed) if isinstance(notice, Notice) else _order(notice, seed)
    required = {
        "format": FORMAT,
        "notice": notice.text(),
        "transcript": transcript.text(),
        "seed": seed,
        "digest_sm3": digest("sm3", transcript.text()),
        "result": result,
        "stats": stats,
    }
    optional = {"lots": lots, "late": late, "signatures": signatures}
    return required | {name: value for name, value in optional.items() if value is not None}


def dumps(record: Mapping[str, Any]) -> str:
    """The record's one way of being written: keys in the specification's order, one item a line, Chinese as it is."""
    return json.dumps(_in_order(record), ensure_ascii=False, indent=0)


def _in_order(value: Any) -> Any:
    """Every object with the keys that the specification knows first, in its order, and the others by name."""
    if isinstance(value, Mapping):
        names = sorted(value, key=lambda name: (_PLACE.get(name, len(_PLACE)), name))
        return {name: _in_order(value[name]) for name in names}
    if isinstance(value, list | tuple):
        return [_in_order(item) for item in value]
    return value


def _classes(notice: Notice, seed: str) -> tuple[list[list[str]], dict[str, Any]]:
    dealt = deal(notice, seed)
    stats: dict[str, Any] = {
        "start": dealt.start,
        "steps": dealt.steps,
        "left": dealt.left,
        "accepted": dealt.accepted,
    }
    if dealt.violations:
        stats["open"] = [asdict(violation) for violation in dealt.violations]
    return [[code, dealt.classes[code]] for code in sorted(dealt.classes)], stats


def _order(notice: OrderNotice, seed: str) -> tuple[list[str], dict[str, Any]]:
    drawn = order(notice, seed)
    return list(drawn.order), {"admitted": len(drawn.admitted), "waiting": len(drawn.waiting), "extra": drawn.extra}
