"""Words that any Chinese place name or address may end or begin with. Generic: no name of a place stands here."""

from __future__ import annotations

import re

# Kinds of settlement that people add or leave out: 「甲村」 and 「甲」, 「乙小区」 and 「乙」.
_RESIDENCE = "家属院|家属楼|家属区|家属小区|宿舍楼|宿舍区|宿舍院|宿舍|职工楼|职工宿舍|单身楼|生活区|住宅楼|住宅区|住宅小区|住宅院|居民楼|居民区|福利区"
SETTLEMENT = re.compile(
    rf"(?:(?P<village>行政村|自然村|村委会|村)|(?P<community>社区居委会|社区|居委会|居委)|(?P<estate>花苑小区|小区|片区)|(?P<residence>{_RESIDENCE}))$"
)
TAIL = re.compile(
    rf"(?:行政村|自然村|村委会|村民|村|社区居委会|社区|居委会|小区|{_RESIDENCE}|大院|院内|院|旁边|旁|附近|对面|门口|楼上|里面|内|租房|租住|自建房|商铺|门面房?|底商)"
)
ROAD_END = re.compile(r"(?:大道|大街|马路|公路|路|街|道|巷|胡同|里弄|弄|坊巷|高架|环线)$")
LINE_END = re.compile(
    r"(?:路|街|道|巷|线|河|江|渠|桥|高速|铁路|隧道|高架|国道|省道|沟|堤|环|界|弄|胡同|溪|港|塘|山|湖)$"
)
TOWN = re.compile(r"^([\u3400-\u9fff]{2,5}?(?:街道办事处|街道|镇|乡|地区办事处))(?:办事处)?(?=[\u3400-\u9fff(]|$)")
# 「某街某路」: a subdistrict written short before a place that has an ending of its own.
SHORT_TOWN = re.compile(
    r"^([\u3400-\u9fff]{2,3}(?<!大)街)(?![一二三四五六七八九十东南西北上中下前后]{1,2}横?(?:巷|街|路|里|段|道)|以|至|与)"
    r"(?=[\u3400-\u9fff]{2,}(?:路|街|巷|道|村|园|苑|小区|社区|花园|大厦|庭|居|阁|城|委|内))"
)
# A town or a district by its ending; 「某某小镇」 is an estate, 「生活区」 a part of one.
TOWN_END = re.compile(r"(?:街道|街道办事处|地区办事处|(?<!小)镇|(?<!水)乡)$")
DISTRICT_END = re.compile(r"^[\u3400-\u9fff]{2,4}(?<![小社园片校院厂矿库营发业属宅舍活景港林牧军东南西北中新老])区$")
SCHOOL_END = re.compile(r"(?:小学校?|中学校?|学校|幼儿园|初中|高中|中心校|教学点|校区|分校|大学|学院)")
# After a matched name these words make it the name of something else.
NOT_THE_PLACE = re.compile(
    r"街道|地区办|镇|乡|小学|中学|学校|幼儿园|实验|第[一二三四五六七八九十]+[小中]|派出所|居委会(?!\d)"
)
DIRECTIONS = "东南西北"
OPPOSITE = {
    "东": "西",
    "西": "东",
    "南": "北",
    "北": "南",
    "东南": "西北",
    "西北": "东南",
    "东北": "西南",
    "西南": "东北",
}
# Short and long forms that institutions use for themselves.
ABBREVIATIONS = (
    ("教育学院", "教院"),
    ("师范学院", "师院"),
    ("师范大学", "师大"),
    ("卫生学校", "卫校"),
    ("技工学校", "技校"),
    ("党委学校", "党校"),
    ("人民医院", "医院"),
    ("交通大学", "交大"),
    ("附属医院", "附院"),
    ("供销合作社", "供销社"),
    ("农业机械", "农机"),
    ("公共汽车", "公交"),
    ("职业技术学院", "职院"),
    ("有限责任公司", "公司"),
    ("有限公司", "公司"),
    ("集团公司", "公司"),
    ("管理局", "局"),
)
# Characters that tell one place from its neighbour: a slip of the pen never turns one into another.
TELLING = frozenset("东南西北中上下前后左右内外大小新老旧原一二三四五六七八九十正横斜阴阳高低")
KINDS_OF_PLACE = frozenset(
    "路街巷道村沟坡泉梁峪坪湾岭山河桥园苑庄寨营堡屯塬洼塘坝口里弄城楼院区社局厂场站店铺庙寺阁庭居轩府郡邸坊池湖溪渠堤滩洲岛垆塄窑井台"
)
