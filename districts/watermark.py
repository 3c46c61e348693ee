"""Whose copy it is: a line on every page and file, and a hidden code in every row of an export.

The code of a row is a keyed hash of the export's number and the row's place, so that one copied row names its export
to whoever holds the key, and tells nothing to anybody else.
"""

import io
import re
import zipfile
import zlib
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from districts.calendar import BEIJING
from districts.encryption import index_key_numbers, keyed_hash
from districts.models import Account, Export

CODE_BYTES = 10
CODE = re.compile(r"(?<![A-Z2-7])[A-Z2-7]{16}(?![A-Z2-7])")
NUMBER = re.compile(r"DC-[0-9A-Z]{8}")
MOST_UNPACKED = 200 * 1024 * 1024


@dataclass(frozen=True)
class Mark:
    """`number` is of the export, on a page of the request."""

    name: str
    login: str
    at: datetime
    number: str

    @classmethod
    def of(cls, account: Account, at: datetime, number: str) -> "Mark":
        return cls(account.name, account.login, at, number)

    def __str__(self) -> str:
        return f"{self.name}（{self.login}） {self.at.astimezone(BEIJING):%Y-%m-%d %H:%M} {self.number}"


def row_code(number: str, row: int) -> str:
    """The hidden code of a row, the first row being 1: 16 letters and digits."""
    return row_codes(number, row)[0]


def row_codes(number: str, row: int) -> list[str]:
    """The code under every index key that there is, the newest first: a file may be from before the newest."""
    told = f"export-row|{number}|{row}"
    return [b32encode(keyed_hash(told, number=key)[:CODE_BYTES]).decode() for key in index_key_numbers()]


@dataclass(frozen=True)
class Found:
    """`row` is 0 when only the export's number was found."""

    export: Export
    row: int


def found_in(text: str, exports: Iterable[Export]) -> Found | None:
    """The export that a text names, by its number or by the code of any row; the newest first if `exports` are so.

    Tries every row of every export: a million take about three seconds.
    """
    numbers, codes = set(NUMBER.findall(text)), set(CODE.findall(text))
    for export in exports:
        for row in range(1, export.rows + 1) if codes else ():
            if not codes.isdisjoint(row_codes(export.number, row)):
                return Found(export, row)
        if export.number in numbers:
            return Found(export, 0)
    return None


def text_of(content: bytes) -> str:
    """Everything that may be a word in a file: an archive, as spreadsheets and documents are, is unpacked first."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                return ""
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    except (zipfile.BadZipFile, zlib.error, RuntimeError):  # no archive, a broken one, one with a password
        pass
    return content.replace(b"\0", b"").decode("latin-1")  # the codes are ASCII, in UTF-16 too
