"""The files of exports: the mark in each of them, cells that stay text, a copy that opens with its password only."""

import io
import zipfile
from datetime import UTC, datetime

import msoffcrypto
import openpyxl
import pypdfium2
import pytest
from django.core.management import CommandError, call_command

from districts.export_files import Form, Sheet, Table, locked, written
from districts.models import Export
from districts.watermark import Mark, row_code, text_of

MARK = Mark("样科员", "sun", datetime(2024, 8, 1, 1, 30, tzinfo=UTC), "DC-7K3M92PQ")
LINE = "样科员（sun） 2024-08-01 09:30 DC-7K3M92PQ"
DUTY = " 仅限工作使用，不得外传。"


def table(*rows: str, remarks: tuple[str, ...] = ()) -> Table:
    half = len(rows) // 2
    parts = [Sheet("甲小学", [[row, "1班"] for row in rows[:half]])]
    parts += [Sheet("乙小学", [[row, ""] for row in rows[half:]])]
    return Table(("姓名", "班级"), parts, frozenset({"姓名"}), remarks)


def book(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


def words(sheet) -> list[tuple]:
    return list(sheet.iter_rows(values_only=True))


def test_a_list_has_its_mark_above_the_columns_of_every_sheet():
    made = book(written(Form.LIST, "名单", table("样甲", "样乙"), MARK))

    assert {sheet.title: words(sheet)[:2] for sheet in made} == {
        name: [(LINE + DUTY, None, None), ("姓名", "班级", "核对码")] for name in ("甲小学", "乙小学")
    }


def test_a_template_keeps_its_columns_in_the_first_row_and_has_the_mark_on_a_sheet_of_its_own():
    made = book(written(Form.TEMPLATE, "模板", table("样甲", "样乙", remarks=("请补充民族。",)), MARK))

    assert {sheet.title: words(sheet)[0] for sheet in made} == {
        "甲小学": ("姓名", "班级", "核对码"),
        "乙小学": ("姓名", "班级", "核对码"),
        "导出说明": (LINE + DUTY,),
    }
    assert words(made["导出说明"])[1:] == [("请补充民族。",)]


@pytest.mark.parametrize("form", [Form.LIST, Form.TEMPLATE])
def test_every_page_that_is_printed_of_a_workbook_has_the_mark(form):
    made = book(written(form, "名单", table("样甲", "样乙"), MARK))

    assert {sheet.oddHeader.left.text for sheet in made} == {LINE}


@pytest.mark.parametrize("form", [Form.LIST, Form.TEMPLATE])
def test_every_row_ends_in_its_own_hidden_code(form):
    made = book(written(form, "名单", table("样甲", "样乙", "样丙", "样丁"), MARK))

    sheets = [made["甲小学"], made["乙小学"]]
    rows = [row for sheet in sheets for row in words(sheet)[1 if form is Form.TEMPLATE else 2 :]]
    assert [row[2] for row in rows] == [row_code(MARK.number, n) for n in (1, 2, 3, 4)]
    assert [sheet.column_dimensions["C"].hidden for sheet in sheets] == [True, True]


def test_every_page_of_paper_has_the_mark_at_its_foot_and_across_it():
    content = written(Form.PAPER, "名单", table(*(f"样{n:03d}" for n in range(120))), MARK)

    document = pypdfium2.PdfDocument(content)
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    assert len(texts) > 2
    assert [text.count("".join(LINE.split())) for text in texts] == [2] * len(texts)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "\t=1+1", "|cmd", "%1", "=HYPERLINK(1)"])
@pytest.mark.parametrize("form", [Form.LIST, Form.TEMPLATE])
def test_a_name_that_looks_like_a_formula_stays_a_text(form, name):
    content = written(form, "名单", table(name, "样乙"), MARK)

    cell = book(content)["甲小学"].cell(3 if form is Form.LIST else 2, 1)
    assert (cell.value, cell.data_type, cell.number_format) == (name, "s", "@")
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert [part for part in parts.namelist() if b"<f>" in parts.read(part)] == []


def test_a_login_that_looks_like_a_formula_or_a_code_of_excel_stays_a_text():
    mark = Mark("=1&A", "&Psun", MARK.at, MARK.number)

    made = book(written(Form.LIST, "名单", table("样甲", "样乙"), mark)).worksheets[0]

    assert (made["A1"].data_type, made.oddHeader.left.text) == ("s", str(mark).replace("&", "&&"))


