"""Which official texts name the place that an address is in. Pure; a plain match of listed names.

The text's list (「包括…等」, 「含…户籍」) is taken apart at its commas; the longest listed name in the address wins.
Boundary sentences are not read here: an address that no list names has no answer from this module.
"""

import re
import unicodedata
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

LIST = re.compile(r"(?:包括[:：]?|含)(?P<items>[^，。]+)")
ITEM = re.compile(r"[^、，。；]+")
TAIL = re.compile(r"(等|户籍.*|且实际居住.*|及持.*|（.*|以及.*|城区户籍.*)$")


@dataclass(frozen=True)
class Hit(Generic[Key]):
    """`text[start:end]` is the listed name that the address contains."""

    key: Key
    name: str
    start: int
    end: int


def fold(address: str) -> str:
    """Full-width digits and letters become plain, spaces go."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", address))


def listed_names(text: str) -> list[tuple[str, int]]:
    """(name, offset) of every place that the text lists, in its order."""
    found = []
    for part in LIST.finditer(text):
        for item in ITEM.finditer(part["items"]):
            name = TAIL.sub("", item.group())
            if len(name) >= 2:
                found.append((name, part.start("items") + item.start()))
    return found


def serving(address: str, texts: Mapping[Key, str]) -> list[Hit[Key]]:
    """The texts whose list names a place in `address`; of several names the longest, of equal ones all."""
    address = fold(address)
    hits = [
        Hit(key, name, start, start + len(name))
        for key, text in texts.items()
        for name, start in listed_names(text)
        if name in address
    ]
    longest = max((len(hit.name) for hit in hits), default=0)
    best: dict[Key, Hit[Key]] = {}
    for hit in hits:
        if len(hit.name) == longest:
            best.setdefault(hit.key, hit)
    return list(best.values())
