"""The verifier: it passes every published vector, catches every tampering we could think of, and stands alone."""

from __future__ import annotations

import ast
import copy
import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from classing import verify
from classing.protocol import Notice, Transcript, dumps, leaf, record
from tests.classing.protocol.cohorts import a_notice, a_transcript, an_order_notice, lines

VECTORS = Path(__file__).parent / "vectors"
DRAWS = sorted(path for path in VECTORS.glob("*.json") if not path.name.endswith(".sealed.json"))
SMALL = VECTORS / "tv-12-sha256.json"
RECORD = json.loads(SMALL.read_text(encoding="utf-8"))
RECEIPTS = {child["code"]: child for child in json.loads((VECTORS / "tv-12-sha256.sealed.json").read_text("utf-8"))}
RECEIPT = RECEIPTS["126861"]

FORMAT = "记录文件的格式，没有缺项和多余的项"
NOTICE = "通知：每一行的写法和次序"
ROSTER = "名册：编号和密封码没有重复，按编号排列"
CLASSES = "班级"
CAP = "每班人数上限"
SEATS = "名额和同组规则"
ROOT = "总根值由名册重新算出"
TRANSCRIPT = "抽取记录：每一行的写法和次序"
SAME_NOTICE = "抽取记录用的就是这份通知"
WITNESSES = "监督员至少三人，每人一个承诺、一次开封"
REVEALS = "每次开封与事前的承诺相符"
PUBLIC = "公开数字的位数和信标"
SEED = "种子由抽取记录算出"
RESULT = "结果由通知和种子逐行重算"
RECEIPT_CHECK = "家长回执"


def first_wrong(made, receipt=None) -> str | None:
    """The title of the check that failed, which must be the last one made."""
    outcomes = verify.verify(made, receipt)
    assert all(outcome.passed for outcome in outcomes[:-1])
    return None if outcomes[-1].passed else outcomes[-1].title


def changed(**changes):
    return copy.deepcopy(RECORD) | changes


def with_text(name: str, old: str, new: str):
    assert old in RECORD[name]
    return changed(**{name: RECORD[name].replace(old, new, 1)})


def in_notice(old: str, new: str):
    return with_text("notice", old, new)


def in_transcript(old: str, new: str):
    return with_text("transcript", old, new)


def roster_row(number: int) -> str:
    return RECORD["notice"].split("roster:\n")[1].split("\n")[number]


def line_of(name: str, start: str) -> str:
    return next(line for line in RECORD[name].split("\n") if line.startswith(start))


# -- what holds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", DRAWS, ids=lambda path: path.stem)
def test_every_published_vector_passes(path):
    assert first_wrong(json.loads(path.read_text(encoding="utf-8"))) is None


def test_a_class_draw_is_told_in_these_checks():
    assert [outcome.title for outcome in verify.verify(RECORD, RECEIPT)] == [
        FORMAT, NOTICE, ROSTER, CLASSES, CAP, ROOT, TRANSCRIPT, SAME_NOTICE, WITNESSES, REVEALS, PUBLIC, SEED, RESULT,
        "人数与均衡情况", RECEIPT_CHECK,
    ]  # fmt: skip


def test_an_order_is_told_by_its_seats():
    notice = an_order_notice()

    assert verify.verify(record(notice, a_transcript(notice)))[3].detail == "3 个名额；多胞胎轮到时整组录取"


def test_a_family_learns_its_class():
    told = verify.verify(RECORD, RECEIPT)[-1].detail

    assert told == f"孩子在名册中，编号 126861，班级：{dict(RECORD['result'])['126861']}"


@pytest.mark.parametrize("code", sorted(RECEIPTS))
def test_every_receipt_opens_its_line(code):
    assert first_wrong(RECORD, RECEIPTS[code]) is None


@pytest.mark.parametrize(("place", "ending"), [(0, "顺序第 1 位，已录取"), (5, "顺序第 6 位，候补第 3 位")])
def test_an_applicant_learns_the_place(place, ending):
    seal = {"name": "王小明", "id_number": "P1", "group": "-", "levels": ("-",), "salt": "ab" * 16}
    notice = an_order_notice()
    roster = [replace(line, leaf=leaf("sha256", notice.draw, line.code, **seal)) for line in lines("-" * 6, ["-"] * 6)]
    notice = replace(notice, roster=tuple(roster))
    made = record(notice, a_transcript(notice))
    code = made["result"][place]
    receipt = {"code": code, "name": "王小明", "id": "P1", "group": "-", "levels": ["-"], "salt": "ab" * 16}

    assert verify.verify(made, receipt)[-1].detail == f"孩子在名册中，编号 {code}，{ending}"


