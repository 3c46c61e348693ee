"""Texts that people write are texts: nothing in them is run."""

import pytest

from districts import placeholders, sms

VALUES = {"回执号": "2024-000001", "学校": "新华小学"}


def test_known_placeholders_are_replaced():
    assert placeholders.fill("回执{回执号}，{学校}", VALUES) == "回执2024-000001，新华小学"


@pytest.mark.parametrize(
    "text",
    [
        "{{ settings.SECRET_KEY }}",
        "{% include 'base.html' %}",
        "{% load static %}",
        "{0.__class__}",
        "{学校.__class__.__mro__}",
        "{学校!r}",
        "{学校:>100000}",
        "{ 学校 }",
        "{}",
        "{",
        "}{",
        "%(学校)s %s $学校",
        "<script>alert(1)</script>",
        "\\g<1> \\1",
    ],
)
def test_everything_else_comes_out_as_it_was_typed(text):
    assert placeholders.fill(text, VALUES) == text


def test_what_is_put_in_is_not_looked_at_again():
    assert placeholders.fill("{回执号}", {"回执号": "{学校} \\1", "学校": "新华小学"}) == "{学校} \\1"


def test_doubled_braces_are_braces_around_the_value():
    assert placeholders.fill("{{学校}}", VALUES) == "{新华小学}"


def test_what_will_stay_is_named_once_and_in_order():
    assert placeholders.unknown("{学校}{原件}{ 学校 }{原件}{0.x}", VALUES) == ["{原件}", "{ 学校 }", "{0.x}"]


@pytest.mark.parametrize(("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)])
def test_a_long_message_is_paid_as_several(length, parts):
    assert sms.parts("短" * length) == parts


def test_a_character_outside_the_basic_plane_counts_twice():
    assert (sms.parts("𠮷" * 35), sms.parts("𠮷" * 36)) == (1, 2)
