"""A list is taken back whole; the obstacle that stands first is the one that is told."""

import pytest

from tracker.domain.corrections import CorrectionFault
from tracker.domain.refusal import Cause
from tracker.domain.withdrawal import obstacle

LATE, ELSEWHERE, FOLLOWED = CorrectionFault.TOO_LATE, CorrectionFault.OTHER_DEVICE, CorrectionFault.FOLLOWED


def test_nothing_stands_in_the_way_of_a_list_whose_gives_may_all_be_corrected() -> None:
    assert obstacle({"A": None, "B": None}) is None
    assert obstacle({}) is None


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        ({"A": None, "B": FOLLOWED}, (Cause.WITHDRAWAL_FOLLOWED, ("B",))),
        ({"A": FOLLOWED, "B": LATE, "C": LATE}, (Cause.WITHDRAWAL_TOO_LATE, ("B", "C"))),
        ({"A": LATE, "B": ELSEWHERE}, (Cause.WITHDRAWAL_OTHER_DEVICE, ("B",))),
    ],
)
def test_one_item_that_is_not_the_givers_to_correct_keeps_the_list(
    faults: dict[str, CorrectionFault | None], told: tuple[Cause, tuple[str, ...]]
) -> None:
    assert obstacle(faults) == told


def test_every_fault_of_a_correction_is_an_obstacle_with_a_cause_of_its_own() -> None:
    causes = {found[0] for fault in CorrectionFault if (found := obstacle({"A": fault}))}

    assert len(causes) == len(CorrectionFault)
