"""What the words of a bracket are about: exceptions, inclusions, old names, persons, or the state of a building."""

from __future__ import annotations

import re

from catchments.text.clauses import Kind
from catchments.text.drafts import Draft, refine
from catchments.text.layout import Layout
from catchments.text.names import sibling
from catchments.text.number_reading import read_numbers
from catchments.text.numbers import CN

CONDITION = re.compile(
    r"户籍|户口|居住证|一致|老户|业主|股民|村民(?!小?组)|子弟(?!校)|职工(?!住宅|宿舍|楼|新村|家属)|集体户|子女|毕业生|居民(?!楼|小组|小区|点)|户$|学生|住户|适龄"
)

STATUS = re.compile(
    r"^全.?$|各段|全段|拆|筹|规划|暂定|在建|备注|安置|统筹|过渡|范围|登记|交房|未|属临|自愿|管理|等$|入住|建设中|简称|现状|现有|方向|同$|近|距离|较"
)

EXCLUDE = re.compile(
    r"^(?:其中|但)?(?:不含|不包括|不包含|除去|除了|除|扣除|非(?=.{2,}部分))(?P<what>.*?)(?:除外|外|以外)?$"
)

EXCLUDE_END = re.compile(r"^(?:其中)?(?P<what>.*?)(?:除外|不在内|不包括在内)$")

INCLUDE = re.compile(r"^(?:其中)?(?:含(?!光|元|嘉|笑|谷)|包括|包含|另含|即|仅限?|主要指)(?P<what>.+)$")

MERGED = re.compile(
    r"([\u3400-\u9fff]{2,8}?)(?:已经?)?(?:并入|划入|合并到|更名为?|改名为?).*|([\u3400-\u9fff]{2,8}?)[与和、]([\u3400-\u9fff]{2,8}?)合并(?:而成)?"
)

OLD = re.compile(
    r"^(?:原名?|旧称?|曾用名|又名|又称|别名|俗称|即|老|现(?:名|称|为|更名为|改名为|改为)?(?!状|有|场|代)|今(?:名|为)?)[:]?(?P<what>.{2,})$"
)


def siblings_in(content: str, name: str) -> list[str]:
    """「某一巷(二、三、四巷)」, 「某西街(中街)」, 「某街(上下)」."""
    match = re.fullmatch(
        rf"((?:[{CN}]{{1,3}}|[东南西北中])(?:、(?:[{CN}]{{1,3}}|[东南西北中]))*)(路|街|巷|段|横路)", content
    )
    if match:
        found = [sibling(f"{one}{match[2]}", name) for one in match[1].split("、")]
        return [one for one in found if one]
    return []


def told_apart(content: str, names: tuple[str, ...]) -> tuple[str, int]:
    """Which of several names the words begin with, in whole or by its ending, and how much of them is the name.

    「某三、四横路（四横路12号除外）」 is about the second.
    """
    for name in names:
        for cut in range(len(name) - 1):
            if content.startswith(name[cut:]):
                return name, len(name) - cut
    return "", 0


def numbers_inside(layout: Layout, a: int, b: int, main: Draft) -> bool:
    """A bracket that filters the name by numbers: 「（单号93号、双号68号以后）」."""
    if not main.claims:
        return False
    name = main.claims[0].names[0]
    content = layout.text[a:b]
    inside = re.fullmatch(rf"([{CN}、]{{2,}})(队|组|社)", content)
    if inside and "、" not in inside[1]:
        content = ""
    reading = read_numbers(layout.text, a, b, layout.pairs, name)
    if not reading or (reading.end < b - 1 and layout.text[reading.end : b].strip("、,; 号除外")):
        return False
    numbers = reading.numbers
    if all(term.high is None and term.low == 1 and term.parity == 0 for term in numbers.terms) and not numbers.holes:
        return True  # 「含单双号」
    first = main.claims[0]
    if first.numbers and first.numbers.terms:
        only = numbers.terms[0]
        parity = only.parity if len(numbers.terms) == 1 and only.low == 1 and only.high is None else 0
        if not parity:
            return False
    refine(main, numbers=numbers)
    main.kind = Kind.NUMBERS
    return True
