"""Our own SM3 against the standard's examples, and against OpenSSL where that has it."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classing import verify
from classing.protocol.sm3 import sm3

both = pytest.mark.parametrize("own", [sm3, verify.sm3], ids=["package", "verifier"])


@both
def test_it_gives_the_first_example_of_the_standard(own):
    assert own(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@both
def test_it_gives_the_second_example_of_the_standard(own):
    assert own(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


@pytest.mark.skipif("sm3" not in hashlib.algorithms_available, reason="this OpenSSL was built without SM3")
@both
@given(st.binary(max_size=200))
def test_it_agrees_with_openssl(own, data):
    assert own(data) == hashlib.new("sm3", data).digest()
