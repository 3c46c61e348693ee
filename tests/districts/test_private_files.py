"""A private file opens only unaltered, in its own place, with our key; its name tells nobody what is inside."""

import os
import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from districts.private_files import Damaged, Folder

OURS, THEIRS = UUID(int=1), UUID(int=2)
PAPER = b"\xff\xd8 a paper of a family"
FOLDER = Folder("papers")


def stored() -> list[str]:
    """Paths below the folder."""
    return sorted(str(path.relative_to(FOLDER.path)) for path in FOLDER.path.rglob("*") if path.is_file())


def made_older(address: str, **by: float) -> datetime:
    """Let the file have been written that long ago."""
    instant = timezone.now() - timedelta(**by)
    os.utime(FOLDER.path_of(address), (instant.timestamp(), instant.timestamp()))
    return instant


def test_what_was_kept_is_read():
    assert FOLDER.read(FOLDER.keep(PAPER, owner=OURS)) == PAPER


def test_nothing_of_it_is_readable_on_the_disk():
    path = FOLDER.path_of(FOLDER.keep(PAPER, owner=OURS))

    assert (PAPER[:8] in path.read_bytes(), oct(path.stat().st_mode)[-3:]) == (False, "600")


def test_its_name_is_a_number_and_nothing_else():
    FOLDER.keep(PAPER, owner=OURS)

    assert [bool(re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{64}", path)) for path in stored()] == [True]


def test_the_same_paper_of_the_same_owner_is_one_file():
    assert FOLDER.keep(PAPER, owner=OURS) == FOLDER.keep(PAPER, owner=OURS)
    assert len(stored()) == 1


def test_the_same_paper_of_two_owners_has_two_names():
    assert FOLDER.keep(PAPER, owner=OURS) != FOLDER.keep(PAPER, owner=THEIRS)


def test_without_the_key_nobody_can_compute_the_name_of_a_paper(settings):
    address = FOLDER.address(PAPER, owner=OURS)
    settings.INDEX_KEYS = {1: "A" * 43 + "="}

    assert FOLDER.address(PAPER, owner=OURS) != address


@pytest.mark.parametrize("place", range(15 + len(PAPER) + 16))
def test_one_flipped_byte_is_found_wherever_it_is(place):
    address = FOLDER.keep(PAPER, owner=OURS)
    content = bytearray(FOLDER.path_of(address).read_bytes())
    content[place] ^= 1
    FOLDER.path_of(address).write_bytes(content)

    with pytest.raises(Damaged, match="is not what was written"):
        FOLDER.verify(address, owner=OURS)


@pytest.mark.parametrize("length", [0, 1, 3, 15, 30])
def test_a_file_cut_short_is_found(length):
    address = FOLDER.keep(PAPER, owner=OURS)
    os.truncate(FOLDER.path_of(address), length)

    with pytest.raises(Damaged, match="is not what was written"):
        FOLDER.read(address)


def test_a_missing_file_is_found():
    address = FOLDER.keep(PAPER, owner=OURS)
    FOLDER.path_of(address).unlink()

    with pytest.raises(Damaged, match="is missing"):
        FOLDER.read(address)


def test_a_file_put_in_anothers_place_stays_shut():
    mine, other = FOLDER.keep(PAPER, owner=OURS), FOLDER.keep(PAPER, owner=THEIRS)
    FOLDER.path_of(other).replace(FOLDER.path_of(mine))

    with pytest.raises(Damaged, match="is not what was written"):
        FOLDER.read(mine)


def test_a_row_that_names_anothers_file_is_found():
    address = FOLDER.keep(PAPER, owner=OURS)

    with pytest.raises(Damaged, match="belongs to another owner"):
        FOLDER.verify(address, owner=THEIRS)


def test_a_damaged_file_is_mended_when_it_is_sent_again():
    address = FOLDER.keep(PAPER, owner=OURS)
    FOLDER.path_of(address).write_bytes(b"")

    assert FOLDER.read(FOLDER.keep(PAPER, owner=OURS)) == PAPER


def test_sweeping_removes_what_is_old_and_unnamed():
    named, fresh, old = (FOLDER.keep(PAPER + bytes([n]), owner=OURS) for n in range(3))
    made_older(named, hours=50)
    before = made_older(old, hours=25) + timedelta(hours=1)

    assert FOLDER.sweep({named}, before=before) == [FOLDER.path_of(old)]
    assert stored() == sorted(f"{address[:2]}/{address}" for address in (named, fresh))


def test_sweeping_removes_what_a_crash_left_half_written():
    address = FOLDER.keep(PAPER, owner=OURS)
    half = FOLDER.path_of(address).with_name("tmp123")
    half.write_bytes(b"half")

    assert FOLDER.sweep({address}, before=timezone.now() + timedelta(seconds=5)) == [half]


def test_a_file_sent_again_is_not_swept():
    address = FOLDER.keep(PAPER, owner=OURS)
    before = made_older(address, hours=25) + timedelta(hours=1)
    FOLDER.keep(PAPER, owner=OURS)

    assert FOLDER.sweep(set(), before=before) == []


def test_sweeping_before_anything_was_kept_does_nothing():
    assert FOLDER.sweep(set(), before=timezone.now()) == []