def test_a_voided_envelope_passes_and_is_named():
    notice = a_notice()
    outcomes = verify.verify(record(notice, a_transcript(notice, void=["W2"])))

    assert (verify.holds(outcomes), outcomes[9].detail) == (True, "违规记录：W2 的数作废，按规则以封存的承诺代入")


def test_rules_that_stayed_open_are_named():
    path = VECTORS / "tv-12-sm3.json"
    told = verify.verify(json.loads(path.read_text(encoding="utf-8")))[-1].detail

    assert [part for part in told.split("；") if part.startswith("未能满足")] == [
        "未能满足：f2 的 q 类在 3 班有 3 人，均衡应为 1 至 2 人",
        "未能满足：f2 的 n 类在 2 班有 3 人，均衡应为 1 至 2 人",
        "未能满足：f2 的 n 类在 3 班有 0 人，均衡应为 1 至 2 人",
        "未能满足：f2 的 b 类在 2 班有 0 人，均衡应为 1 至 1 人",
        "未能满足：f2 的 b 类在 1 班有 2 人，均衡应为 1 至 1 人",
    ]


def test_the_figures_of_the_record_are_not_believed():
    assert first_wrong(changed(stats={"left": 0, "anything": "else"})) is None


def test_what_is_appended_is_named_as_not_checked():
    assert verify.verify(changed(late=[]))[0].detail == "另附 late，不在本程序核对之列"


def test_an_sm3_draw_passes_where_python_has_no_sm3(monkeypatch):
    def no_sm3(name, *args):
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", no_sm3)

    assert first_wrong(json.loads((VECTORS / "tv-12-sm3.json").read_text(encoding="utf-8"))) is None


# -- what does not ----------------------------------------------------------------------------------------------------

CLASSES_SWAPPED = [[code, {"1": "2", "2": "1"}.get(label, label)] for code, label in RECORD["result"]]
COMMIT_W1 = line_of("transcript", "commit: W1").split(" ")[2]
COMMIT_W2 = line_of("transcript", "commit: W2").split(" ")[2]
REVEAL_W1 = line_of("transcript", "reveal: W1")
ROW_0, ROW_1 = roster_row(0), roster_row(1)