def test_what_is_typed_into_an_empty_cell_later_stays_a_text():
    made = book(written(Form.TEMPLATE, "模板", table("样甲", "样乙"), MARK))["乙小学"]

    assert (made["B2"].value, made.column_dimensions["B"].number_format) == (None, "@")


def test_control_characters_are_left_out():
    made = book(written(Form.LIST, "名单", table("样\x00甲\x0b", "样乙"), MARK))

    assert made["甲小学"]["A3"].value == "样甲"


def test_a_campus_whose_name_no_sheet_may_have_gets_one_that_it_may():
    odd = Table(("姓名",), [Sheet("甲/乙[小学]" + "长" * 40, [["样甲"]])])

    assert book(written(Form.LIST, "名单", odd, MARK)).sheetnames == ["甲_乙_小学_" + "长" * 24]


# --- for another office ----------------------------------------------------------------------------------------------
def test_a_locked_copy_is_not_read_without_its_password():
    copy = locked(written(Form.LIST, "名单", table("样甲", "样乙"), MARK), "AAAA-BBBB")

    with pytest.raises(zipfile.BadZipFile):
        book(copy)
    sealed = msoffcrypto.OfficeFile(io.BytesIO(copy))
    sealed.load_key(password="AAAA-CCCC", verify_password=False)  # pragma: allowlist secret
    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        sealed.decrypt(io.BytesIO(), verify_integrity=True)


def test_a_locked_copy_opens_with_its_password_and_is_the_same():
    content = written(Form.LIST, "名单", table("样甲", "样乙"), MARK)
    opened = io.BytesIO()

    sealed = msoffcrypto.OfficeFile(io.BytesIO(locked(content, "AAAA-BBBB")))
    sealed.load_key(password="AAAA-BBBB", verify_password=True)  # pragma: allowlist secret
    sealed.decrypt(opened, verify_integrity=True)

    assert opened.getvalue() == content


# --- whose_export ----------------------------------------------------------------------------------------------------
@pytest.fixture
def exported(season, sun, campus) -> Export:
    return Export.objects.create(
        number=MARK.number, district=season.district, season=season, campus=campus("新华小学"), kind="students",
        role="bureau", purpose="archive", rows=2, asked_by=sun,
    )  # fmt: skip


@pytest.fixture
def told(capsys, exported):
    def ask(trace: str) -> str:
        call_command("whose_export", trace)
        return capsys.readouterr().out.splitlines()[0]

    return ask


ABOUT = "DC-7K3M92PQ{}：新生名单，新华小学，2024年小学一年级招生入学，2人"


@pytest.mark.django_db
def test_a_leaked_workbook_names_its_export(told, tmp_path):
    (tmp_path / "leaked.xlsx").write_bytes(written(Form.TEMPLATE, "名单", table("样甲", "样乙"), MARK))

    assert told(str(tmp_path / "leaked.xlsx")) == ABOUT.format("，第1行")


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_one_leaked_row_names_its_export(told, tmp_path, encoding):
    (tmp_path / "row.txt").write_text(f"样乙\t2班\t{row_code(MARK.number, 2)}\r\n", encoding=encoding)

    assert told(str(tmp_path / "row.txt")) == ABOUT.format("，第2行")


@pytest.mark.django_db
def test_a_code_and_a_number_name_their_export(told):
    assert told(row_code(MARK.number, 2).lower()) == ABOUT.format("，第2行")
    assert told("dc-7k3m92pq") == ABOUT.format("")


@pytest.mark.django_db
def test_what_is_of_no_export_is_said_to_be_of_none(told, tmp_path):
    (tmp_path / "bomb.xlsx").write_bytes(b"PK\x03\x04 not an archive")

    for trace in (row_code(MARK.number, 3), "DC-AAAAAAAA", str(tmp_path / "bomb.xlsx")):
        with pytest.raises(CommandError, match="没有找到对应的导出"):
            told(trace)


def test_an_archive_that_would_fill_the_memory_is_not_unpacked(monkeypatch):
    monkeypatch.setattr("districts.watermark.MOST_UNPACKED", 100)

    assert text_of(written(Form.LIST, "名单", table("样甲", "样乙"), MARK)) == ""
