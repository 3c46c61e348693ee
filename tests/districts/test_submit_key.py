"""One form, one effect."""

from uuid import uuid4

import pytest

from districts import submit_key
from districts.models import SubmitKey
from districts.submit_key import KeyReused

pytestmark = pytest.mark.django_db


@pytest.fixture
def press(wang):
    """Press the button; counts how often something happened."""
    happened = []

    def act(key, *, account=wang, purpose="test", body=None):
        def action():
            happened.append(key)
            return f"answer {len(happened)}"

        return submit_key.once(key, account=account, purpose=purpose, body=body or {"a": 1}, action=action)

    return act


def test_pressing_twice_gives_the_same_answer_and_acts_once(press):
    key = uuid4()

    assert (press(key), press(key)) == (("answer 1", True), ("answer 1", False))


def test_another_key_acts_again(press):
    assert (press(uuid4())[0], press(uuid4())[0]) == ("answer 1", "answer 2")


def test_the_same_key_with_other_content_is_refused(press):
    key = uuid4()
    press(key)

    with pytest.raises(KeyReused):
        press(key, body={"a": 2})


def test_a_key_is_of_no_use_to_another_account(press, li):
    key = uuid4()
    press(key)

    with pytest.raises(KeyReused):
        press(key, account=li)


def test_a_key_is_free_again_when_nothing_happened(wang):
    key = uuid4()

    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        submit_key.once(key, account=wang, purpose="test", body={}, action=fail)

    assert not SubmitKey.objects.exists()
