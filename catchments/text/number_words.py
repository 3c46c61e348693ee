"""The words of which enumerations of numbers are made: labels, units, parities, ranges, open ends."""

from __future__ import annotations

import re

from catchments.text.numbers import CN, UNIT
from catchments.text.numbers import DOOR_LETTERS as _FIXED

# What stands before a number and belongs to it: 「附3号」, 「甲1号」, 「南3段」, 「A座」, 「A7栋」.
_LABEL = (
    rf"第|新|旧|原|附|[{_FIXED}]字|[{_FIXED}](?=\d|(?:、[{_FIXED}]){{0,12}}[座栋幢])"
    rf"|[东南西北中](?=[{CN}\d段区巷]|组团)|[A-Z](?=\d|(?:、[A-Z]){{0,26}}[座栋幢区楼])"
)

NUMBER = re.compile(
    rf"(?P<label>{_LABEL})?(?P<n>\d+|[{CN}]+)?(?P<letter>[A-Za-z](?![A-Za-z])|(?<=\d)[{_FIXED}](?=号|[^\u3400-\u9fff]|$))?"
    rf"(?P<sub>-?附?之[{CN}\d]+)?(?: ?(?P<unit>{UNIT}))?(?P<sub2>之[{CN}\d]+(?:(?:至|到|-+)之?[{CN}\d]+)?(?:、之?[{CN}]{{1,2}}(?![\u3400-\u9fff]))*|(?<=号)[{_FIXED}](?=$|[^\u3400-\u9fff]))?"
)

PARITY = re.compile(
    r"(?:全部|其中|均为|含|的|门牌号?|为|,)*"
    r"(?P<both>单双号|单双数|双单号|单、双号|连号)|(?:全部|其中|均为|的|门牌号?|为)*(?P<one>单号|双号|单数|双数|奇数|偶数|逢单|逢双|\(单号?\)|\(双号?\)|单(?=[\d)]|$)|双(?=[\d)]|$))"
    r"(?P<hall>幢号?|栋号?)?(?:门牌号?|侧)?"
)

RANGE = re.compile(r" *(?:-+|至|到) *")

COMPARED = re.compile(r"(?:门牌)?号?码?(?:为|在)?(?:(?P<less>小于|不大于)|(?P<more>大于|不小于))(?P<n>\d+)号?的?")

LETTERS = re.compile(r"(?P<a>[A-Z])[区座栋幢]?(?:-+|至|到)(?P<b>[A-Z])(?P<unit>[区座栋幢])")

# 「附1号-附130号」: doors behind one number
ATTACHED = re.compile(r"附(?P<a>\d{1,5})号?(?:(?:-+|至|到)附?(?P<b>\d{1,5})号?)?")

LAST = re.compile(r"最大号|末尾|最后|末号?|尾号?|底")

UP = re.compile(
    r"(?:及其?|\(含\))?(?P<e>之后)|(?:及其?|\(含\))?(?:以后|以上|往后|起|后(?=[的、,;。)]|$))(?:部分|的)?|及后"
)

DOWN = re.compile(r"(?:及其?|\(含\))?(?P<e>之前)|(?:及其?|\(含\))?(?:以前|以下|以内|前(?=[的、,;。)]|$))(?:部分|的)?")

SEPARATOR = re.compile(r"[、,; 和及与]|以及|其中")

# What a building looks like says nothing about its number: 「二期高层」, 「1-6栋洋房」.
LOOKS = re.compile(
    r"(?:小高层|高层|洋房|多层|联排|叠拼|叠墅|别墅区?|安置房|回迁房|商品房|公寓楼?|住宅楼?|平房)(?=$|[^\u3400-\u9fff])"
)

AFTER = re.compile(
    r"$|[^\u3400-\u9fff]|[单双等和及与以至到起的内除之第附甲含不户范后前]|[一二三四五六七八九十东南西北中](?:区|段|期|组|队|社|巷|号|幢|栋|分场)"
    rf"|[新旧原附](?=\d)|适龄|学生|儿童|子女|村民|居民|区域|\d|院|楼|居委|所属|所辖|部分|全部|符合|门牌|大院|以|{LOOKS.pattern}"
)

NOT_A_HOUSE = re.compile(r"桥|线|隧道|[大小]?路|街|井|矿|码头|渠|公馆|机|仓库|营|信箱")

ENUMERATED = re.compile(rf"(?=(?:、[{CN}]{{1,3}}){{1,30}}(?:{UNIT}))")

ROADISH = re.compile(r"(?:路|街|道|巷|里|弄|线|坊|岗|段)$")

WITHOUT = re.compile(r"(?:其中)?(?:不含|不包括|除去?)")


def parity_of(match: re.Match[str]) -> int:
    """The side of the road that a PARITY match means: 1 odd, 2 even, 0 both."""
    if match["both"]:
        return 0
    return 1 if any(char in match["one"] for char in "单奇") else 2
