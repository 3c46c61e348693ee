"""The files of exports: each carries the mark of who asked for it, whatever it is.

A workbook has the mark in the line above its columns. The national registry reads its template from the first row, so
there the columns stay in row 1 and the mark stands on a second sheet (docs/decisions/0018). Both print it on every
page, and both end in a hidden column with the code of each row.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from districts.documents import pdf
from districts.watermark import Mark, row_code

CODE_HEAD = "核对码"
ABOUT = "导出说明"
DUTY = "仅限工作使用，不得外传。"
TEXT = "@"
MOST_OF_A_TITLE = 31
NOT_IN_A_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))


class Form(StrEnum):
    LIST = "list"  # a workbook of our own
    TEMPLATE = "template"  # a workbook whose columns somebody else reads from row 1
    PAPER = "paper"  # a PDF to print


@dataclass(frozen=True)
class Sheet:
    title: str
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Table:
    """What an export says: the same columns on each sheet, those in `required` bold; `remarks` are for the reader."""

    columns: Sequence[str]
    sheets: Sequence[Sheet]
    required: frozenset[str] = frozenset()
    remarks: Sequence[str] = ()

    @property
    def rows(self) -> int:
        return sum(len(sheet.rows) for sheet in self.sheets)


def written(form: Form, title: str, table: Table, mark: Mark) -> bytes:
    return paper(title, table, mark) if form is Form.PAPER else workbook(table, mark, template=form is Form.TEMPLATE)


def suffix(form: Form) -> str:
    return ".pdf" if form is Form.PAPER else ".xlsx"


def workbook(table: Table, mark: Mark, *, template: bool) -> bytes:
    """XLSX. Every cell is text."""
    book = Workbook(write_only=True)
    line = f"{mark} {DUTY}"
    head = [*table.columns, CODE_HEAD]
    row = 0
    for sheet in table.sheets:
        page = _page(book, sheet.title, mark)
        for n in range(1, len(head) + 1):  # what is typed into empty cells later stays text as well
            page.column_dimensions[get_column_letter(n)].number_format = TEXT
        page.column_dimensions[get_column_letter(len(head))].hidden = True
        page.freeze_panes, page.print_title_rows = ("A2", "1:1") if template else ("A3", "1:2")
        if not template:
            page.append([text_cell(page, line)])
        page.append([text_cell(page, name, bold=name in table.required) for name in head])
        for values in sheet.rows:
            row += 1
            cells = (*values, row_code(mark.number, row))
            page.append([text_cell(page, value) if value else None for value in cells])
    about = [line] if template else []
    if about or table.remarks:
        page = _page(book, ABOUT, mark)
        for words in (*about, *table.remarks):
            page.append([text_cell(page, words)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _page(book: Workbook, title: str, mark: Mark) -> object:
    page = book.create_sheet(title.translate(NOT_IN_A_TITLE)[:MOST_OF_A_TITLE])
    page.oddHeader.left.text = str(mark).replace("&", "&&")  # one & begins a code of Excel's
    page.oddFooter.left.text = DUTY
    page.oddFooter.right.text = "第&P页，共&N页"
    return page


def text_cell(page: object, value: str, *, bold: bool = False) -> WriteOnlyCell:
    """A cell that stays text in every program, also when it begins with an equals sign; without control characters."""
    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    cell.number_format = TEXT
    if bold:
        cell.font = Font(bold=True)
    return cell


def paper(title: str, table: Table, mark: Mark) -> bytes:
    """PDF: the mark at the foot of each page and, pale, across it."""
    return pdf("documents/export.html", {"title": title, "table": table, "mark": mark, "duty": DUTY})


def locked(content: bytes, password: str) -> bytes:
    """The workbook encrypted as Excel and WPS do it (AES-256, 100 000 rounds of SHA-512): they ask for the password."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, out)
    return out.getvalue()
