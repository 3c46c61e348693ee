"""Sentences that are not lists: suspended schools, capacity, lotteries, shared catchments, feeders, headings, notes."""

from __future__ import annotations

import re

from catchments.text.clauses import Kind

# Tried in order on the words between two commas; the first that is found names the kind.
_SENTENCES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.SUSPENDED, re.compile(r"(?:暂停|停止|不再|暂不|停)招(?:生|收)|不招收?(?:一年级|新生)|停办|撤销|已?撤并")),
    (Kind.LOTTERY, re.compile(r"派位|电脑随机|摇号|随机录取|随机派位|抽签")),
    (Kind.DISTRICT_WIDE, re.compile(r"面向(?:全[区市县州镇]|区内|全体)|全[区市县](?:范围内?)?招(?:生|收)|寄宿制")),
    (
        Kind.SHARED,
        re.compile(
            r"(?:选择|任选).{0,24}(?:登记|入读|就读|报读|入学|申请|学校)|任选|择一|选择.{0,8}一所|多校划片|双向选择|共享学区|学区交叉|交叉招收|自愿选择|重叠区域|也可到.{2,40}(?:登记|报名|就读)"
        ),
    ),
    (
        Kind.CAPACITY,
        re.compile(
            r"学位(?:情况|数|容量|余额|有空余|富余|允许|紧张|不足|供给|已?满)|额满为止|招满为止|空余学位|超过?(?:出)?.{0,8}(?:计划|容纳|学位|规模)|先后顺序|统筹(?:安排|入读|分流|就读|解决|调剂|到)"
            r"|就近(?:招收|安排|分流|入学|就便)|最多容纳|相对就近|周边适龄|容纳量"
        ),
    ),
    (
        Kind.OTHER_CATCHMENT,
        re.compile(
            r"(?:划归|归属?|属于?)(?!本校|我校)[^,、;归属]{0,12}?(?:[一二三四五六七八九十]小|小学|中学|学校)(?:学区|施教区|招生|接收|招收)?$"
        ),
    ),
    (Kind.UNDEFINED, re.compile(r"招收原.{1,12}(?:范围|子弟|子女)|原.{1,12}招生范围")),
    (
        Kind.NOTE,
        re.compile(
            r"见(?:说明|备注|附)|^\(?(?:备注|说明|注|附注|温馨提示|咨询)|咨询|未能.{0,4}尽列|为准|基本描述|数据来源|发布日期|归档日期|以上.{0,12}(?:描述|范围)"
            r"|共 ?\d+ ?所|^\d+ ?所\(|片号\d|涉及\d所|可以?招收.{1,20}(?:学生|片区)|如需.{0,4}了解|^:?-+:?$|^-+$|根据.{2,40}发布|范围如下|如下$|另行通知|具体.{0,10}通知|合并$|以下略|^由.{2,14}(?:代招|代管|代为招收|接收|招收)"
            r"|入学(?:时间|办法|须知)|其他已?开发|居住证申请|报名(?:时间|地点|方式)|办学|以户籍为准"
        ),
    ),
)
_HEADING = re.compile(
    r"^\**(?:小学名称|初中名称|学校名称|片号|序号|入学方式|服务范围|招生范围|划片范围|施教区范围?|服务区域?|学区范围|招生服务区|[单多]校划片|共享学区|双学区|学校数量|备注"
    r"|(?:户籍儿童|户籍生|随迁子女|新\w{2}人|外来务工人员)?\w{0,6}(?:教育)?服务区|[一二三四1-4]类服务区|动态学区|小学|初中|小学部|初中部|公办|对应小学|毕业小学|学区)\**$"
)
_FEEDER = re.compile(
    r"(?:小学|小学部|学校|小学校)(?:\0+|（[^）]*）)?(?:应届)?(?:毕业生|\(小学毕业生\))?(?:全部|整体|均|可)?(?:(?:对口)?(?:直升|升入|入读)(?:本校)?|对口)?$"
)


def sentence_kind(words: str) -> Kind | None:
    """The kind of a sentence that is not a list of places, or None."""
    bare = words.strip(' *"、.-:#>')
    if not bare:
        return None
    for kind, pattern in _SENTENCES:
        if pattern.search(bare):
            return kind
    return Kind.HEADING if _HEADING.match(bare) else None


def is_heading(words: str) -> bool:
    """Whether the words before a colon announce a list and are no place themselves."""
    bare = words.strip(" *")
    if _HEADING.match(bare):
        return True
    return bool(
        re.search(
            r"(?:包括|包含|范围|区域|服务区|楼盘|小区|学区|片区?|路段|地段|说明|备注|如下|其中|部分|校区|[东南西北中一二三四五六]区|名单|社区|村|另外|名称|原则|办法|来源|日期|时间)$",
            bare,
        )
        or bare in ("即", "含", "另含", "涉及", "包括", "注")
    )


def is_feeder(words: str) -> bool:
    """Whether the words are the name of a primary school that feeds a junior one."""
    return bool(_FEEDER.search(words)) and len(words) < 40
