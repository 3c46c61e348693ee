"""What nobody should send is refused with its sentence, or only its pixels are kept."""

import io

import pytest
from PIL import Image

from districts.decoder.reading import LONGEST_SIDE_KEPT
from districts.photos import GAVE_UP, SENTENCES, Page, UnreadableFile, pages
from tests.districts.hostile import CASES, MARKERS, Case

PAGES_SAID = {"PDF of 11 pages": 11, "PDF of 61 pages": 61}
# What a fresh baseline JPEG of ours consists of: its own header, tables, one frame, one scan. No EXIF, ICC, comment.
START, JFIF, TABLES, BASELINE, CODES, SCAN = 0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA


def outcome(content: bytes) -> str | list[Page]:
    try:
        return pages(content)
    except UnreadableFile as error:
        return str(error)


def sentence(case: Case) -> str:
    if case.outcome == "gave up":
        return GAVE_UP
    return SENTENCES[case.outcome].format(pages=PAGES_SAID.get(case.name))


def parts(jpeg: bytes) -> set[int]:
    """The markers of a JPEG up to its pixels."""
    found, at = {jpeg[1]}, 2
    while jpeg[at + 1] != SCAN:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found | {SCAN}


@pytest.mark.parametrize("case", [case for case in CASES if isinstance(case.outcome, str)], ids=lambda case: case.name)
def test_it_is_refused_with_a_sentence_that_says_why(case: Case):
    assert outcome(case.make()) == sentence(case)


@pytest.mark.parametrize("case", [case for case in CASES if isinstance(case.outcome, int)], ids=lambda case: case.name)
def test_nothing_but_its_pixels_is_kept(case: Case):
    kept = outcome(case.make())

    assert len(kept) == case.outcome, kept
    for page in kept:
        assert parts(page.jpeg) == {START, JFIF, TABLES, BASELINE, CODES, SCAN}
        assert [marker for marker in MARKERS if marker in page.jpeg] == []
        with Image.open(io.BytesIO(page.jpeg)) as image:
            image.load()
            assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (page.width, page.height))
            assert max(image.size) <= LONGEST_SIDE_KEPT


def test_the_table_has_more_than_sixty_cases_under_names_of_their_own():
    assert len({case.name for case in CASES}) == len(CASES) > 60