TAMPERINGS = {
    "not an object": ([RECORD], FORMAT),
    "another format": (changed(format="fairdraw/2"), FORMAT),
    "something more": (changed(note="x"), FORMAT),
    "no statistics": ({name: value for name, value in RECORD.items() if name != "stats"}, FORMAT),
    "a notice that is no text": (changed(notice=["x"]), FORMAT),
    "an empty notice": (changed(notice=""), NOTICE),
    "another version of the notice": (in_notice("fairdraw/1", "fairdraw/2"), NOTICE),
    "a line more": (in_notice("rounds: 0\n", "rounds: 0\nskip: 126861\n"), NOTICE),
    "a line less": (in_notice("prev: " + "0" * 64 + "\n", ""), NOTICE),
    "a line twice": (in_notice("cap: 50\n", "cap: 50\ncap: 60\n"), NOTICE),
    "lines changed about": (in_notice("balls: 6\nbeacon: none\n", "beacon: none\nballs: 6\n"), NOTICE),
    "words after the end": (changed(notice=RECORD["notice"] + "x\n"), NOTICE),
    "line ends of another system": (changed(notice=RECORD["notice"].replace("\n", "\r\n")), NOTICE),
    "a byte order mark": (changed(notice="\ufeff" + RECORD["notice"]), NOTICE),
    "a space at a line's end": (in_notice("school: TEST", "school: TEST "), NOTICE),
    "an invisible space": (in_notice("school: TEST", "school: TE\u200bST"), NOTICE),
    "half a character": (in_notice("school: TEST", "school: TE\ud800ST"), NOTICE),
    "a number with a leading zero": (in_notice("cap: 50", "cap: 050"), NOTICE),
    "a number in other digits": (in_notice("cap: 50", "cap: ５０"), NOTICE),
    "rounds without end": (in_notice("rounds: 0", "rounds: 999999999"), NOTICE),
    "a weight of nothing": (in_notice("f2:4", "f2:0"), NOTICE),
    "a factor twice": (in_notice("f2:4", "f1:4"), NOTICE),
    "a witness twice": (in_notice("witness: W2", "witness: W1"), NOTICE),
    "an unknown hash": (in_notice("suite: sha256", "suite: md5"), NOTICE),
    "a code of five digits": (in_notice(ROW_0[:6], ROW_0[:5]), NOTICE),
    "an unknown kind of group": (in_notice("A01", "B01"), NOTICE),
    "a count that is not true": (in_notice("n: 12", "n: 11"), ROSTER),
    "a child left out": (in_notice(ROW_0 + "\n", ""), ROSTER),
    "a code twice": (in_notice(ROW_1[:6], ROW_0[:6]), ROSTER),
    "a leaf twice": (in_notice(ROW_1[-64:], ROW_0[-64:]), ROSTER),
    "a roster out of order": (in_notice(f"{ROW_0}\n{ROW_1}", f"{ROW_1}\n{ROW_0}"), ROSTER),
    "a level too few": (in_notice("b,a,p", "b,a"), ROSTER),
    "a class too few": (in_notice("classes: 1 2 3", "classes: 1 2"), CLASSES),
    "a class twice": (in_notice("classes: 1 2 3", "classes: 1 2 2"), CLASSES),
    "a single class": (in_notice("k: 3\nclasses: 1 2 3", "k: 1\nclasses: 1"), CLASSES),
    "a cap too small": (in_notice("cap: 50", "cap: 3"), CAP),
    "another leaf": (in_notice(ROW_1[-64:], "0" * 64), ROOT),
    "another root": (in_notice(line_of("notice", "root: "), "root: " + "0" * 64), ROOT),
    "another version of the transcript": (in_transcript("fairdraw/1", "fairdraw/2"), TRANSCRIPT),
    "a line more in the transcript": (in_transcript("beacon: none\n", "beacon: none\nballs: 111111\n"), TRANSCRIPT),
    "a number of nineteen digits": (in_transcript(REVEAL_W1, REVEAL_W1.replace("W1 8", "W1 ")), TRANSCRIPT),
    "another school": (in_notice("school: TEST", "school: TEST2"), SAME_NOTICE),
    "another draw": (in_notice("draw: TV-12-3-sha256", "draw: TV-12-3-sha257"), SAME_NOTICE),
    "another verifier": (in_notice("software: 0", "software: 1"), SAME_NOTICE),
    "a child of another sex": (in_notice("- r,m,f", "- b,m,f"), SAME_NOTICE),
    "a pair no longer together": (in_notice("T00", "T01"), SAME_NOTICE),
    "a transcript of another notice": (in_transcript("notice: 8", "notice: 9"), SAME_NOTICE),
    "a witness who never committed": (in_transcript(f"commit: W1 {COMMIT_W1}\n", ""), WITNESSES),
    "a witness who never opened": (in_transcript(REVEAL_W1 + "\n", ""), WITNESSES),
    "a witness who opened twice": (in_transcript(REVEAL_W1, f"{REVEAL_W1}\n{REVEAL_W1}"), WITNESSES),
    "a stranger among the witnesses": (in_transcript("commit: W1", "commit: W9"), WITNESSES),
    "another number": (in_transcript("W1 8", "W1 9"), REVEALS),
    "another nonce": (in_transcript(REVEAL_W1, REVEAL_W1[:-1] + "0"), REVEALS),
    "another commitment": (in_transcript(COMMIT_W1, "0" * 64), REVEALS),
    "a void line of one's own choice": (in_transcript(REVEAL_W1, f"reveal: W1 VOID {COMMIT_W2}"), REVEALS),
    "a public digit too few": (in_transcript("balls: 682049", "balls: 68204"), PUBLIC),
    "no public digits": (in_transcript("balls: 682049", "balls: "), PUBLIC),
    "a beacon that nobody announced": (in_transcript("beacon: none", "beacon: 7"), PUBLIC),
    "other public digits": (in_transcript("balls: 682049", "balls: 682048"), SEED),
    "a good number declared void": (in_transcript(REVEAL_W1, f"reveal: W1 VOID {COMMIT_W1}"), SEED),
    "another seed": (changed(seed="0" * 64), SEED),
    "another SM3 digest": (changed(digest_sm3="0" * 64), SEED),
    "two classes exchanged": (changed(result=CLASSES_SWAPPED), RESULT),
    "a child in another class": (changed(result=[["100008", "3"], *RECORD["result"][1:]]), RESULT),
    "a child without a class": (changed(result=RECORD["result"][1:]), RESULT),
    "a child nobody knew": (changed(result=[*RECORD["result"], ["999999", "1"]]), RESULT),
    "a result in another order": (changed(result=RECORD["result"][::-1]), RESULT),
    "a result of numbers": (changed(result=[[code, int(label)] for code, label in RECORD["result"]]), RESULT),
    "a result of another shape": (changed(result=dict(RECORD["result"])), RESULT),
}


