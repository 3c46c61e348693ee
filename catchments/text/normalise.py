"""Fold the many ways of writing one character, one character for one character.

Every fold keeps the length of the text, so that a span found in the folded text is a span of the official text.
"""

from __future__ import annotations

import re

_WIDE = {0xFF01 + i: 0x21 + i for i in range(94)}
_MARKS = {
    **dict.fromkeys("—–－‐‑‒―−─━~～〜﹣﹘", "-"),
    **dict.fromkeys("（【〔〖［｛﹝〈《{[", "("),
    **dict.fromkeys("）】〕〗］｝﹞〉》}]", ")"),
    **dict.fromkeys("，﹐､", ","),
    **dict.fromkeys("；﹔", ";"),
    **dict.fromkeys("：﹕∶", ":"),
    **dict.fromkeys("｡．", "。"),
    **dict.fromkeys("\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff\t", " "),
    **dict.fromkeys("“”„‟＂", '"'),
    "．": ".",
    "・": "·",
    "•": "·",
}
# Pairs of (rare or traditional, usual) forms that turn up in place names; generic, never a name.
_VARIANTS = (
    "窰窑窯窑〇零○零邨村弍贰臺台舘馆喆哲峯峰菴庵鉄铁衖弄埗埠堃坤淼淼陞升昇升羣群牆墙墻墙碁棋鑛矿崐昆崑昆嶽岳隣邻"
    "東东廣广門门園园區区號号樓楼棟栋單单雙双鎮镇鄉乡縣县莊庄灣湾橋桥馬马龍龙華华陽阳陰阴興兴勝胜鐵铁車车長长寶宝"
    "義义鳳凤鶴鹤樂乐學学實实驗验國国際际慶庆豐丰後后裏里裡里壩坝溝沟嶺岭莲莲蓮莲蘭兰聯联衛卫無无與与為为會会戶户"
    "齊齐劉刘張张陳陈趙赵楊杨黃黄鄭郑謝谢許许鄧邓馮冯蔣蒋蕭萧鐘钟鍾钟關关倉仓軍军礦矿廠厂醫医院院機机場场電电氣气"
    "貳贰叁三壹一贰二肆四伍五陆六柒七捌八玖九拾十佰百"
)
_FOLD = {
    **_WIDE,
    **{ord(a): b for a, b in _MARKS.items()},
    **{ord(_VARIANTS[i]): _VARIANTS[i + 1] for i in range(0, len(_VARIANTS), 2)},
}
# Capital numerals are also ordinary characters of names (五陆 …); only the unambiguous ones are folded.
for _kept in "伍陆拾柒":
    del _FOLD[ord(_kept)]

# The code of a building or a section may be written small: 「a座」, 「b3栋」, 「a、b区」.
_CODE = re.compile(r"(?<![A-Za-z])[a-z](?=(?:[、-][a-z])*\d{0,3}(?:座|栋|幢|区|期|号楼|楼|组团|地块))")
PUNCTUATION = frozenset(" \n\r、,;:。.·\"'()-|*#>!?？！…/\\、\u2028")


def fold(text: str) -> str:
    """The text with usual forms only, of the same length."""
    return _CODE.sub(lambda match: match[0].upper(), text.translate(_FOLD))


def is_han(char: str) -> bool:
    """Whether a character is a Chinese ideograph."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or "\U00020000" <= char <= "\U0003ffff"


def brackets(text: str) -> dict[int, int]:
    """Opening bracket → its closing bracket, in one pass; a bracket that never closes ends at its sentence."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for i, char in enumerate(text):
        if char == "(":
            stack.append(i)
        elif char == ")" and stack:
            pairs[stack.pop()] = i
        elif char in "。\n" and stack:
            # A full stop inside brackets is rare; an unclosed bracket is common. The stop closes all of them.
            closing = text.find(")", i, i + 60)
            if closing < 0 or "(" in text[i:closing]:
                pairs.update(dict.fromkeys(stack, i))
                stack.clear()
    pairs.update(dict.fromkeys(stack, len(text)))
    return pairs
