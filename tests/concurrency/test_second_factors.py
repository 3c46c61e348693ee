"""A code of the app is worth one sign-in, and five guesses are five, however many arrive at the same moment."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.test import RequestFactory

from districts import factors, sign_in
from districts.models import Account, Invitation, RecoveryCode
from districts.people import accept, invite
from districts.refusals import Refused
from districts.rights import Role
from districts.sign_in import SignInRefused
from tests.concurrency.parallel import at_once

TWENTY_SIGN_INS = """
import resource, django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.contrib.auth.hashers import check_password, make_password
kept = make_password("a long enough password")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with ThreadPoolExecutor(20) as pool:
    assert all(pool.map(lambda n: check_password("a long enough password", kept), range(20)))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.fixture
def clerk() -> Account:
    account = Account.objects.create_staff("zhao2", "a long enough password", "样")
    factors.give_totp(account)
    return account


def test_of_fifty_times_the_same_code_exactly_one_is_taken(clerk):
    code = factors.next_code(clerk.totps.get())

    answers = at_once(50, lambda n: factors.check_totp(clerk, code))

    assert sorted(answers) == [False] * 49 + [True]


def test_of_fifty_times_the_same_recovery_code_exactly_one_is_taken(clerk):
    code = factors.new_recovery_codes(clerk)[0].replace("-", "")

    answers = at_once(50, lambda n: factors.use_recovery_code(clerk, code))

    assert sorted(answers) == [False] * 49 + [True]
    assert RecoveryCode.objects.filter(used_at__isnull=False).count() == 1


def test_of_fifty_wrong_codes_at_once_exactly_five_are_looked_at(clerk, district):
    request = RequestFactory().post("/")

    answers = at_once(50, lambda n: sign_in.check_factor(request, clerk, code="ABCD2345", district=district))

    assert {type(answer) for answer in answers} == {SignInRefused}
    assert [str(answer) for answer in answers].count("尝试次数过多，请稍后再试。") == 45


def test_of_twenty_people_with_one_link_exactly_one_sets_the_password(district):
    _, link = invite(district, login="wulei", name="样", role=Role.BUREAU, by=None)
    token = link.rstrip("/").rpartition("/")[2]

    answers = at_once(20, lambda n: accept(token, f"a long enough password {n}", district=district))

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    (winner,) = [number for number, answer in enumerate(answers) if isinstance(answer, Account)]
    assert len(refused) == 19
    assert Account.objects.get(login="wulei").check_password(f"a long enough password {winner}")
    assert Invitation.objects.filter(used_at__isnull=False).count() == 1


def test_twenty_sign_ins_at_once_need_less_than_500_mb():
    finished = subprocess.run(
        [sys.executable, "-c", TWENTY_SIGN_INS], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )

    assert int(finished.stdout) < 500
