"""Who may do what: one table. Pure.

A right is what somebody does; a role is who somebody is in a district or a school, for some time
(districts.models.Membership). Families hold no role: they may do what is theirs. The system acts without an account.
"""

from enum import StrEnum


class Role(StrEnum):
    """The value is stored; the word is what people read."""

    SCHOOL = "school"
    SCHOOL_HEAD = "school-head"
    BUREAU = "bureau"
    BUREAU_HEAD = "bureau-head"
    AUDITOR = "auditor"
    DISCIPLINE = "discipline"
    WITNESS = "witness"
    SUPERVISOR = "supervisor"


WORDS = {
    Role.SCHOOL: "学校审核员",
    Role.SCHOOL_HEAD: "学校负责人",
    Role.BUREAU: "教育局工作人员",
    Role.BUREAU_HEAD: "教育局负责人",
    Role.AUDITOR: "审计员",
    Role.DISCIPLINE: "纪检监察员",
    Role.WITNESS: "见证人",
    Role.SUPERVISOR: "监督员",
}
OF_A_SCHOOL = frozenset({Role.SCHOOL, Role.SCHOOL_HEAD})
OF_THE_BUREAU = frozenset({Role.BUREAU, Role.BUREAU_HEAD})
ONLOOKERS = frozenset({Role.AUDITOR, Role.DISCIPLINE, Role.SUPERVISOR})


class Right(StrEnum):
    SEE_SCHOOL = "see-school"
    REVIEW = "review"
    REPORT_TEAMS = "report-teams"
    HOLD_DRAW = "hold-draw"
    PUBLISH = "publish"
    ASK_FOR_RELEASE = "ask-for-release"
    RELEASE_PUBLICATION = "release-publication"
    SEE_DISTRICT = "see-district"
    SPOT_CHECK = "spot-check"
    CLOSE_LIST = "close-list"
    CHANGE_LIST = "change-list"
    RELEASE_LIST = "release-list"
    WRITE_MESSAGES = "write-messages"
    RELEASE_MESSAGES = "release-messages"
    COMMIT_ROSTER = "commit-roster"
    EXPORT_REGISTRY = "export-registry"
    EXPORT_STUDENTS = "export-students"
    RELEASE_EXPORT = "release-export"
    WORK_ON_TEXTS = "work-on-texts"
    RELEASE_RULES = "release-rules"
    SEE_FULL_NUMBERS = "see-full-numbers"
    ASK_FOR_ERASURE = "ask-for-erasure"
    RELEASE_ERASURE = "release-erasure"
    MANAGE_PEOPLE = "manage-people"
    MANAGE_BUREAU = "manage-bureau"
    RELEASE_PEOPLE = "release-people"
    READ_LISTS = "read-lists"
    READ_LOG = "read-log"


MAY = {
    Right.SEE_SCHOOL: OF_A_SCHOOL,
    Right.REVIEW: OF_A_SCHOOL,
    Right.REPORT_TEAMS: OF_A_SCHOOL,
    Right.HOLD_DRAW: OF_A_SCHOOL,
    Right.PUBLISH: OF_A_SCHOOL,
    Right.ASK_FOR_RELEASE: OF_A_SCHOOL | OF_THE_BUREAU,
    Right.RELEASE_PUBLICATION: OF_THE_BUREAU | {Role.SCHOOL_HEAD},
    Right.SEE_DISTRICT: OF_THE_BUREAU,
    Right.SPOT_CHECK: OF_THE_BUREAU,
    Right.CLOSE_LIST: OF_THE_BUREAU,
    Right.CHANGE_LIST: OF_THE_BUREAU,
    Right.RELEASE_LIST: OF_THE_BUREAU,
    Right.WRITE_MESSAGES: OF_THE_BUREAU,
    Right.RELEASE_MESSAGES: frozenset({Role.BUREAU_HEAD}),
    Right.COMMIT_ROSTER: OF_THE_BUREAU,
    Right.EXPORT_REGISTRY: OF_THE_BUREAU,
    Right.EXPORT_STUDENTS: OF_A_SCHOOL | OF_THE_BUREAU,
    Right.RELEASE_EXPORT: OF_THE_BUREAU | {Role.SCHOOL_HEAD},
    Right.WORK_ON_TEXTS: OF_THE_BUREAU,
    Right.RELEASE_RULES: OF_THE_BUREAU,
    Right.SEE_FULL_NUMBERS: OF_A_SCHOOL | OF_THE_BUREAU,
    Right.ASK_FOR_ERASURE: OF_THE_BUREAU,
    Right.RELEASE_ERASURE: frozenset({Role.BUREAU_HEAD}),
    Right.MANAGE_PEOPLE: OF_THE_BUREAU,
    Right.MANAGE_BUREAU: frozenset({Role.BUREAU_HEAD}),
    Right.RELEASE_PEOPLE: OF_THE_BUREAU,
    Right.READ_LISTS: ONLOOKERS | {Role.WITNESS},
    Right.READ_LOG: ONLOOKERS,
}


def right_to_manage(role: Role) -> Right:
    """The schools' people are the whole bureau's to look after; its own people and the onlookers are its heads'."""
    return Right.MANAGE_PEOPLE if role in OF_A_SCHOOL else Right.MANAGE_BUREAU


def words_for(right: Right) -> str:
    """Who has the right, as people read it, in the order of the roles."""
    return "、".join(WORDS[role] for role in Role if role in MAY[right])
