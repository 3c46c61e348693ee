"""Official texts come in: shown clause by clause before anything is saved, all of them or none."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from catchments import importing, rulings
from catchments.importing import Outdated
from catchments.lookup import lookup
from catchments.models import Catchment, Ruling
from catchments.reading import Colour
from catchments.rulings import Words
from districts.models import AuditEvent
from districts.tables import BrokenFiles
from tests.districts.test_sheets import as_docx, as_xlsx

pytestmark = pytest.mark.django_db

HEAD = "level,group,school,text\n"


def table(*rows: str, head: str = HEAD) -> bytes:
    return (head + "\n".join(rows) + "\n").encode()


def propose(district, content: bytes, name: str = "t.csv", level: str = "") -> list:
    return importing.propose(district, 2024, name, content, level)


def faults(district, content: bytes) -> list[str]:
    with pytest.raises(BrokenFiles) as caught:
        propose(district, content)
    return [str(fault) for fault in caught.value.faults]


def text_of(name: str) -> str:
    return Catchment.objects.get(campus__name=name, season__level="primary").text


def test_a_proposal_shows_every_character_once_and_changes_nothing(district, season):
    before = text_of("新华小学")
    (proposal,) = propose(district, table("primary,,新华小学,松间路以东。包括松间小区、柏后街（单号1—35号）等。"))

    (change,) = proposal.changes
    assert "".join(piece.words for piece in change.reading.pieces) == change.row.text
    assert [(line.name, line.words) for line in change.reading.lines] == [
        ("边界", "松间路以东"),
        ("地名", "松间小区"),
        ("门牌号段", "柏后街（单号1—35号）"),
        ("未列完（等）", "等"),
    ]
    assert (change.before, text_of("新华小学")) == (before, before)


def test_words_that_are_not_understood_are_shown_and_counted(district, season):
    (proposal,) = propose(district, table("primary,,新华小学,松间小区、※※≈≈※※"))

    (change,) = proposal.changes
    assert [line.words for line in change.reading.unread_lines] == ["※※≈≈※※"]
    assert (change.reading.unread, proposal.unread) == (6, 6)
    assert [piece.words for piece in change.reading.pieces if piece.colour is Colour.UNREAD] == ["※※≈≈※※"]


def test_saving_changes_the_answers_and_leaves_a_line_with_the_text_before(district, season, sun):
    before = text_of("新华小学")
    proposals = propose(district, table("primary,,新华小学,松间小区"))

    assert importing.save(proposals, by=sun) == 1
    assert [s.campus.name for s in lookup(season, "松间小区3号楼").servings] == ["新华小学"]
    event = AuditEvent.objects.get(action="catchment.imported")
    assert (event.detail["before"], event.detail["after"], event.actor) == (before, "松间小区", str(sun.pk))


def test_a_text_that_is_the_same_is_no_change(district, season):
    (proposal,) = propose(district, table(f'primary,,新华小学,"{text_of("新华小学")}"'))

    assert (proposal.changes, proposal.same) == ([], ["新华小学"])


def test_campuses_that_the_file_leaves_out_are_named(district, season):
    (proposal,) = propose(district, table("primary,,新华小学,松间小区"))

    assert (len(proposal.missing), "新华小学" in proposal.missing) == (14, False)


def test_both_levels_of_one_file_are_two_proposals(district):
    content = table("初中,,阳泉二中,柏后街", "小学,,新华小学,松间小区")

    assert [(p.season.level, len(p.changes)) for p in propose(district, content)] == [("primary", 1), ("junior", 1)]


@pytest.mark.parametrize(("name", "make"), [("t.xlsx", as_xlsx), ("t.docx", as_docx)])
def test_excel_and_word_are_read_too(district, name, make):
    (proposal,) = propose(district, make([["学段", "学校", "招生范围"], ["小学", "新华小学", "松间小区"]]), name)

    assert [change.row.text for change in proposal.changes] == ["松间小区"]


def test_a_table_without_levels_is_of_the_level_that_is_said(district):
    content = table("新华小学,松间小区", head="学校,招生范围\n")

    assert [p.season.level for p in propose(district, content, level="primary")] == ["primary"]
    assert faults(district, content) == ["t.csv 第2行 整行：没有写明学段（小学或初中）。"]


def test_a_broken_file_is_refused_whole_with_every_line_and_column(district, season):
    before = text_of("新华小学")
    content = table(
        "primary,,新华小学,松间小区", "primary,,新华小,柏后街", "小班,,朝阳小学,梅村", "primary,,新华小学,", ""
    )

    assert faults(district, content) == [
        "t.csv 第4行 A列：应为 primary（小学）或 junior（初中），现在是“小班”。",
        "t.csv 第5行 D列：不能为空。",
        "t.csv 第3行 C列：2024年小学招生计划里没有“新华小”。是不是“新华小学”？",
    ]
    assert text_of("新华小学") == before


def test_a_school_that_comes_twice_is_refused(district):
    assert faults(district, table("primary,,新华小学,松间小区", "primary,,新华小学,柏后街")) == [
        "t.csv 第3行 C列：“新华小学”在第2行已经有了。"
    ]


def test_what_was_shown_is_what_is_saved(district, season, sun):
    proposals = propose(district, table("primary,,新华小学,松间小区"))
    Catchment.objects.filter(season=season, campus__name="朝阳小学").update(text="梅村")

    with pytest.raises(Outdated):
        importing.save(proposals, by=sun)
    assert text_of("新华小学") != "松间小区"


def test_only_the_bureau_imports(district, season, zhao):
    with pytest.raises(PermissionDenied):
        importing.save(propose(district, table("primary,,新华小学,松间小区")), by=zhao)


def test_a_correction_follows_its_words_into_the_new_text(district, season, campus, sun):
    importing.save(propose(district, table("primary,,新华小学,松间小区、柏后衔")), by=sun)
    rulings.correct(season, campus("新华小学"), (5, 8), Words("柏后街", "文稿校对"), by=sun)

    (proposal,) = propose(district, table("primary,,新华小学,梅村、竹里、柏后衔"))
    importing.save([proposal], by=sun)

    ruling = Ruling.objects.get()
    assert (ruling.start, ruling.end, ruling.replaced, ruling.withdrawn_at) == (6, 9, "柏后衔", None)
    assert [s.campus.name for s in lookup(season, "柏后街8号").servings] == ["新华小学"]


def test_a_correction_whose_words_are_gone_is_withdrawn_with_its_reason(district, season, campus, sun):
    importing.save(propose(district, table("primary,,新华小学,松间小区、柏后衔")), by=sun)
    rulings.correct(season, campus("新华小学"), (5, 8), Words("柏后街", "文稿校对"), by=sun)

    (proposal,) = propose(district, table("primary,,新华小学,松间小区、柏后街"))
    assert [ruling.replaced for ruling in proposal.changes[0].lost] == ["柏后衔"]
    importing.save([proposal], by=sun)

    assert Ruling.objects.get().withdrawn_by == sun
    event = AuditEvent.objects.get(action="ruling.withdrawn")
    assert event.detail["because"] == "施教区文字改动，原文中不再有这些字"


def command(path: Path, *options: str, answer: str | None = None, monkeypatch=None) -> str:
    out = io.StringIO()
    if monkeypatch:
        monkeypatch.setattr("sys.stdin", io.StringIO("" if answer is None else answer + "\n"))
    call_command("import_catchments", path, "--district", "yangquan-chengqu", "--season", "2024", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "t.csv"
    path.write_bytes(table("primary,,新华小学,松间小区、※※≈≈※※"))
    return path


def test_the_command_shows_each_clause_and_saves_when_told(file, season, monkeypatch):
    shown = command(file, answer="y", monkeypatch=monkeypatch)

    assert "    0—4 地名：松间小区\n    5—11 没有读懂：※※≈≈※※\n" in shown
    assert text_of("新华小学") == "松间小区、※※≈≈※※"


def test_the_command_compares_with_the_text_before(file, season):
    Catchment.objects.filter(season=season, campus__name="新华小学").update(text="松间小区、竹里")

    shown = command(file, "--preview").splitlines()
    assert "  比较：松间小区、[-竹里-][+※※≈≈※※+]" in shown
    assert "保存以后：1个住址的查询结果因此改变：竹里：新华小学 → 没有学校。" in shown


def test_a_merged_cell_counts_for_every_line_that_it_covers(district):
    book = openpyxl.load_workbook(
        io.BytesIO(
            as_xlsx([["学段", "学校", "招生范围"], ["小学", "新华小学", "松间小区"], [None, "朝阳小学", "竹里"]])
        )
    )
    book.active.merge_cells("A2:A3")
    out = io.BytesIO()
    book.save(out)

    (proposal,) = propose(district, out.getvalue(), "t.xlsx")
    assert [change.campus.name for change in proposal.changes] == ["新华小学", "朝阳小学"]


def test_the_command_saves_nothing_when_nobody_answers(file, season, monkeypatch):
    with pytest.raises(CommandError, match="没有保存。核对以后可以加 --yes 保存。"):
        command(file, monkeypatch=monkeypatch)
    assert text_of("新华小学") != "松间小区、※※≈≈※※"


def test_the_command_saves_without_asking_with_yes_and_never_with_preview(file, season):
    command(file, "--preview")
    assert text_of("新华小学") != "松间小区、※※≈≈※※"
    command(file, "--yes")
    assert text_of("新华小学") == "松间小区、※※≈≈※※"


def test_the_command_names_every_fault(tmp_path, season):
    path = tmp_path / "t.csv"
    path.write_bytes(table("primary,,没有的小学,松间小区"))

    with pytest.raises(CommandError, match=r"t\.csv 第2行 C列：2024年小学招生计划里没有“没有的小学”"):
        command(path, "--yes")


def test_the_command_knows_a_district_by_code_and_by_name(file, season):
    with pytest.raises(CommandError, match="没有区县“某某区”。现有：yangquan-chengqu（阳泉市城区）。"):
        call_command("import_catchments", file, "--district", "某某区", "--season", "2024")
    call_command(
        "import_catchments", file, "--district", "阳泉市城区", "--season", "2024", "--preview", stdout=io.StringIO()
    )
