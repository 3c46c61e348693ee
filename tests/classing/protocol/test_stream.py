"""The random stream."""

from __future__ import annotations

import hashlib
import struct

from classing.protocol import Stream

SEED = "5eed" * 16


def blocks(label: str, count: int) -> list[int]:
    return [
        word
        for counter in range(count)
        for word in struct.unpack(">8I", hashlib.sha256(f"{label}|{SEED}|{counter}".encode()).digest())
    ]


def test_words_are_the_parts_of_successive_blocks():
    stream = Stream("sha256", "shuffle", SEED)

    assert [stream.word() for _ in range(20)] == blocks("shuffle", 3)[:20]


def test_streams_of_different_labels_are_different():
    assert Stream("sha256", "group", SEED).word() != Stream("sha256", "shuffle", SEED).word()


def test_below_is_the_word_modulo_m():
    stream = Stream("sha256", "shuffle", SEED)

    assert [stream.below(7) for _ in range(8)] == [word % 7 for word in blocks("shuffle", 1)]


def test_below_throws_the_uneven_tail_away():
    m = 2**31 + 1
    even = [word for word in blocks("shuffle", 10) if word < m]
    stream = Stream("sha256", "shuffle", SEED)

    assert [stream.below(m) for _ in even] == even


def test_below_one_takes_a_word_too():
    stream = Stream("sha256", "shuffle", SEED)
    stream.below(1)

    assert stream.word() == blocks("shuffle", 1)[1]
