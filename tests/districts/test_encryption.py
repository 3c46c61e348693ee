"""Personal facts at rest."""

import pytest
from cryptography.exceptions import InvalidTag

from districts import sign_in
from districts.encryption import blind_index, decrypt, encrypt
from districts.models import Account

pytestmark = pytest.mark.django_db


def test_what_was_encrypted_comes_back():
    assert decrypt(encrypt("样甲子", bound_to="a|1"), bound_to="a|1") == "样甲子"


def test_the_same_text_never_looks_the_same_twice():
    assert encrypt("样", bound_to="a") != encrypt("样", bound_to="a")


def test_a_ciphertext_moved_to_another_row_does_not_open(wang, li):
    Account.objects.filter(pk=li.pk).update(phone_cipher=wang.phone_cipher)

    with pytest.raises(InvalidTag):
        _ = Account.objects.get(pk=li.pk).phone


def test_an_altered_ciphertext_does_not_open():
    envelope = bytearray(encrypt("样", bound_to="a"))
    envelope[-1] ^= 1

    with pytest.raises(InvalidTag):
        decrypt(bytes(envelope), bound_to="a")


def test_equal_values_share_an_index_and_kinds_do_not(settings):
    assert blind_index("phone", "1") == blind_index("phone", "1") != blind_index("id-number", "1")


def test_without_the_key_the_index_is_another(settings):
    before = blind_index("phone", "1")
    settings.INDEX_KEYS = settings.FIELD_KEYS

    assert blind_index("phone", "1") != before


def test_a_number_finds_its_account_again(wang):
    assert sign_in.family_account("19900000001") == wang
