"""Faults of writing: several dashes for one meaning, two kinds of numerals, ASCII marks, brackets of two widths."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catchments.text.book import Book
from catchments.text.finding import Finding, Quote, Rule, Severity

_CHECKS = (
    ("范围号", re.compile(r"(?<=[\d号区])(?:-+|－+|–+|—+|～|~|──?)(?=\d)"), "范围号写法不一，是否统一？"),
    ("括号", re.compile(r"（[^（）()]*\)|\([^（）()]*）"), "括号一半全角一半半角，是否改正？"),
    ("半角标点", re.compile(r"(?<=[\u3400-\u9fff])[,;:](?=[\u3400-\u9fff])"), "中文里用了半角标点，是否改正？"),
    ("重复字", re.compile(r"([校路街巷])\1|街路|路街"), "是否多写了一个字？"),
)
_NUMERALS = re.compile(r"(?<=[\u3400-\u9fff])[一二三四五六七八九十]+(?=区|期|组|号)")


def writing_faults(book: Book) -> Iterator[Finding]:
    """One finding for each fault of writing in each level's texts."""
    for level in book.matchers:
        texts = [entry for entry in book.entries if entry.row.level == level]
        for subject, pattern, question in _CHECKS:
            found = [
                (match[0], Quote(level, entry.school, match.span(), match[0]))
                for entry in texts
                for where in (entry.row.text,)
                for match in pattern.finditer(where)
            ]
            if subject == "范围号" and len({word for word, _ in found}) < 2:
                continue
            if found:
                yield Finding(Rule.WRITING, Severity.LOW, subject, tuple(quote for _, quote in found), question)
        mixed = [
            Quote(level, entry.school, match.span(), match[0])
            for entry in texts
            for match in _NUMERALS.finditer(entry.row.text)
            if re.search(r"\d区|\d期|\d组|\d号", entry.row.text)
        ]
        if mixed:
            yield Finding(
                Rule.WRITING,
                Severity.LOW,
                "数字",
                tuple(mixed),
                "同一份文件里数字有的用汉字、有的用阿拉伯数字，是否统一？",
            )
