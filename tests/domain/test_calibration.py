"""A proof page is judged by what the counter's scanner read of it and where the ink fell."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from tracker.domain.calibration import (
    CROSS_MM,
    LETTERS,
    Judgement,
    Mark,
    Measured,
    ProofFault,
    Verdict,
    corrected,
    is_plausible,
    judge,
    make_codes,
    mark_of_code,
)
from tracker.domain.printers import PrinterSetting

LENGTH = 95.0
ALL = frozenset(Mark)
STRAIGHT = Measured(CROSS_MM, CROSS_MM, LENGTH)
USED = PrinterSetting("a6")


def test_a_page_that_reads_whole_and_lies_straight_is_good() -> None:
    assert judge(ALL, STRAIGHT, LENGTH) == Judgement(Verdict.GOOD, ())


@pytest.mark.parametrize(
    ("mark", "fault"),
    [
        (Mark.QR, ProofFault.QR_UNREAD),
        (Mark.BARS, ProofFault.BARS_UNREAD),
        (Mark.QUIET, ProofFault.QUIET_UNREAD),
    ],
)
def test_a_code_that_labels_need_and_that_does_not_read_fails_the_printer(mark: Mark, fault: ProofFault) -> None:
    assert judge(ALL - {mark}, STRAIGHT, LENGTH) == Judgement(Verdict.FAILED, (fault,))


@pytest.mark.parametrize("mark", [Mark.QR_FINER, Mark.BARS_FINER])
def test_a_printer_without_reserve_passes_and_says_so(mark: Mark) -> None:
    assert judge(ALL - {mark}, STRAIGHT, LENGTH) == Judgement(Verdict.BARELY, (ProofFault.NO_RESERVE,))


def test_the_finest_codes_are_not_asked_of_any_printer() -> None:
    assert judge(ALL - {Mark.QR_FINEST, Mark.BARS_FINEST}, STRAIGHT, LENGTH).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"left_mm": 6.1}, ProofFault.SHIFTED),
        ({"top_mm": 3.9}, ProofFault.SHIFTED),
        ({"length_mm": 96.0}, ProofFault.STRETCHED),
        ({"length_mm": 93.9}, ProofFault.STRETCHED),
    ],
)
def test_ink_in_the_wrong_place_fails_the_printer(changed: dict[str, float], fault: ProofFault) -> None:
    assert judge(ALL, replace(STRAIGHT, **changed), LENGTH) == Judgement(Verdict.FAILED, (fault,))


def test_within_the_tolerance_it_is_good_enough() -> None:
    assert judge(ALL, Measured(6.0, 4.0, 95.9), LENGTH).verdict is Verdict.GOOD


@given(
    stretch=st.floats(0.93, 1.07),
    shift=st.tuples(st.floats(-4, 4), st.floats(-4, 4)),
    scale=st.floats(0.95, 1.05),
    move=st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
)
def test_the_correction_puts_the_cross_where_it_belongs(
    stretch: float, shift: tuple[float, float], scale: float, move: tuple[float, float]
) -> None:
    """A printer that stretches and shifts whatever it is given, measured with a perfect ruler."""

    def on_paper(setting: PrinterSetting) -> Measured:
        left, top = (
            stretch * (setting.scale * CROSS_MM + moved) + off
            for moved, off in zip((setting.dx_mm, setting.dy_mm), shift, strict=True)
        )
        return Measured(left, top, stretch * setting.scale * LENGTH)

    used = PrinterSetting("a6", 203, *move, scale)

    again = on_paper(corrected(used, on_paper(used), LENGTH) or used)

    assert judge(ALL, again, LENGTH).verdict is Verdict.GOOD
    assert abs(again.left_mm - CROSS_MM) <= 0.35
    assert abs(again.top_mm - CROSS_MM) <= 0.35


def test_the_scale_is_left_alone_while_the_length_is_good_enough() -> None:
    """Only at 1 are all codes whole dots."""
    found = corrected(USED, Measured(6.5, CROSS_MM, 95.5), LENGTH)

    assert found is not None
    assert found.scale == 1.0
    assert found.dx_mm == pytest.approx(-1.5, abs=0.05)


def test_what_is_straight_is_not_corrected() -> None:
    assert corrected(USED, Measured(5.2, 4.8, LENGTH), LENGTH) is None


@pytest.mark.parametrize(
    "measured",
    [
        Measured(-1, 5, LENGTH),
        Measured(5, 50, LENGTH),
        Measured(5, 5, 9.5),
        Measured(5, 5, 950),
        Measured(float("nan"), 5, LENGTH),
    ],
)
def test_what_was_read_off_wrong_is_not_judged(measured: Measured) -> None:
    assert not is_plausible(measured, LENGTH)


def test_every_code_of_a_page_is_its_own_challenge() -> None:
    rolls = iter([b"\0" * 8, b"\0" * 8, *(bytes([0] * 7 + [place]) for place in range(1, 9))])

    codes = make_codes(lambda _: next(rolls))

    assert len(set(codes)) == len(Mark) == len(LETTERS)
    assert {len(code) for code in codes} == {6}
    assert [mark_of_code(f" {code}", codes) for code in codes] == list(Mark)
    assert mark_of_code("999999", codes) is None
