"""A refusal tells machines the cause, and screens what to fill into their sentence."""

import re

import pytest

from tracker.domain.refusal import Cause, Refusal


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_is_written_like_its_name(cause: Cause) -> None:
    assert cause.value == cause.name.lower()
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", cause)


def test_a_refusal_names_cause_fields_and_facts() -> None:
    refusal = Refusal(cause=Cause.FIELD_TOO_LONG, fields={"name": Cause.FIELD_TOO_LONG}, facts={"limit": "300"})

    assert (refusal.cause, dict(refusal.fields), dict(refusal.facts), str(refusal)) == (
        Cause.FIELD_TOO_LONG,
        {"name": "field_too_long"},
        {"limit": "300"},
        "field_too_long",
    )


def test_a_refusal_of_the_whole_names_no_field() -> None:
    refusal = Refusal(cause=Cause.FORBIDDEN)

    assert (dict(refusal.fields), dict(refusal.facts)) == ({}, {})


def test_what_was_told_does_not_change_after_the_fact() -> None:
    facts = {"number": "EI260115006VN"}
    refusal = Refusal(cause=Cause.OPEN_ITEM_EXISTS, facts=facts)
    facts["number"] = "another"

    assert refusal.facts["number"] == "EI260115006VN"
