"""A code is worth five guesses and one sign-in, however many arrive at the same moment."""

import re

import pytest

from districts import sign_in
from districts.models import Account, AuditEvent, District, SignInCode, SmsMessage
from districts.sign_in import SignInRefused
from tests.concurrency.parallel import at_once

PHONE = "19900000009"


@pytest.fixture
def code(district: District) -> tuple[SignInCode, str]:
    sent = sign_in.send_code(PHONE, address="127.0.0.1", district=district)
    return sent, re.search(r"\d{6}", SmsMessage.objects.get().body)[0]


def test_of_two_hundred_wrong_guesses_exactly_five_are_looked_at(code, district):
    sent, right = code
    wrong = f"{(int(right) + 1) % 10**6:06d}"

    answers = at_once(200, lambda n: sign_in.check_code(sent.id, phone=PHONE, code=wrong, district=district))

    assert {type(answer) for answer in answers} == {SignInRefused}
    assert [str(answer) for answer in answers].count("验证码不正确，请核对后重新输入。") == 5
    assert SignInCode.objects.get().attempts == 5
    with pytest.raises(SignInRefused):
        sign_in.check_code(sent.id, phone=PHONE, code=right, district=district)


def test_of_two_hundred_right_codes_exactly_one_signs_in(code, district):
    sent, right = code

    answers = at_once(200, lambda n: sign_in.check_code(sent.id, phone=PHONE, code=right, district=district))

    assert [answer for answer in answers if not isinstance(answer, SignInRefused)] == [Account.objects.get()]
    assert AuditEvent.objects.filter(action="account.signed-in").count() == 1


def test_of_two_hundred_requests_for_a_code_exactly_one_is_sent(district):
    answers = at_once(200, lambda n: sign_in.send_code(PHONE, address="127.0.0.1", district=district))

    assert len([answer for answer in answers if not isinstance(answer, SignInRefused)]) == 1
    assert SmsMessage.objects.count() == SignInCode.objects.count() == 1


def test_first_sign_ins_of_one_number_at_once_make_one_account():
    accounts = at_once(20, lambda n: sign_in.family_account(PHONE))

    assert accounts == [Account.objects.get()] * 20
