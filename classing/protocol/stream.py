"""§3 the random stream: every choice of a draw is taken from here, and everybody can take it again."""

from __future__ import annotations

import struct

from classing.protocol.digest import hasher

_WORDS = 2**32


class Stream:
    """The 32-bit words of H(`label|seed|0`), H(`label|seed|1`), … in order."""

    def __init__(self, suite: str, label: str, seed: str) -> None:
        self._hash = hasher(suite)
        self._prefix = f"{label}|{seed}|"
        self._counter = 0
        self._words: list[int] = []

    def word(self) -> int:
        if not self._words:
            block = self._hash(f"{self._prefix}{self._counter}".encode())
            self._counter += 1
            self._words = list(reversed(struct.unpack(">8I", block)))
        return self._words.pop()

    def below(self, m: int) -> int:
        """A number in 0 … m−1, each equally likely: words of the uneven tail are thrown away."""
        limit = _WORDS - _WORDS % m
        while (word := self.word()) >= limit:
            pass
        return word % m
