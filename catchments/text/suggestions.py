"""Names for what is typed so far: those that begin with it, hold it, sound like it, or differ by a slip of the pen."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice

from catchments.text.address import District, known, local, pieces, without_town
from catchments.text.index import LevelIndex, slip_keys
from catchments.text.names import stem
from catchments.text.sound import sounds
from catchments.text.vocabulary import TAIL

_SHORTEST, _LONGEST = 2, 16  # what is shorter or longer is no name that somebody types
_PIECES = 6  # an address has no more names than that
_HAN = re.compile(r"[\u3400-\u9fff]+")


class Suggestions:
    """The names of one level, sorted so that every search is a few bisections."""

    def __init__(self, index: LevelIndex, aliases: Iterable[str], district: District) -> None:
        self.index, self.district = index, district
        places = {name.text for name in index.names.values() if name.listed}.union(aliases)
        self.sorted = [_Sorted(places), _Sorted(index.names.keys() - places)]

    def names(self, typed: str, most: int) -> tuple[str, ...]:
        """The best names for the beginning of an address, without its district and subdistrict."""
        rest = local(typed, self.district)
        return tuple(islice(self._search(rest), most)) or tuple(islice(self._search(without_town(rest)), most))

    def nearest(self, address: str, most: int) -> tuple[str, ...]:
        """Names that share the longest beginning with a piece of an address that the texts do not know."""
        rest = without_town(local(address, self.district))
        words = [piece[:_LONGEST] for run in _HAN.findall(rest) for piece in pieces(run)][:_PIECES]
        inside = self._inside(rest)
        starts = [word[:length] for word in words for length in range(len(word), _SHORTEST - 1, -1)]
        starts = sorted((start for start in starts if not TAIL.fullmatch(start)), key=len, reverse=True)
        # Inside a name two characters are no likeness: 「花园」 is in many.
        like = (name for start in starts for name in islice(self._search(start, inside=len(start) > _SHORTEST), most))
        found = dict.fromkeys((*inside, *(name for name in like if name not in rest)))
        return tuple(islice(found, most))

    def _inside(self, rest: str) -> list[str]:
        """Names that stand in longer words; not the one that the address begins with, which was understood."""
        found: list[str] = []
        i = known(rest, 0, self.index)
        while i < len(rest):
            fitting = (rest[i : i + length] for length in self.index.lengths.get(rest[i : i + _SHORTEST], ()))
            # A shorter name may be a piece of any word, but not where the words begin.
            name = next((one for one in fitting if one in self.index.names and (len(one) > _SHORTEST or not i)), "")
            if name and "\u4e00" <= name[0] <= "\u9fff":
                found.append(name)
            i += len(name) or 1
        return found

    def _search(self, typed: str, *, inside: bool = True) -> Iterator[str]:
        """Every name once, the likeliest first; places before names that are only lines."""
        seen: set[str] = set()
        for name in self._found(typed, inside):
            if name not in seen:
                seen.add(name)
                yield name

    def _found(self, typed: str, inside: bool) -> Iterator[str]:
        if not typed:
            return
        for names in self.sorted:
            yield from names.beginning(typed)
        for names in self.sorted if inside else ():
            yield from names.holding(typed)
        if len(typed) < _SHORTEST:
            return
        for names in self.sorted:
            yield from names.sounding(typed)
        slipped = {name for key in slip_keys(stem(typed)[0]) for name in self.index.slips.get(key, ())}
        yield from sorted(slipped, key=lambda name: (not self.index.names[name].listed, name))


class _Sorted:
    """Names in order, their endings in order, their sounds in order."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(name for name in names if _SHORTEST <= len(name) <= _LONGEST and "(" not in name)
        self.endings = sorted((name[i:], name) for name in self.names for i in range(1, len(name)))
        self.sounds = sorted((f"{sounds(name)} ", name) for name in self.names)

    def beginning(self, typed: str) -> Iterator[str]:
        for i in range(bisect_left(self.names, typed), len(self.names)):
            if not self.names[i].startswith(typed):
                return
            yield self.names[i]

    def holding(self, typed: str) -> Iterator[str]:
        return _paired(self.endings, typed)

    def sounding(self, typed: str) -> Iterator[str]:
        return _paired(self.sounds, f"{sounds(typed)} ")


def _paired(pairs: list[tuple[str, str]], typed: str) -> Iterator[str]:
    """The names of all pairs whose key begins with what is typed."""
    for i in range(bisect_left(pairs, (typed,)), len(pairs)):
        if not pairs[i][0].startswith(typed):
            return
        yield pairs[i][1]
