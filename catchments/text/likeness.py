"""Names that a typed one may stand for: without its kind of settlement, by its sound, or by one slip of the pen."""

from __future__ import annotations

from functools import lru_cache

from catchments.text.index import LevelIndex, kinds_agree, slip_keys
from catchments.text.names import shortened, stem
from catchments.text.sound import sounds
from catchments.text.vocabulary import KINDS_OF_PLACE, TAIL, TELLING


@lru_cache(maxsize=4096)
def readings(typed: str) -> tuple[str, ...]:
    """A piece as typed, without its kind of settlement, and without what stands before the last road."""
    found = [typed, shortened(typed)]
    if (match := TAIL.search(typed)) and match.start() >= 2:
        found.append(typed[: match.start()])
    return tuple(dict.fromkeys(found))


def similar(typed: str, index: LevelIndex) -> tuple[str, ...]:
    """Names that the typed one may stand for: same stem, same sound, or one slip in a long name."""
    core, kind = stem(typed)
    if len(core) < 2:
        return ()
    if core in index.stems or typed in index.stems:
        found = index.stems.get(typed) or [key for key in index.stems[core] if kinds_agree(kind, stem(key)[1])]
        if found:
            return tuple(found)
    if core != typed and core in index.names and kinds_agree(kind, ""):
        return (core,)
    heard = [key for key in index.sounds.get(sounds(core), ()) if _homophone(core, stem(key)[0])]
    if heard:
        return tuple(heard) if len({index.names[key].entries for key in heard}) == 1 else tuple(heard[:3])
    slipped = {key for blank in slip_keys(core) for key in index.slips.get(blank, ())}
    return tuple(sorted(slipped)) if len(slipped) == 1 else ()


def _homophone(a: str, b: str) -> bool:
    """Same sound, and no character that tells neighbours apart is exchanged."""
    if len(a) != len(b):
        return False
    differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return len(differing) <= max(1, len(a) // 2) and not any(
        (x in TELLING and y in TELLING) or (x in KINDS_OF_PLACE and y in KINDS_OF_PLACE and (x, y) == (a[-1], b[-1]))
        for x, y in differing
    )
