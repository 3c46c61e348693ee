"""SM3 (GB/T 32905-2016) in plain Python, for an OpenSSL that was built without it."""

from __future__ import annotations

import struct

_IV = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)
_MASK = 0xFFFFFFFF


def _rotate(word: int, bits: int) -> int:
    bits %= 32
    return ((word << bits) | (word >> (32 - bits))) & _MASK


def _expand(block: bytes) -> list[int]:
    words = list(struct.unpack(">16I", block))
    for j in range(16, 68):
        x = words[j - 16] ^ words[j - 9] ^ _rotate(words[j - 3], 15)
        mixed = x ^ _rotate(x, 15) ^ _rotate(x, 23)
        words.append(mixed ^ _rotate(words[j - 13], 7) ^ words[j - 6])
    return words


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = _expand(block)
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        constant = 0x79CC4519 if j < 16 else 0x7A879D8A
        ss1 = _rotate((_rotate(a, 12) + e + _rotate(constant, j)) & _MASK, 7)
        ss2 = ss1 ^ _rotate(a, 12)
        ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if j < 16 else (e & f) | (~e & _MASK & g)
        tt1 = (ff + d + ss2 + (words[j] ^ words[j + 4])) & _MASK
        tt2 = (gg + h + ss1 + words[j]) & _MASK
        a, b, c, d = tt1, a, _rotate(b, 9), c
        e, f, g, h = tt2 ^ _rotate(tt2, 9) ^ _rotate(tt2, 17), e, _rotate(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))


def sm3(data: bytes) -> bytes:
    """The 32-byte SM3 digest of `data`."""
    padded = data + b"\x80" + b"\x00" * ((55 - len(data)) % 64) + struct.pack(">Q", 8 * len(data))
    state: tuple[int, ...] = _IV
    for start in range(0, len(padded), 64):
        state = _compress(state, padded[start : start + 64])
    return struct.pack(">8I", *state)
