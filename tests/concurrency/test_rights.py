"""Rights that two people change at the same moment."""

from districts import people
from districts.models import Role
from tests.concurrency.parallel import at_once
from tests.conftest import staff


def test_of_two_heads_who_end_each_other_at_once_one_stays(district):
    heads = [staff(name, Role.BUREAU_HEAD, district) for name in ("ma", "niu")]

    answers = at_once(2, lambda n: people.end_membership(heads[n].memberships.get(), by=heads[1 - n]))

    assert sum(answer is None for answer in answers) == 1
    assert district.memberships.in_force().filter(role=Role.BUREAU_HEAD).count() == 1
