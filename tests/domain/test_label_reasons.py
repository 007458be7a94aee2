"""A reason is one text: a code of the list, words of one's own, or both."""

import pytest

from tracker.domain.label_reasons import OFFERED, LabelReason, TextOfReason, read_reason, write_reason


@pytest.mark.parametrize("code", OFFERED)
def test_what_was_chosen_and_written_is_read_back(code: LabelReason) -> None:
    assert read_reason(write_reason(code, " góc trên: ướt ")) == TextOfReason(code, "góc trên: ướt")


def test_a_reason_of_the_list_needs_no_words() -> None:
    assert write_reason("jammed", "") == "jammed"


@pytest.mark.parametrize(("code", "words"), [("other", " "), ("", "kẹt giấy"), ("cancelled", "x"), ("replaced", "")])
def test_what_says_nothing_or_is_not_offered_is_no_reason(code: str, words: str) -> None:
    assert write_reason(code, words) == ""


@pytest.mark.parametrize("text", ["Máy in kẹt giấy", "jam: paper", "Jammed", "jammed:x"])
def test_what_a_program_wrote_stays_as_it_is(text: str) -> None:
    assert read_reason(text) == TextOfReason(None, text)
