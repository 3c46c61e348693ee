"""A written name without the words around it: where it lies, how much of it is meant, how many there are."""

from __future__ import annotations

import re

_KINDS = "自然村|行政村|村委会|居委会|村庄|乡镇|村民小组|村|屯|镇|乡|街道|社区|小区|楼盘|院落|单位|家属院"
_NUMERALS = {**{char: n for n, char in enumerate("零一二三四五六七八九十")}, "两": 2}

# 「甲路与乙街交叉口西南角某宿舍」: only the last words are the place.
_LOCATED = re.compile(
    r"^.{2,10}?至.{2,10}?之间的?(?=.{3})|^.{2,16}?(?:与|和|、|-).{2,12}?(?:交叉路?口|交汇处?|交界处?|相交处?|丁字口|十字|什字|路口)(?:以?[东南西北]{1,2}(?:角|侧|面|边|方|向)?)?(?:处)?的?(?=.{3})"
)
# 「81号之二某苑」: what stands at a number of a road that is named elsewhere
_AT_NUMBER = re.compile(r"^\d+号(?:之[一二三四五六七八九十\d]+)?(?!之)(?=[\u3400-\u9fff]{2})")
# 「某社区下辖的某村」
_WITHIN = re.compile(
    r"^.{2,10}?(?:(?:社区|村|小区|镇|街道)(?:下辖|所辖|辖区|范围|区域)?内?|(?:下辖|所辖|范围内))的(?=[\u3400-\u9fff]{2})"
    r"|^.{2,8}?(?:村委会|居委会)(?=[\u3400-\u9fff]{2})"
)
# 「甲街以南某宿舍」; 「甲街以南乙路」 is a stretch of the second.
_BESIDE = re.compile(r"^.{2,10}?以[东南西北]的?(?=.{3})(?!.*[路街巷道河]$)")
_PART = re.compile(r"(?:部分区域|局部|部分)$")
_AREA = r"(?:范围内?|区域内?|辖区内?|内)?(?:的)?(?:所有)?(?:住宅)?"
_WHOLE = (
    re.compile(rf"(?:所辖|所属)(?:{_AREA}(?:小区|院落|楼栋|楼盘|区域|范围))?$"),
    re.compile(r"(?:全段两侧|全段|全部|(?:东西|南北)?两侧|临街|沿线|周边|附近|整片区?)$"),
    re.compile(
        r"(?<=.{2})(?:行政区域|辖区|全域|全境|域内|辖区内|范围内?|区域内?|内)?(?:的)?(?:所有)?(?<=[域区境内围的有])(?:住宅)?小区$"
    ),
    re.compile(r"(?<=[镇乡村街道区])(?:行政区域|辖区|全域|全境|域内|辖区内|范围内?|区域内?|内)$"),
    re.compile(r"(?<=.{2})(?:地区|一带)$"),
    re.compile(r"(?<=.{2})各(?:村民小组|组|社|队|屯|自然村|村|小区|院落|栋|幢|楼栋|单元)$"),
)
_ALL_OF_KIND = re.compile(r"(?<=.)(?P<kind>[岛镇乡村街区委县院])全(?P=kind)$")
_COUNTED = re.compile(rf"(?<=.{{2}})(?P<count>[两二三四五六七八九十]|\d{{1,2}})个?(?P<kind>{_KINDS})$")


def plain_name(raw: str, listed: int) -> tuple[str, bool, str]:
    """The name, whether only a part is meant, and the kind of it and of the names listed before (「甲、乙两村」: 村)."""
    name = raw.replace(" ", "").strip('":*·.')
    name = re.sub(r"(?<=.{2})等$", "", name)
    for locator in (_LOCATED, _BESIDE, _WITHIN, _AT_NUMBER):
        name = locator.sub("", name)
    partial = bool(_PART.search(name))
    name = _PART.sub("", name)
    for pattern in _WHOLE:
        name = pattern.sub("", name)
    name = _ALL_OF_KIND.sub(r"\g<kind>", name)
    counted = _COUNTED.search(name)
    if counted and listed > 1 and _value(counted["count"]) == listed:
        return name[: counted.start()], partial, counted["kind"]
    return name, partial, ""


def _value(count: str) -> int:
    return int(count) if count.isdigit() else _NUMERALS[count]
