"""§1 leaf and root, §2 witness commitment: what is sealed before the draw and can be opened afterwards."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from classing.protocol.digest import digest, hasher
from classing.protocol.errors import ProtocolError
from classing.protocol.grammar import check_digits, check_hex, check_word

MIN_DIGITS = 20
MAX_DIGITS = 200
_GROUP = re.compile(r"-|[TA]\S+")


def check_code(code: str) -> str:
    return check_digits("code", code, 6, 6)


def check_group(group: str) -> str:
    """`-`, or T and an id (keep together), or A and an id (keep apart)."""
    check_word("group", group)
    if not _GROUP.fullmatch(group):
        raise ProtocolError("group", f"分组“{group}”应为 -、T＋编号 或 A＋编号", f"{group!r} is not -, T+id or A+id")
    return group


def check_levels(levels: Sequence[str]) -> tuple[str, ...]:
    """One token for each factor; in the rule "order" the single token `-`."""
    if isinstance(levels, str) or not levels:
        raise ProtocolError("levels", "缺少因素代号", "at least one level token is needed")
    return tuple(check_word("level", level, without="|,", longest=16) for level in levels)


def _personal(field: str, value: str) -> str:
    """A line of the leaf: NFC, not empty, and without anything that could begin another line."""
    text = unicodedata.normalize("NFC", value)
    if not text or any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text):
        raise ProtocolError(field, "为空或含有控制字符", "empty, or contains control characters")
    return text


def leaf(
    suite: str, draw: str, code: str, name: str, id_number: str, group: str, levels: Sequence[str], salt: str
) -> str:
    """§1: the sealed code of one child, which its family's receipt opens."""
    lines = (
        "leaf/1",
        check_word("draw", draw),
        check_code(code),
        _personal("name", " ".join(name.split())),
        _personal("id", id_number.strip().upper()),
        check_group(group),
        " ".join(check_levels(levels)),
        check_hex("salt", salt, 32),
    )
    return digest(suite, "".join(f"{line}\n" for line in lines))


def merkle_root(suite: str, leaves: Sequence[str]) -> str:
    """§1: the RFC 9162 tree over the leaves in roster order."""
    if not leaves:
        raise ProtocolError("roster", "名册为空", "a tree needs at least one leaf")
    hash_bytes = hasher(suite)

    def node(level: Sequence[bytes]) -> bytes:
        if len(level) == 1:
            return level[0]
        # The left subtree is the largest power of two smaller than the number of leaves.
        split = 1 << ((len(level) - 1).bit_length() - 1)
        return hash_bytes(b"\x01" + node(level[:split]) + node(level[split:]))

    return node([hash_bytes(b"\x00" + bytes.fromhex(value)) for value in leaves]).hex()


def commitment(suite: str, draw: str, witness_id: str, digits: str, nonce: str) -> str:
    """§2 (b): the only thing that a witness hands in before all are shown."""
    check_word("draw", draw)
    check_word("witness", witness_id)
    check_digits("digits", digits, MIN_DIGITS, MAX_DIGITS)
    check_hex("nonce", nonce, 32)
    return digest(suite, f"commit/1|{draw}|{witness_id}|{digits}|{nonce}")
