"""One table says what may happen to an application."""

from pathlib import Path

import pytest

from enrollment import states
from enrollment.pages import NEXT_FOR_FAMILY, TONES
from enrollment.states import LIVE, OWNER, TRANSITIONS, WORDS, Event, NotAllowed, Party, Status


@pytest.mark.parametrize("table", [TRANSITIONS, OWNER, WORDS, TONES, NEXT_FOR_FAMILY])
def test_every_table_knows_every_status(table):
    assert set(table) == set(Status)


def test_every_event_happens_somewhere():
    assert {event for events in TRANSITIONS.values() for event in events} == set(Event)


def test_every_status_can_be_reached():
    assert {then for events in TRANSITIONS.values() for then in events.values()} | {Status.DRAFT} == set(Status)


def test_what_is_not_in_the_table_is_refused():
    for now in Status:
        for event in set(Event) - set(TRANSITIONS[now]):
            with pytest.raises(NotAllowed):
                states.next_status(now, event)


def test_families_edit_only_what_is_theirs():
    editable = {status for status in Status if states.family_may_edit(status)}

    assert editable == {Status.DRAFT, Status.RETURNED}
    assert {OWNER[status] for status in editable} == {Party.FAMILY}


def test_drafts_and_withdrawn_applications_do_not_count_as_live():
    assert set(Status) - LIVE == {Status.DRAFT, Status.WITHDRAWN}


def test_after_the_classes_nothing_happens_any_more():
    assert TRANSITIONS[Status.CLASSED] == {}


def test_the_picture_in_the_handbook_is_the_table():
    handbook = Path(__file__).parents[2] / "docs" / "states.md"

    assert handbook.read_text(encoding="utf-8").split("```mermaid\n")[1].split("```")[0] == states.mermaid() + "\n"
