"""The lexical rules that every text of the protocol shares: words, lines, numbers, hex; and strict reading of them.

A text is read by taking its lines in the one order that the specification gives. Nothing is skipped, repaired or
guessed: two programs that accept the same bytes must have understood the same thing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from classing.protocol.errors import ProtocolError

MAX_TEXT = 16_000_000
_NUMBER = re.compile("0|[1-9][0-9]{0,8}")
# Controls, invisible marks and line separators: two texts that look alike must be alike.
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def check_word(field: str, value: str, *, without: str = "|", longest: int = 64) -> str:
    """One word: NFC, without white space, invisible characters or any of `without`."""
    if not isinstance(value, str) or not 0 < len(value) <= longest or value.split() != [value]:
        raise ProtocolError(field, f"“{value}”应是一个不含空格的词（至多{longest}字）", f"{value!r} is not one word")
    _check_characters(field, value)
    if any(mark in value for mark in without):
        raise ProtocolError(field, f"“{value}”含有不允许的符号（{without}）", f"{value!r} contains one of {without!r}")
    return value


def check_line(field: str, value: str, *, longest: int = 200) -> str:
    """One line of words, single-spaced and trimmed."""
    if not isinstance(value, str) or not 0 < len(value) <= longest or " ".join(value.split()) != value:
        raise ProtocolError(
            field, f"“{value}”应是一行文字，首尾无空格，词间一个空格", f"{value!r} is not one tidy line"
        )
    _check_characters(field, value)
    return value


def _check_characters(field: str, value: str) -> None:
    if any(unicodedata.category(character) in _HIDDEN for character in value):
        raise ProtocolError(field, "含有不可见的字符", f"{value!r} contains an invisible character")
    if not unicodedata.is_normalized("NFC", value):
        raise ProtocolError(field, f"“{value}”不是 NFC 规范形式", f"{value!r} is not in NFC")


def check_hex(field: str, value: str, length: int = 64) -> str:
    """Exactly `length` lower-case hex digits."""
    if not isinstance(value, str) or not re.fullmatch(f"[0-9a-f]{{{length}}}", value):
        raise ProtocolError(field, f"应是{length}位小写十六进制数", f"{value!r} is not {length} lower-case hex digits")
    return value


def check_digits(field: str, value: str, least: int, most: int) -> str:
    """Between `least` and `most` decimal digits; leading zeros count, these are drawn digits and not a number."""
    if not isinstance(value, str) or not re.fullmatch(f"[0-9]{{{least},{most}}}", value):
        raise ProtocolError(field, f"应是{least}至{most}位数字", f"{value!r} is not {least} to {most} decimal digits")
    return value


def check_number(field: str, value: int, least: int, most: int) -> int:
    """A whole number within sane limits."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ProtocolError(
            field, f"应是{least}至{most}之间的整数", f"{value!r} is not a whole number in {least}..{most}"
        )
    return value


def check_distinct(field: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ProtocolError(field, f"“{value}”重复出现", f"{value!r} occurs twice")
        seen.add(value)


def parse_number(field: str, text: str) -> int:
    """Decimal ASCII digits without leading zeros."""
    if not _NUMBER.fullmatch(text):
        raise ProtocolError(field, f"“{text}”不是规范写法的数", f"{text!r} is not a plain decimal number")
    return int(text)


class Lines:
    """The lines of one canonical text, taken strictly in order."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_TEXT:
            raise ProtocolError("text", "文本过大", "the text is absurdly long")
        if not text.endswith("\n"):
            raise ProtocolError("text", "文本末尾缺少换行", "the text does not end with a line feed")
        self._lines = text[:-1].split("\n")
        self._next = 0

    def peek(self) -> str:
        return self._lines[self._next] if self._next < len(self._lines) else ""

    def take(self) -> str:
        if self._next == len(self._lines):
            raise ProtocolError("text", "文本不完整，提前结束", "the text stops too early")
        self._next += 1
        return self._lines[self._next - 1]

    def exactly(self, line: str) -> None:
        found = self.take()
        if found != line:
            raise ProtocolError(
                "text", f"第{self._next}行应为“{line}”", f"line {self._next} is {found!r}, not {line!r}"
            )

    def value(self, label: str) -> str:
        """What stands after `label: ` on the next line."""
        found = self.take()
        if not found.startswith(f"{label}: "):
            raise ProtocolError(
                label, f"第{self._next}行应以“{label}: ”开头", f"line {self._next} is {found!r}, not a {label} line"
            )
        return found[len(label) + 2 :]

    def number(self, label: str) -> int:
        return parse_number(label, self.value(label))

    def values(self, label: str) -> list[str]:
        """All following lines with this label."""
        found = []
        while self.peek().startswith(f"{label}: "):
            found.append(self.value(label))
        return found

    def until_end(self) -> list[str]:
        """The remaining lines before `end`, after which nothing may follow."""
        rest = self._lines[self._next :]
        if not rest or rest[-1] != "end":
            raise ProtocolError("end", "文本应以“end”一行结束", "the text does not close with the line 'end'")
        self._next = len(self._lines)
        return rest[:-1]


def check_canonical(field: str, text: str, rendered: str) -> None:
    """A text that was understood must also be the one way to write what was understood."""
    if text != rendered:
        raise ProtocolError(field, "文本不是规范写法", "the text is not in canonical form")
