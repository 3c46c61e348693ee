"""What is sealed: a child's leaf, the root over all leaves, a witness's number."""

from __future__ import annotations

import hashlib

import pytest

from classing.protocol import ProtocolError, commitment, file_digest, leaf, merkle_root

SALT = "0123456789abcdef" * 2
CHILD = {
    "suite": "sha256",
    "draw": "2026-01",
    "code": "123456",
    "name": "王小明",
    "id_number": "11010120200101001X",
    "group": "-",
    "levels": ("b", "q"),
    "salt": SALT,
}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_leaf_is_the_hash_of_its_lines():
    lines = f"leaf/1\n2026-01\n123456\n王小明\n11010120200101001X\n-\nb q\n{SALT}\n"

    assert leaf(**CHILD) == sha256(lines)


def test_white_space_in_a_name_does_not_matter():
    assert leaf(**CHILD | {"name": " Anna \u3000 Li "}) == leaf(**CHILD | {"name": "Anna Li"})


def test_the_way_a_letter_is_composed_does_not_matter():
    assert leaf(**CHILD | {"name": "A\u0308nna"}) == leaf(**CHILD | {"name": "Änna"})


def test_a_small_x_in_the_id_number_does_not_matter():
    assert leaf(**CHILD | {"id_number": " 11010120200101001x "}) == leaf(**CHILD)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("draw", "2026-02"),
        ("code", "123457"),
        ("name", "王小朋"),
        ("id_number", "110101202001010011"),
        ("group", "T01"),
        ("levels", ("b", "r")),
        ("salt", "f" * 32),
    ],
)
def test_every_fact_changes_the_leaf(field, value):
    assert leaf(**CHILD | {field: value}) != leaf(**CHILD)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"suite": "md5"}, "suite"),
        ({"draw": "a b"}, "draw"),
        ({"code": "12345"}, "code"),
        ({"code": "１２３４５６"}, "code"),
        ({"name": " "}, "name"),
        ({"name": "王\x00"}, "name"),
        ({"id_number": ""}, "id"),
        ({"group": "B1"}, "group"),
        ({"group": "T"}, "group"),
        ({"levels": ()}, "levels"),
        ({"levels": ("b,q",)}, "level"),
        ({"salt": SALT.upper()}, "salt"),
        ({"salt": SALT[1:]}, "salt"),
    ],
)
def test_a_leaf_refuses_what_the_specification_does_not_allow(change, field):
    with pytest.raises(ProtocolError) as refused:
        leaf(**CHILD | change)

    assert refused.value.field == field


def test_the_root_of_one_leaf_is_its_leaf_hash():
    assert merkle_root("sha256", ["ab" * 32]) == hashlib.sha256(b"\0" + bytes.fromhex("ab" * 32)).hexdigest()


def test_the_left_subtree_is_the_largest_power_of_two():
    leaves = [f"{number:064x}" for number in range(5)]
    joined = bytes.fromhex(merkle_root("sha256", leaves[:4]) + merkle_root("sha256", leaves[4:]))

    assert merkle_root("sha256", leaves) == hashlib.sha256(b"\1" + joined).hexdigest()


def test_a_commitment_is_the_hash_of_its_line():
    assert commitment("sha256", "2026-01", "W1", "1" * 20, SALT) == sha256(f"commit/1|2026-01|W1|{'1' * 20}|{SALT}")


@pytest.mark.parametrize("digits", ["1" * 19, "1" * 19 + "x", "1" * 19 + "１", "", "1" * 201])
def test_a_commitment_needs_at_least_twenty_plain_digits(digits):
    with pytest.raises(ProtocolError) as refused:
        commitment("sha256", "2026-01", "W1", digits, SALT)

    assert refused.value.field == "digits"


def test_an_error_survives_being_sent_to_another_process():
    error = ProtocolError("code", "编号有误", "bad code")

    assert type(error)(*error.args).message_zh == "编号有误"


def test_a_published_file_is_named_by_the_hash_of_its_bytes():
    assert file_digest("sha256", b"\xff") == hashlib.sha256(b"\xff").hexdigest()


def test_an_error_in_the_log_is_told_in_english():
    assert str(ProtocolError("code", "编号有误", "bad code")) == "code: bad code"


def test_a_tree_needs_a_leaf():
    with pytest.raises(ProtocolError) as refused:
        merkle_root("sha256", [])

    assert refused.value.field == "roster"
