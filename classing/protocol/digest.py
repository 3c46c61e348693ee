"""`H(text)` of the specification, in the two suites `sha256` and `sm3`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from classing.protocol.errors import ProtocolError
from classing.protocol.sm3 import sm3


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _choose_sm3() -> Callable[[bytes], bytes]:
    """OpenSSL's SM3 where it was built in, else our own; decided once, because draws hash thousands of blocks."""
    try:
        hashlib.new("sm3", b"")
    except ValueError:
        return sm3
    return lambda data: hashlib.new("sm3", data).digest()


_SUITES: dict[str, Callable[[bytes], bytes]] = {"sha256": _sha256, "sm3": _choose_sm3()}

SUITES: tuple[str, ...] = tuple(_SUITES)


def hasher(suite: str) -> Callable[[bytes], bytes]:
    """The hash function of a suite, bytes to 32 bytes."""
    try:
        return _SUITES[suite]
    except KeyError:
        raise ProtocolError("suite", f"不认识的杂凑算法“{suite}”", f"unknown suite {suite!r}") from None


def digest(suite: str, text: str) -> str:
    """`H(text)`: 64 lower-case hex digits of the UTF-8 bytes."""
    return hasher(suite)(text.encode()).hex()


def file_digest(suite: str, content: bytes) -> str:
    """H of a file's bytes, as the notice's `software` line names the published verifier."""
    return hasher(suite)(content).hex()
