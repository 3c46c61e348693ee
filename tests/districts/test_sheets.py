"""Tables as clerks keep them: CSV, Excel and Word, whole or not at all."""

import io
import zipfile

import docx
import openpyxl
import pytest

from districts import tables
from districts.sheets import MOST_BYTES, Column, Sheet, read_sheet
from districts.tables import Fault

COLUMNS = {
    "school": Column(tables.text, ("学校", "校区")),
    "text": Column(tables.text, ("施教区范围", "招生范围")),
    "group": Column(tables.optional_text, ("集团",), required=False),
}
LINES = [["校区", "招生范围", "备注"], ["甲小学", "松路、柏路", "x"], ["乙小学", "梅村", ""]]
ROWS = [("甲小学", "松路、柏路", ""), ("乙小学", "梅村", "")]


def as_csv(lines: list[list[str]]) -> bytes:
    return "\r\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode()


def as_xlsx(lines: list[list[str]], title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_docx(lines: list[list[str]]) -> bytes:
    document = docx.Document()
    document.add_paragraph("附件：施教区")
    table = document.add_table(rows=len(lines), cols=len(lines[0]))
    for row, line in zip(table.rows, lines, strict=True):
        for cell, words in zip(row.cells, line, strict=True):
            cell.text = words
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def read(name: str, content: bytes) -> tuple[Sheet, list[str]]:
    faults: list[Fault] = []
    return read_sheet(name, content, COLUMNS, faults), [str(fault) for fault in faults]


@pytest.mark.parametrize(("name", "make"), [("表.csv", as_csv), ("表.xlsx", as_xlsx), ("表.docx", as_docx)])
def test_the_same_table_is_read_from_csv_excel_and_word(name, make):
    sheet, faults = read(name, make(LINES))

    assert faults == []
    assert [(row["school"], row["text"], row["group"]) for row in sheet.rows] == ROWS
    assert sheet.unused == ("备注",)


def test_excel_in_china_saves_csv_as_gb18030():
    sheet, faults = read("表.csv", "学校,招生范围\r\n甲小学,松路\r\n".encode("gb18030"))

    assert ([row["school"] for row in sheet.rows], faults) == (["甲小学"], [])


@pytest.mark.parametrize(
    ("name", "make", "place"),
    [("表.csv", as_csv, "第3行 B列"), ("表.xlsx", as_xlsx, "第3行 B列"), ("表.docx", as_docx, "第3行 B列")],
)
def test_an_empty_cell_is_named_by_line_and_column(name, make, place):
    _, faults = read(name, make([*LINES[:2], ["乙小学", "", ""]]))

    assert faults == [f"{name} {place}：不能为空。"]


def test_a_cell_with_line_breaks_counts_from_where_it_begins():
    _, faults = read("表.csv", '学校,招生范围\n甲小学,"松路\n柏路"\n乙小学,\n'.encode())

    assert faults == ["表.csv 第4行 B列：不能为空。"]


def test_a_title_above_the_head_is_passed_over():
    sheet, faults = read("表.xlsx", as_xlsx([["2025年施教区", "", ""], *LINES]))

    assert ([row["school"] for row in sheet.rows], faults) == (["甲小学", "乙小学"], [])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("表.csv", b"", "表.csv 第1行 文件：是空的。"),
        ("表.csv", "甲,乙\n丙,丁\n".encode(), "表.csv 第1行 表头：没有找到含有这些列的表头：学校、施教区范围。"),
        ("表.csv", "学校,招生范围\n".encode(), "表.csv 第1行 文件：表头以下没有内容。"),
        ("表.csv", "学校,招生范围\n甲小学\n".encode(), "表.csv 第2行 整行：只有1列，应有2列。"),
        (
            "表.csv",
            '学校,招生范围\n"甲小学,松路\n'.encode(),
            "表.csv 第2行 整行：不是正确的 CSV：unexpected end of data。",
        ),
        ("表.csv", b"\xff\xff\n", "表.csv 第1行 第0字节：不是 UTF-8 或 GB18030 编码，请另存为 UTF-8。"),
        ("表.pdf", b"%PDF", "表.pdf 第1行 文件：只能读取 CSV、Excel（.xlsx）和 Word（.docx）文件。"),
        ("表.xlsx", b"PK\x03\x04", "表.xlsx 第1行 文件：不是完好的 Excel 文件，请重新另存后再试。"),
        ("表.docx", b"nothing", "表.docx 第1行 文件：不是完好的 Word 文件，请重新另存后再试。"),
        ("表.docx", as_xlsx(LINES), "表.docx 第1行 文件：不是完好的 Word 文件，请重新另存后再试。"),
        ("表.csv", b"x" * (MOST_BYTES + 1), "表.csv 第1行 文件：大于5 MB。"),
    ],
)
def test_a_broken_file_says_what_is_wrong(name, content, message):
    sheet, faults = read(name, content)

    assert (sheet.rows, faults) == ([], [message])


def test_an_archive_that_would_grow_too_large_is_not_opened():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (61 * 1024 * 1024))

    assert read("表.xlsx", out.getvalue())[1] == ["表.xlsx 第1行 文件：解压后过大，不能读取。"]


def test_an_entity_in_a_workbook_is_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("root:x:0:0")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(LINES))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/sharedStrings.xml":
                entity = f'<!DOCTYPE sst [<!ENTITY file SYSTEM "{secret.as_uri()}">]><sst '.encode()
                part = part.replace(b"<sst ", entity).replace("甲小学".encode(), b"&file;")
                assert b"&file;" in part
            new.writestr(name, part)
    sheet, faults = read("表.xlsx", out.getvalue())

    assert "root:x" not in repr(sheet) + repr(faults)
