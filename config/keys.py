"""Key rings as text: several numbered keys, of which the newest writes and all read."""

import base64
import binascii

KEY_BYTES = 32


class BadKeys(ValueError):
    """`str()` says what is wrong, and never a key."""


def key_ring(first: str, numbered: str) -> dict[int, str]:
    """Number → 32 bytes as base64. `first` is key 1, `numbered` is "2:base64,3:base64"; either may be empty.

    Raises BadKeys.
    """
    ring = {1: first.strip()} if first.strip() else {}
    for entry in filter(None, map(str.strip, numbered.replace("\n", ",").split(","))):
        number, separator, key = entry.partition(":")
        if not separator or not number.isdecimal() or not 1 <= int(number) <= 255:
            raise BadKeys("each key is written as NUMBER:BASE64, with a number from 1 to 255")
        if ring.get(int(number), key) != key:
            raise BadKeys(f"key {number} is given twice, and differently")
        ring[int(number)] = key
    for number, key in ring.items():
        try:
            length = len(base64.b64decode(key, validate=True))
        except binascii.Error:
            raise BadKeys(f"key {number} is not base64") from None
        if length != KEY_BYTES:
            raise BadKeys(f"key {number} has {length} bytes instead of {KEY_BYTES}")
    if len(set(ring.values())) != len(ring):
        raise BadKeys("two numbers have the same key")
    return ring
