"""新生名单: the confirmed list for those who prepare the classes, names masked; as a table and to print."""

from collections.abc import Callable, Sequence
from itertools import groupby

from districts import exports
from districts.export_files import Form, Sheet, Table
from districts.identity import mask_name
from districts.models import Campus, Season
from districts.rights import OF_A_SCHOOL, OF_THE_BUREAU, Right
from enrollment import queries
from enrollment.models import Placement

VALUES: dict[str, Callable[[Placement], str]] = {
    "校区": lambda p: p.confirmed_list.campus.name,
    "班级": lambda p: p.class_label,
    "回执号": lambda p: p.application.receipt_number,
    "姓名（隐去中间字）": lambda p: mask_name(p.application.child.name),
    "报名类别": lambda p: p.application.category.name,
}
# Why a child was admitted is the bureau's to know, not of those who make up the classes.
COLUMNS = {
    **dict.fromkeys(OF_A_SCHOOL, ("班级", "回执号", "姓名（隐去中间字）")),
    **dict.fromkeys(OF_THE_BUREAU, ("校区", "班级", "回执号", "姓名（隐去中间字）", "报名类别")),
}


def count(season: Season, campus: Campus | None) -> int:
    return queries.placed(season, campus).count()


@exports.offered(
    "students-paper", "新生名单（打印件）", Right.EXPORT_STUDENTS, form=Form.PAPER, columns=COLUMNS, count=count
)
@exports.offered("students", "新生名单", Right.EXPORT_STUDENTS, form=Form.LIST, columns=COLUMNS, count=count)
def table(season: Season, campus: Campus | None, names: Sequence[str]) -> Table:
    """A sheet for each campus."""
    found = queries.placed(season, campus).select_related("application__category")
    sheets = [
        Sheet(place.name, [[VALUES[name](placement) for name in names] for placement in of_campus])
        for place, of_campus in groupby(found, key=lambda placement: placement.confirmed_list.campus)
    ]
    return Table(names, sheets)
