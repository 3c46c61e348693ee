"""An answer as one plain Chinese sentence that a parent understands."""

from __future__ import annotations

from catchments.text.answers import Answer, Match, Outcome, Reason, Sure
from catchments.text.questions import asked


def explain(answer: Answer) -> str:
    """The sentence for an answer: what the texts say, the question that would decide, what was assumed."""
    text = lead(answer) + (answer.question if answer.outcome is Outcome.SEVERAL else "")
    if answer.assumed:
        text += f"您输入的名称与文件写法不同，系统按“{'、'.join(answer.assumed)}”理解，请确认。"
    elif answer.sure is Sure.FUZZY:
        text += "您输入的名称与文件写法不完全相同，请确认是否为同一处。"
    return text


def lead(answer: Answer) -> str:
    """The beginning of the sentence alone, for a page that shows question and assumptions in their own places."""
    text = _none(answer) if answer.outcome is Outcome.NONE else _found(answer)
    return f"按您的回答“{answer.said}”，{text}" if answer.said else text


def _found(answer: Answer) -> str:
    schools = "、".join(answer.schools)
    quotes = _quotes(answer.matches)
    if answer.outcome is Outcome.ONE and answer.reason is Reason.PRIMARY:
        return f"{answer.place}的毕业生对口升入{schools}：{_stated(answer.matches)}。"
    if answer.outcome is Outcome.ONE:
        text = f"{answer.place}属于{schools}的施教区：{_why(answer, quotes)}。"
        conditions = _conditions(answer.matches)
        return text + (f"还须符合条件：{conditions}。" if conditions else "") + _remarks(answer.matches)
    if len(answer.schools) == 1:
        return f"{answer.place}可能属于{schools}，但文件没有写明：{_why(answer, quotes)}。"
    return f"{answer.place}可能属于{schools}，文件不能直接确定：{_why(answer, quotes)}。"


def _remarks(matches: tuple[Match, ...]) -> str:
    """Whom the school prefers, where the words about the place do not say it already."""
    remarks = {
        match.remark: asked(match.remark, match.claim.names[0]) if match.claim else match.remark
        for match in matches
        if match.remark
    }
    more = [words for remark, words in remarks.items() if all(remark not in match.quote for match in matches)]
    said = "，".join(f"“{words}”" for words in more) or "以上"
    return f"{said}只说明优先招收谁，不是必须符合的条件。" if remarks else ""


def _why(answer: Answer, quotes: str) -> str:
    source = _source(answer.matches)
    match answer.reason:
        case Reason.LINE_BY_EXCLUSION:
            return f"{source}以它为界（{quotes}），相邻学校写明不含，由此推断"
        case Reason.LINE_ONLY:
            return f"{source}只把它作为分界线（{quotes}），没有写明归属"
        case Reason.SIDE:
            return f"{source}写到（{quotes}）"
        case Reason.LINE_INCLUDED:
            return f"{source}写明包含这条界线（{quotes}）"
        case Reason.PART_ONLY:
            return f"{source}只列入其中一部分（{quotes}）"
        case Reason.HUKOU:
            return f"按户籍或居住证所在地（{quotes}）"
        case Reason.PRIMARY:
            return f"按就读的小学对口（{quotes}）"
        case Reason.CONFLICT:
            return f"{source}中有多处写到（{quotes}）"
        case _:
            return _stated(answer.matches)


def _source(matches: tuple[Match, ...]) -> str:
    """Where the matched words stand: in the official texts, in the bureau's rulings, or in both."""
    sources = {match.ruled: "区教育局的核定" if match.ruled else "文件" for match in matches}
    return "和".join(sources[ruled] for ruled in sorted(sources)) or "文件"


def _stated(matches: tuple[Match, ...]) -> str:
    """The words with who said them: the official text states, the bureau rules."""
    written = tuple(match for match in matches if not match.ruled)
    ruled = tuple(match for match in matches if match.ruled)
    said = [f"文件写明“{_quotes(written)}”"] if written or not ruled else []
    return "，".join([*said, *([f"区教育局核定“{_quotes(ruled)}”"] if ruled else [])])


def _none(answer: Answer) -> str:
    place = answer.place
    match answer.reason:
        case Reason.EMPTY:
            return "请输入住址，例如路名和门牌号，或小区、村庄的名称。"
        case Reason.NO_PLACE:
            return "没有看到路名、小区或村庄的名称，请补充后再查。"
        case Reason.COARSE:
            return f"只写到{place}，范围太大，请补充路名、小区或村庄。"
        case Reason.ELSEWHERE:
            return f"这个地址在{place}，不在本区施教区文件的范围内，请向当地教育局咨询。"
        case Reason.NUMBER_UNNAMED if answer.said:
            return f"文件没有写明{place}的这一部分由哪所学校接收，请向区教育局咨询。"
        case Reason.NUMBER_UNNAMED if not answer.matches:
            return f"文件没有写明{place}由哪所学校接收，请向区教育局咨询。"
        case Reason.NUMBER_UNNAMED:
            return f"{_source(answer.matches)}列出了{place}的一部分，但不包括您输入的号段，请向区教育局咨询。"
        case Reason.EXCEPTED:
            return f"文件把{place}列为例外，没有写明由哪所学校接收，请向区教育局咨询。"
        case Reason.CONDITION_FAILS:
            asked = _conditions(answer.refused)
            schools = "、".join(dict.fromkeys(match.school for match in answer.refused))
            return f"{place}列在{schools}，但须符合条件“{asked}”，所填情况不符合；请向区教育局咨询。"
        case Reason.NO_TEXT:
            return "没有这一学段的施教区文件。"
        case _:
            return "施教区文件没有写到这个地址，请检查路名或小区名，或向区教育局咨询。"


def _quotes(matches: tuple[Match, ...]) -> str:
    """The words of the official text, school by school, without repeating any."""
    several = len({match.school for match in matches}) > 1
    words = []
    for match in matches:
        quote = match.quote.strip()
        lines = "，".join(dict.fromkeys(quote.split("\n")))
        words.append(f"{match.school}：{lines}" if several else lines)
    return "；".join(list(dict.fromkeys(words))[:6])


def _conditions(matches: tuple[Match, ...]) -> str:
    found = dict.fromkeys(words.strip("，。；、") for match in matches for words in match.conditions)
    return "；".join(found)
