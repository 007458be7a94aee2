"""What happened on the days before: each story is told in working hours before now.

`Step.hours` counts back from now in the office's working time, so that what is planted is past its grace on any day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.domain.vocabulary import EventType as E


@dataclass(frozen=True, slots=True)
class Step:
    """One event: who makes it, and what it tells; `then` merges into the event as sent."""

    hours: float
    who: str
    type: E
    then: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Envelope:
    """An item of the story: who registers it, and its events."""

    hours: float
    leg: str
    who: str
    steps: tuple[Step, ...] = ()
    labels: int = 1
    fee: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """`agency` is what the one-stop system says, as (hours ago, its own word); `seen` was pulled earlier."""

    name: str
    times: int
    hours: float
    who: str
    envelopes: tuple[Envelope, ...] = ()
    agency: tuple[tuple[float, str], ...] = ()
    seen: tuple[tuple[float, int, str], ...] = ()
    result_by_post: bool = True
    by_post: bool = True
    planted: str = ""


SEAL = {"details": {"seal_ok": True}}


def accepted(hours: float, who: str = "postclerk") -> Step:
    return Step(hours, who, E.ACCEPTED, {"counterparty": {"kind": "sender"}, "counted": True, **SEAL})


def on_the_road(start: float, who: str = "postclerk2", to: str = "postclerk") -> tuple[Step, ...]:
    """From one post office to the next: the giver's claim, then the receiver's scan."""
    return (
        Step(start, who, E.DEPARTED, {"counterparty": {"kind": "office"}, **SEAL}),
        Step(start - 2, to, E.ARRIVED, SEAL),
    )


def to_courier(hours: float, who: str = "postclerk", courier: str = "courier") -> tuple[Step, ...]:
    return (
        Step(hours, who, E.GIVEN_TO_COURIER, {"counterparty": {"kind": "courier", "user": courier}, "handover": hours}),
        Step(hours - 0.1, courier, E.GIVEN_TO_COURIER, {"counterparty": {"kind": "office"}, "handover": hours}),
    )


def into_office(hours: float, courier: str = "courier", officer: str = "officer") -> tuple[Step, ...]:
    """Both sign: the courier gives, the officer counts again and takes. This is the legal moment of submission."""
    told = {"details": {"receiver": "agency"}, "counted": True, "handover": hours}
    return (
        Step(hours, courier, E.DELIVERED, {"counterparty": {"kind": "office", "user": officer}, **told}),
        Step(hours - 0.1, officer, E.DELIVERED, {"counterparty": {"kind": "courier", "user": courier}, **told}),
    )


def from_agency(hours: float, courier: str = "courier", officer: str = "officer") -> tuple[Step, ...]:
    told = {"handover": hours, "counted": True, **SEAL}
    return (
        Step(hours, officer, E.COLLECTED, {"counterparty": {"kind": "courier", "user": courier}, **told}),
        Step(hours - 0.1, courier, E.COLLECTED, {"counterparty": {"kind": "office", "user": officer}, **told}),
    )


def back_in(hours: float, who: str = "postclerk") -> Step:
    return Step(hours, who, E.BACK_AT_OFFICE, {"counterparty": {"kind": "courier", "user": "courier"}})


def handed_over(hours: float, courier: str = "courier", **details: object) -> Step:
    told = {"receiver": "recipient", "identity": "seen", "fees_collected": 0, **details}
    return Step(hours, courier, E.DELIVERED, {"counterparty": {"kind": "recipient"}, "details": told, "counted": True})


def failed(hours: float, reason: str = "absent", courier: str = "courier") -> Step:
    told = {"reason": reason, "details": {"action": "reattempt"}}
    return Step(hours, courier, E.ATTEMPT_FAILED, told)


def refused(hours: float, courier: str = "courier") -> Step:
    return Step(hours, courier, E.REFUSED, {"reason": "refused"})


def submission(start: float, *steps: Step, who: str = "postclerk", labels: int = 1) -> Envelope:
    return Envelope(start, "submission", who, steps, labels)


def result(start: float, *steps: Step, who: str = "clerk", labels: int = 1, fee: int = 0) -> Envelope:
    return Envelope(start, "result", who, steps, labels, fee)


def _arrived(start: float) -> Envelope:
    """A submission that reached the centre, countersigned, about eight working hours after it started."""
    return submission(start, accepted(start), *to_courier(start - 4), *into_office(start - 7))


def _posted(start: float) -> tuple[Step, ...]:
    """A result that was collected at the agency and is at the post office."""
    return (*from_agency(start), back_in(start - 2))


def _out(start: float) -> tuple[Step, ...]:
    return (*_posted(start), *to_courier(start - 4))


ORDINARY = (
    Story("registered", 4, 3, "postclerk", (submission(3),)),
    Story("accepted at the counter", 4, 5, "postclerk", (submission(5, accepted(4.5)),)),
    Story("between two post offices", 2, 6, "postclerk2",
          (submission(6, accepted(5.5, "postclerk2"), Step(1.5, "postclerk2", E.DEPARTED, {"counterparty": {"kind": "office"}, **SEAL}), who="postclerk2"),)),
    Story("arrived at the second post office", 3, 10, "postclerk2",
          (submission(10, accepted(9, "postclerk2"), *on_the_road(6), who="postclerk2"),)),
    Story("courier brings it to the centre", 3, 6, "postclerk", (submission(6, accepted(5), *to_courier(1)),)),
    Story("received by the centre", 4, 12, "postclerk", (_arrived(9),), ((1.5, "receiving"),)),
    Story("being processed", 6, 30, "postclerk", (_arrived(29),), ((20, "receiving"), (18, "processing"))),
    Story("result just ready", 3, 40, "postclerk", (_arrived(39),), ((30, "processing"), (2, "releasing"))),
    Story("result collected", 3, 50, "postclerk", (_arrived(49), result(5, *from_agency(3))),
          ((40, "processing"), (6, "releasing"))),
    Story("result at the post office", 3, 50, "postclerk", (_arrived(49), result(8, *_posted(6))),
          ((40, "processing"), (9, "releasing"))),
    Story("result out for delivery", 4, 50, "postclerk", (_arrived(49), result(8, *_out(7))),
          ((40, "processing"), (9, "releasing"))),
    Story("attempted without success", 2, 50, "postclerk", (_arrived(49), result(9, *_out(8), failed(2))),
          ((40, "processing"), (10, "releasing"))),
    Story("held for collection", 2, 60, "postclerk",
          (_arrived(59), result(16, *_out(15), failed(10), back_in(8), Step(7.5, "postclerk", E.HELD, {"until": 40}),
                                Step(7, "postclerk", E.INVITED, {"details": {"number": 1}}))),
          ((50, "processing"), (17, "releasing"))),
    Story("delivered and closed", 6, 70, "postclerk", (_arrived(69), result(20, *_out(19), handed_over(12))),
          ((60, "processing"), (22, "releasing"), (10, "done"))),
    Story("asked to supplement", 2, 30, "postclerk",
          (_arrived(29), Envelope(6, "supplement", "postclerk", (accepted(5),))), ((20, "processing"), (6, "correcting"))),
    Story("refused at the door, on its way back", 1, 60, "postclerk",
          (_arrived(59), result(16, *_out(15), refused(8), back_in(6))), ((50, "processing"), (17, "releasing"))),
    Story("handed back to the agency", 1, 60, "postclerk",
          (_arrived(59), result(20, *_out(19), refused(14), back_in(12), *to_courier(10), *into_office(8))),
          ((50, "processing"), (22, "releasing"))),
    Story("envelope torn at the post office", 1, 8, "postclerk",
          (submission(8, accepted(7), Step(3, "postclerk", E.DAMAGED, {"details": {"witness": "postclerk2"}, "counted": True})),)),
    Story("label printed twice", 1, 5, "postclerk", (submission(5, accepted(4.5), labels=2),)),
)  # fmt: skip

PLANTED = (
    Story("the centre has not receipted it", 2, 30, "postclerk", (_arrived(29),), ((20, "new"),),
          planted="office_not_receipted"),
    Story("receipted, but nobody handed it over", 1, 20, "postclerk", (submission(19, accepted(7)),), ((14, "processing"),),
          planted="receipted_without_handover"),
    Story("came by post without an envelope", 1, 30, "clerk", (), ((25, "processing"),), planted="postal_order_missing"),
    Story("result ready, nobody collects it", 2, 60, "postclerk", (_arrived(59),), ((50, "processing"), (30, "releasing")),
          planted="result_not_collected"),
    Story("posted before it was finished", 1, 60, "postclerk", (_arrived(59), result(10, *_posted(9))), ((50, "processing"),),
          planted="posted_before_finished"),
    Story("marked returned, still with the courier", 2, 60, "postclerk", (_arrived(59), result(16, *_out(9), failed(3, "unreachable"))),
          ((50, "processing"), (18, "releasing"), (8, "done")), planted="returned_too_early"),
    Story("delivered, never closed", 1, 70, "postclerk", (_arrived(69), result(34, *_out(33), handed_over(28))),
          ((60, "processing"), (36, "releasing")), planted="closing_not_reported"),
    Story("refused by the agency, papers stay there", 1, 60, "postclerk", (_arrived(59),), ((40, "denied"),),
          planted="papers_must_travel_back"),
    Story("stepped back", 1, 40, "postclerk", (_arrived(39),), ((30, "receiving"), (12, "releasing"), (4, "processing")),
          seen=((12, 9, "releasing"),), planted="status_rollback"),
    Story("nothing heard of it", 1, 60, "postclerk", (submission(58, accepted(50)),), planted="silent_item"),
    Story("offered, never taken", 1, 20, "postclerk",
          (submission(18, accepted(12), Step(9, "postclerk", E.GIVEN_TO_COURIER,
                                              {"counterparty": {"kind": "courier", "user": "courier"}, "handover": 9})),),
          planted="open_handover"),
    Story("fees do not add up", 1, 70, "postclerk", (_arrived(69), result(34, *_out(33), handed_over(28), fee=26_000)),
          ((60, "processing"), (36, "releasing"), (25, "done")), planted="money_difference"),
    Story("two post offices claim it", 1, 12, "postclerk",
          (submission(11, accepted(10), Step(6, "postclerk", E.DEPARTED, {"counterparty": {"kind": "office"}, **SEAL}),
                      Step(4, "postclerk", E.ARRIVED, SEAL), Step(3.97, "postclerk2", E.ARRIVED, SEAL)),),
          planted="two_holders"),
    Story("delivered without having been collected", 1, 60, "postclerk",
          (_arrived(59), result(20, handed_over(12))), ((50, "processing"), (22, "releasing"), (10, "done")),
          planted="missed_scan"),
)  # fmt: skip

STORIES = ORDINARY + PLANTED
