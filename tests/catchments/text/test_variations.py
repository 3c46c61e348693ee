"""A worked case stays the same when its address is typed in another way."""

import pytest

from tests.catchments.worked import DISTRICTS, book, book_name, case_files, cases

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
ASKED = [(path, case) for path in case_files() for case in cases(path) if case.address and case.outcome != "none"]


def spaced(address: str) -> str:
    """Spaces around every number."""
    return "".join(
        f" {char} " if char.isdigit() and not before.isdigit() else char
        for before, char in zip(" " + address, address, strict=False)
    )


@pytest.mark.parametrize(
    "retyped",
    [
        lambda address, district: address.translate(WIDE),
        lambda address, district: spaced(address),
        lambda address, district: address.replace("(", "（").replace(")", "）"),
        lambda address, district: f"{address}2单元301室" if address[-1] in "号楼栋幢" else address,
        lambda address, district: (
            f"{district}{address}" if not address.startswith(district[-3:]) and "区" not in address[:4] else address
        ),
    ],
    ids=["wide", "spaces", "brackets", "door", "district"],
)
def test_the_answer_does_not_depend_on_how_it_is_typed(retyped):
    different = []
    for path, case in ASKED:
        name = book_name(path)
        first = book(name).lookup(case.address, case.level, case.hukou)
        again = book(name).lookup(retyped(case.address, DISTRICTS[name]), case.level, case.hukou)
        if (first.outcome, first.schools) != (again.outcome, again.schools):
            different.append((case.address, again.schools))

    assert different == []
