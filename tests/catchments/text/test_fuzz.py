"""Any text and any address: no exception, no time that grows faster than the text."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catchments.text import Alias, CatchmentText, Kind, Outcome, Ruling, lint, read
from catchments.text.grammar import read_text
from catchments.text.rulings import whole

WORDS = st.sampled_from(
    [
        "松路",
        "柏街",
        "桐村",
        "兰苑",
        "以东",
        "以西",
        "东至",
        "为界",
        "包括",
        "含",
        "不含",
        "除外",
        "等",
        "以及",
        "和",
        "及",
        "号",
        "单号",
        "双号",
        "1",
        "68",
        "一",
        "十二",
        "-",
        "——",
        "至",
        "以后",
        "之后",
        "段",
        "区",
        "组",
        "栋",
        "（",
        "）",
        "(",
        ")",
        "、",
        "，",
        "；",
        "。",
        "：",
        "户籍",
        "适龄儿童",
        "居住证",
        "人户一致",
        "学位",
        "统筹",
        "东（西）",
        "部分",
        "原",
        "新",
        "甲字",
        "附",
        "最大号",
        "其中",
        "镇",
        "本村",
        "1.",
        "①",
        "小学",
        "初中",
        "\n",
        "空",
        "格",
        "**",
        "|",
        "符合",
        "条件",
        "附近居住",
        "从",
        "到",
        "户籍在",
        "A1",
        "A-05",
        "地块",
        "网格",
        "支弄",
        "两村",
        "只包括",
        "除",
        "外",
        "交叉口",
        "多校划片",
        "横路",
        "3-1",
    ]
)
texts = st.one_of(st.lists(WORDS, max_size=60).map("".join), st.text(max_size=200))
addresses = st.one_of(st.lists(WORDS, max_size=30).map("".join), st.text(max_size=400))
PATTERNS = [
    "(",
    ")",
    "(a",
    "甲路以东",
    "甲路、",
    "1、",
    "1-2",
    "一、",
    "从甲路至乙段",
    "包括",
    "不含",
    "户籍",
    "甲村户籍的适龄儿童、",
    "村和",
    "甲:",
    "1.",
    "甲路（除乙路外）",
    "1号（2号）",
    "单号",
    "等",
    "甲",
    "东西",
    "（（））",
    "在",
    "符合",
    "一巷",
    "镇内小区",
    "1号除外",
    "甲路1号（单号），乙村户籍；",
    "甲路（1、2、3号），",
    "除1号",
    "1号(",
    "A1、",
    "三、四",
    "户籍在村的",
    "（除乙路至",
    "：居住证甲字",
    "**包括①以东",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts, texts)
def test_any_text_is_read_whole(first, second):
    rows = [CatchmentText("primary", "", "甲小学", first), CatchmentText("junior", "", "乙中学", second)]

    book = read(rows, "山南省松江市城区")

    for entry in book.entries:
        covered = {i for clause in entry.clauses for i in range(*clause.span)}
        assert covered == set(range(len(entry.row.text)))
    lint(book)


BOOK = read(
    [
        CatchmentText("primary", "", "甲小学", "松路、柏街1-99号单号、桐村户籍适龄儿童、兰苑（1-6栋）、东（西）营"),
        CatchmentText("primary", "", "乙小学", "柏街以东，桐路以西（不含桐路）。包括柏街2-98号等。"),
    ],
    "山南省松江市城区",
)


@settings(max_examples=300, deadline=None)
@given(addresses, st.one_of(st.none(), addresses))
def test_any_address_is_answered(address, hukou):
    answer = BOOK.lookup(address, "primary", hukou)

    assert answer.sentence
    assert (answer.outcome is Outcome.NONE) == (answer.schools == ())


@settings(max_examples=150, deadline=None)
@given(addresses, st.one_of(st.none(), addresses))
def test_any_question_has_options_that_answer_it(address, hukou):
    answer = BOOK.lookup(address, "primary", hukou)
    options = BOOK.options(answer, hukou)

    assert not (options and BOOK.asks(answer, hukou))
    for option in options:
        answered = BOOK.answered(answer, option.label, hukou)
        assert (answered.schools, answered.said) == (option.schools, option.label)
        assert answered.sentence.startswith("按您的回答")
        assert (answered.outcome is Outcome.NONE) == (answered.schools == ())


@settings(max_examples=150, deadline=None)
@given(addresses, addresses, addresses)
def test_any_gazetteer_is_searched_and_any_beginning_completed(name, means, address):
    book = read([entry.row for entry in BOOK.entries], "山南省松江市城区", [Alias(name, means)])

    assert book.lookup(address + name + means, "primary").sentence
    assert len(set(book.names(address, "primary"))) == len(book.names(address, "primary")) <= 8
    assert len(book.nearest(address, "primary")) <= 5


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts.filter(bool), texts, st.integers(0, 400), st.integers(1, 40), st.booleans())
def test_any_ruling_leaves_the_rest_of_the_text_as_it_was(text, words, start, length, settles):
    start = start % len(text)
    span = (start, min(start + length, len(text)))
    rows = [CatchmentText("primary", "", "甲小学", text)]
    before = read(rows).clauses("甲小学")

    after = read(rows, "", (), [Ruling("primary", "甲小学", words, span, settles)]).clauses("甲小学")

    first, last = whole(before, span)
    rest = [c for c in before if c.span[1] <= first or c.span[0] >= last]
    kept = [c for c in after if c.ruling is None]
    assert [(c.kind, c.span, c.quote, c.claims, c.lines) for c in kept] == [
        (c.kind, c.span, c.quote, c.claims, c.lines) for c in rest
    ]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["松路", "柏街", "桐村", "兰苑"]), min_size=1, max_size=6, unique=True),
    st.integers(1, 300),
)
def test_listed_names_are_found_again(names, number):
    book = read([CatchmentText("primary", "", "甲小学", "包括" + "、".join(names) + "等。")])

    assert all(book.lookup(f"{name}{number}号", "primary").schools == ("甲小学",) for name in names)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_time_grows_with_the_text_not_faster(pattern):
    def seconds(size: int) -> float:
        text = (pattern * (size // len(pattern) + 1))[:size]
        best = float("inf")
        for _ in range(2):
            start = time.process_time()
            read_text(CatchmentText("primary", "", "甲小学", text))
            best = min(best, time.process_time() - start)
        return best

    small, large = seconds(10_000), seconds(40_000)

    assert large < 9 * small + 0.1


def test_a_text_of_100_kb_and_an_address_of_2_kb_are_quick():
    text = "松路1-99号（单号）、柏村户籍的适龄儿童，桐街以东（不含桐街）；" * 3000
    start = time.process_time()

    book = read([CatchmentText("primary", "", "甲小学", text[:100_000])])
    book.lookup("松路" * 1000, "primary")
    book.lookup("(" * 2000, "primary", "户籍" * 1000)

    assert time.process_time() - start < 20
    assert Kind.NUMBERS in {clause.kind for clause in book.entries[0].clauses}