@pytest.mark.parametrize(("made", "title"), TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_a_tampered_record_fails_at(made, title):
    assert first_wrong(made) == title


def resealed(text: str):
    """The record after somebody changed the notice and then made transcript and seed fit again."""
    found = hashlib.sha256(text.encode()).hexdigest()
    transcript = RECORD["transcript"].replace(RECORD["transcript"].split("\n")[1], f"notice: {found}")
    return changed(notice=text, transcript=transcript) | {
        "seed": hashlib.sha256(transcript.encode()).hexdigest(),
        "digest_sm3": verify.h("sm3", transcript),
    }


def test_a_changed_notice_with_everything_else_made_to_fit_gives_other_classes():
    assert first_wrong(resealed(RECORD["notice"].replace("cap: 50", "cap: 49"))) == RESULT


def test_a_draw_rewritten_from_end_to_end_shows_another_notice_hash():
    """No program can tell it from a true one: that is what the hash on paper is for, and the verifier prints it."""
    made = resealed(RECORD["notice"].replace("cap: 50", "cap: 49"))
    rewritten = record(Notice.parse(made["notice"]), Transcript.parse(made["transcript"]))
    outcomes = verify.verify(rewritten)

    assert (verify.holds(outcomes), outcomes[7].detail) == (
        True,
        f"请与张贴的纸质通知比对：{hashlib.sha256(made['notice'].encode()).hexdigest()}",
    )


def test_two_witnesses_are_not_enough():
    notice = RECORD["notice"].replace("witness: W3 parents\n", "")
    made = resealed(notice)
    kept = [line for line in made["transcript"].split("\n") if " W3 " not in line]

    assert first_wrong(made | {"transcript": "\n".join(kept)}) == WITNESSES


def test_an_announced_beacon_cannot_be_left_out():
    notice = a_notice(beacon="中国福利彩票双色球 2026080 期")
    made = record(notice, a_transcript(notice))
    made["transcript"] = made["transcript"].replace("beacon: beacon value 1", "beacon: none")

    assert first_wrong(made) == PUBLIC


def test_a_group_larger_than_a_class_is_refused():
    assert first_wrong(changed(notice=RECORD["notice"].replace(" - ", " T00 "))) == CLASSES


@pytest.mark.parametrize(
    ("old", "new", "title"),
    [
        ("seats: 3", "seats: 0", SEATS),
        ("groups: all", "groups: best", NOTICE),
        ("seats: 3", "seats: 4", SAME_NOTICE),
        (" - - ", " - b ", ROSTER),
    ],
)
def test_a_tampered_order_notice_is_caught(old, new, title):
    notice = an_order_notice()
    made = record(notice, a_transcript(notice))

    assert first_wrong(made | {"notice": made["notice"].replace(old, new, 1)}) == title


def test_an_order_with_two_places_exchanged_is_caught():
    notice = an_order_notice()
    made = record(notice, a_transcript(notice))
    first, second, *rest = made["result"]

    assert first_wrong(made | {"result": [second, first, *rest]}) == RESULT


@pytest.mark.parametrize(
    "receipt",
    [
        [],
        {},
        RECEIPT | {"note": "x"},
        RECEIPT | {"code": "000000"},
        RECEIPT | {"code": "100008"},
        RECEIPT | {"name": "测试生006"},
        RECEIPT | {"name": "\ud800"},
        RECEIPT | {"id": RECEIPT["id"][:-1] + "9"},
        RECEIPT | {"group": "A01"},
        RECEIPT | {"levels": ["b", "m", "f"]},
        RECEIPT | {"levels": "rmf"},
        RECEIPT | {"levels": ["r", "m", 1]},
        RECEIPT | {"salt": "0" * 32},
        RECEIPT | {"salt": 0},
    ],
)
def test_a_receipt_that_does_not_fit_is_refused(receipt):
    assert first_wrong(RECORD, receipt) == RECEIPT_CHECK


def test_a_roster_that_says_other_than_the_sealed_leaf_is_caught_by_the_family():
    """The leaf is that of the receipt, but the public line gives the child another level: only a receipt shows it."""
    text = in_notice("- r,m,f ab910c", "- b,m,f ab910c")["notice"]
    made = resealed(text)
    drawn = record(Notice.parse(text), Transcript.parse(made["transcript"]))

    assert [first_wrong(drawn), first_wrong(drawn, RECEIPT)] == [None, RECEIPT_CHECK]


# -- the file ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def stick(tmp_path):
    """A USB stick with nothing on it but the verifier, run in a directory that knows nothing of the project."""
    shutil.copy(verify.__file__, tmp_path / "verify.py")

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-I", "verify.py", *map(str, arguments)],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
            check=False,
        )

    return run


