"""Every worked case of every district is answered as a clerk answers it."""

import pytest

from tests.catchments.worked import book, book_name, case_files, cases

FILES = case_files()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_case_is_given_another_school(path):
    wrong = [c.address for c in cases(path) if c.wrong_one(book(book_name(path)).lookup(c.address, c.level, c.hukou))]

    assert wrong == []


def test_at_least_97_of_100_cases_are_right():
    answers = [
        case.right(book(book_name(path)).lookup(case.address, case.level, case.hukou))
        for path in FILES
        for case in cases(path)
    ]

    assert sum(answers) >= 0.97 * len(answers)
