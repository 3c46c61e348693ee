"""The one table of an application's states: who owns each, what may happen in it. Pure.

`python -m enrollment.states` prints the picture in docs/states.md, and a test compares the two.
"""

from enum import StrEnum


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    VERIFIED = "verified"
    CONFIRMED = "confirmed"
    CLASSED = "classed"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    RESUBMIT = "resubmit"
    APPROVE = "approve"
    VERIFY = "verify"
    SEND_BACK = "send-back"
    CONFIRM = "confirm"
    ADD = "add"
    REMOVE = "remove"
    ASSIGN_CLASS = "assign-class"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"


class Party(StrEnum):
    FAMILY = "家长"
    SCHOOL = "学校"
    BUREAU = "教育局"
    NOBODY = "无需操作"


WORDS = {
    Status.DRAFT: "填写中",
    Status.SUBMITTED: "待学校审核",
    Status.RETURNED: "请补正",
    Status.APPROVED: "请到校核验",
    Status.VERIFIED: "核验通过",
    Status.CONFIRMED: "名单已确认",
    Status.CLASSED: "已分班",
    Status.LAPSED: "未完成，待统筹",
    Status.WITHDRAWN: "已撤回",
}

OWNER = {
    Status.DRAFT: Party.FAMILY,
    Status.SUBMITTED: Party.SCHOOL,
    Status.RETURNED: Party.FAMILY,
    Status.APPROVED: Party.FAMILY,
    Status.VERIFIED: Party.BUREAU,
    Status.CONFIRMED: Party.SCHOOL,
    Status.CLASSED: Party.NOBODY,
    Status.LAPSED: Party.BUREAU,
    Status.WITHDRAWN: Party.NOBODY,
}

TRANSITIONS = {
    Status.DRAFT: {Event.SUBMIT: Status.SUBMITTED},
    Status.SUBMITTED: {
        Event.RETURN: Status.RETURNED,
        Event.APPROVE: Status.APPROVED,
        Event.WITHDRAW: Status.WITHDRAWN,
    },
    Status.RETURNED: {
        Event.RESUBMIT: Status.SUBMITTED,
        Event.WITHDRAW: Status.WITHDRAWN,
        Event.LAPSE: Status.LAPSED,
    },
    Status.APPROVED: {
        Event.VERIFY: Status.VERIFIED,
        Event.RETURN: Status.RETURNED,
        Event.WITHDRAW: Status.WITHDRAWN,
        Event.LAPSE: Status.LAPSED,
    },
    Status.VERIFIED: {
        Event.SEND_BACK: Status.SUBMITTED,
        Event.CONFIRM: Status.CONFIRMED,
        Event.ADD: Status.CONFIRMED,
    },
    Status.CONFIRMED: {Event.ASSIGN_CLASS: Status.CLASSED, Event.REMOVE: Status.LAPSED},
    Status.CLASSED: {},
    Status.LAPSED: {Event.ADD: Status.CONFIRMED},
    Status.WITHDRAWN: {},
}

# A child has at most one application in these (invariant 1); drafts and what was withdrawn do not count.
LIVE = frozenset(Status) - {Status.DRAFT, Status.WITHDRAWN}


class NotAllowed(Exception):
    """The event cannot happen in this state; `str()` is the sentence for the person who tried."""

    def __init__(self, now: Status, event: Event) -> None:
        super().__init__(f"这份报名现在是“{WORDS[now]}”，不能再做这项操作。请刷新页面查看最新状态。")
        self.now = now
        self.event = event


def next_status(now: Status, event: Event) -> Status:
    """Raises NotAllowed."""
    try:
        return TRANSITIONS[now][event]
    except KeyError:
        raise NotAllowed(now, event) from None


def family_may_edit(status: Status) -> bool:
    return status in {Status.DRAFT, Status.RETURNED}


def mermaid() -> str:
    """The states as a Mermaid diagram."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    lines += [f"    {status}: {WORDS[status]}（{OWNER[status]}）" for status in Status]
    lines += [f"    {now} --> {then}: {event}" for now, events in TRANSITIONS.items() for event, then in events.items()]
    lines += [f"    {status} --> [*]" for status, events in TRANSITIONS.items() if not events]
    return "\n".join(lines)


if __name__ == "__main__":
    print(mermaid())
