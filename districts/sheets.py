"""Tables as clerks keep them: CSV, Excel and Word. Whole or not at all, every fault with line and column. Pure."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import docx
import openpyxl
from docx.opc.exceptions import PackageNotFoundError
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from districts.tables import BadValue, Fault, Reader, Row

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024  # XLSX and DOCX are archives: what they would grow to is looked at first
MOST_ROWS = 200_000
SUFFIXES = (".csv", ".xlsx", ".docx")


@dataclass(frozen=True)
class Column:
    """`names` are what the head of a table may call it; a column that is not `required` reads as empty when absent."""

    read: Reader
    names: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True)
class Sheet:
    """What was read; `unused` are heads of columns that nothing was read from."""

    rows: list[Row]
    unused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of a table with the number and the column names by which a clerk finds it."""

    number: int
    cells: list[str]
    where: str = ""  # 「第2个表格」, 「工作表“小学”」

    def column(self, index: int) -> str:
        return f"{self.where}{get_column_letter(index + 1)}列"


def read_sheet(name: str, content: bytes, columns: Mapping[str, Column], faults: list[Fault]) -> Sheet:
    """Read `content` by the suffix of `name`; what is wrong is added to `faults` and its row left out.

    Every sheet of a workbook and every table of a document counts whose first lines hold a head with all required
    columns, in any order. Columns that nobody asked for are named in `unused`.
    """
    before = len(faults)
    tables = _tables(name, content, faults)
    if len(faults) > before:
        return Sheet([])
    rows: list[Row] = []
    unused: dict[str, None] = {}
    headed = False
    for lines in tables:
        at, heads = _head(lines, columns)
        if heads is None:
            continue
        headed = True
        found = {name: index for name, index in heads.items() if index is not None}
        unused |= dict.fromkeys(
            cell.strip() for n, cell in enumerate(lines[at].cells) if cell.strip() and n not in found.values()
        )
        for line in lines[at + 1 :]:
            if any(cell.strip() for cell in line.cells):
                rows += _row(name, line, columns, found, faults)
    if not headed:
        wanted = "、".join(column.names[0] for column in columns.values() if column.required)
        faults.append(Fault(name, 1, "表头", f"没有找到含有这些列的表头：{wanted}。"))
    elif not rows and len(faults) == before:
        faults.append(Fault(name, 1, "文件", "表头以下没有内容。"))
    return Sheet(rows, tuple(unused))


def _tables(name: str, content: bytes, faults: list[Fault]) -> list[list[Line]]:
    suffix = name[name.rfind(".") :].lower()
    if suffix not in SUFFIXES:
        faults.append(Fault(name, 1, "文件", "只能读取 CSV、Excel（.xlsx）和 Word（.docx）文件。"))
    elif len(content) > MOST_BYTES:
        faults.append(Fault(name, 1, "文件", f"大于{MOST_BYTES // 2**20} MB。"))
    elif not content.strip():
        faults.append(Fault(name, 1, "文件", "是空的。"))
    elif suffix == ".csv":
        return [_csv(name, content, faults)]
    else:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                    faults.append(Fault(name, 1, "文件", "解压后过大，不能读取。"))
                    return []
            return list(_workbook(content) if suffix == ".xlsx" else _document(content))
        except (zipfile.BadZipFile, InvalidFileException, PackageNotFoundError, KeyError, ValueError, SyntaxError):
            kind = "Excel" if suffix == ".xlsx" else "Word"
            faults.append(Fault(name, 1, "文件", f"不是完好的 {kind} 文件，请重新另存后再试。"))
    return []


def _csv(name: str, content: bytes, faults: list[Fault]) -> list[Line]:
    """UTF-8 or, as Excel in China saves it, GB18030. A cell may hold line breaks: a line counts where it begins."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError as error:
            broken = error
    else:
        line = content[: broken.start].count(b"\n") + 1
        faults.append(Fault(name, line, f"第{broken.start}字节", "不是 UTF-8 或 GB18030 编码，请另存为 UTF-8。"))
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[Line] = []
    start = 1
    try:
        for cells in reader:
            lines.append(Line(start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        faults.append(Fault(name, reader.line_num, "整行", f"不是正确的 CSV：{error}。"))
        return []
    return lines


def _workbook(content: bytes) -> Iterator[list[Line]]:
    """A merged cell's words stand in every cell that it covers, as official tables merge the level of many schools."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    several = len(book.worksheets) > 1
    for sheet in book.worksheets:
        where = f"工作表“{sheet.title}”" if several else ""
        for merged in list(sheet.merged_cells.ranges):
            words = sheet.cell(merged.min_row, merged.min_col).value
            sheet.unmerge_cells(str(merged))
            for row in sheet.iter_rows(merged.min_row, merged.max_row, merged.min_col, merged.max_col):
                for cell in row:
                    cell.value = words
        yield [
            Line(number, ["" if cell is None else str(cell) for cell in cells], where)
            for number, cells in enumerate(sheet.iter_rows(values_only=True, max_row=min(sheet.max_row, MOST_ROWS)), 1)
        ]


def _document(content: bytes) -> Iterator[list[Line]]:
    """A merged cell's words stand in every cell that it covers, as python-docx reads it."""
    tables = docx.Document(io.BytesIO(content)).tables
    for order, table in enumerate(tables, 1):
        where = f"第{order}个表格" if len(tables) > 1 else ""
        yield [Line(number, [cell.text for cell in row.cells], where) for number, row in enumerate(table.rows, 1)]


def _head(lines: list[Line], columns: Mapping[str, Column]) -> tuple[int, dict[str, int | None] | None]:
    """Which of the first lines is the head, and where each column stands in it."""
    for at, line in enumerate(lines[:5]):
        names = ["".join(cell.split()) for cell in line.cells]
        found = {
            name: next((names.index(one) for one in (name, *column.names) if one in names), None)
            for name, column in columns.items()
        }
        if all(found[name] is not None for name, column in columns.items() if column.required):
            return at, found
    return 0, None


def _row(
    name: str, line: Line, columns: Mapping[str, Column], found: Mapping[str, int], faults: list[Fault]
) -> list[Row]:
    values, places, sound = {}, {}, True
    if len(line.cells) <= max(found.values()):
        faults.append(
            Fault(name, line.number, f"{line.where}整行", f"只有{len(line.cells)}列，应有{max(found.values()) + 1}列。")
        )
        return []
    for key, column in columns.items():
        index = found.get(key)
        cell = line.cells[index] if index is not None else ""
        places[key] = (line.number, line.column(index) if index is not None else f"{line.where}整行")
        try:
            values[key] = column.read(cell)
        except BadValue as error:
            faults.append(Fault(name, *places[key], str(error)))
            sound = False
    return [Row(name, values, places)] if sound else []