def saved(tmp_path, content) -> Path:
    path = tmp_path / "record.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_the_copied_file_passes_a_record(stick):
    done = stick(SMALL)

    assert (done.returncode, done.stdout.split("\n")[-2]) == (0, "结论：全部 14 项通过。")


def test_the_copied_file_checks_a_receipt(stick, tmp_path):
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps(RECEIPT), encoding="utf-8")
    done = stick(SMALL, "--receipt", receipt)

    assert (done.returncode, done.stdout.split("\n")[-2]) == (0, "结论：全部 15 项通过。")


def test_the_copied_file_names_the_first_thing_wrong(stick, tmp_path):
    done = stick(saved(tmp_path, json.dumps(changed(seed="0" * 64))))

    assert (done.returncode, done.stdout.split("\n")[-2]) == (
        1,
        f"结论：不通过。第一处不符：种子由抽取记录算出——记录所写种子不是由抽取记录算出的种子（应为 {RECORD['seed']}）。"
        "其后各项没有再核对。",
    )


def test_a_mock_draw_is_called_a_rehearsal(stick, tmp_path):
    notice = a_notice(draw="MOCK-1")
    done = stick(saved(tmp_path, dumps(record(notice, a_transcript(notice)))))

    assert done.stdout.split("\n")[-2] == "结论：全部 14 项通过（这是一次演练，不是正式结果）。"


def test_it_knows_whether_it_is_the_published_file(stick, tmp_path):
    own = hashlib.sha256(Path(verify.__file__).read_bytes()).hexdigest()
    notice = a_notice(software=own)
    done = stick(saved(tmp_path, dumps(record(notice, a_transcript(notice)))))

    assert done.stdout.split("\n")[-3] == f"本程序文件的 sha256 值：{own}（与通知所公布的一致）"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"\xef\xbb\xbf" + SMALL.read_bytes(),
        b"[" * 100_000,
        b'{"n": NaN}',
        SMALL.read_bytes() + b"x",
        SMALL.read_bytes().replace(b'"seed"', b'"seed": "", "seed"'),
        SMALL.read_bytes().replace(b'"start"', b'"start": 1, "start"'),
        b"{" + b'"a": ' + b"9" * 10_000 + b"}",
        b"null",
    ],
    ids=["empty", "bytes", "mark", "deep", "nan", "tail", "key twice", "inner key twice", "huge number", "null"],
)
def test_a_file_that_is_no_record_is_refused_in_plain_words(stick, tmp_path, content):
    done = stick(saved(tmp_path, content))
    last = done.stdout.split("\n")[-2].removeprefix("结论：")

    assert (done.returncode, done.stderr, last[:3]) == (1, "", "不通过")


def test_a_file_that_is_not_there_is_refused_in_plain_words(stick):
    done = stick("nothing.json")

    assert (done.returncode, done.stdout.split("：")[:2]) == (1, ["不通过", "记录打不开"])


def test_an_empty_receipt_does_not_count_as_none(stick, tmp_path):
    done = stick(SMALL, "--receipt", saved(tmp_path, "null"))

    assert (done.returncode, done.stdout) == (1, "不通过：回执是空的\n")


def test_it_imports_nothing_but_the_standard_library():
    tree = ast.parse(Path(verify.__file__).read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) == set()


def test_its_syntax_is_that_of_python_3_8():
    source = Path(verify.__file__).read_text(encoding="utf-8")

    assert ast.parse(source, feature_version=(3, 8)).body != []
