"""Each row of the table speaks when its grace is over, not a minute before, and not when both sides agree."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest

from schedules.reconciliation.table import RULES
from tests.schedules.reconciliation.cases import (
    AGENCY,
    CENTRE,
    POST,
    YEARS_LATER,
    at,
    case,
    claim,
    findings,
    item,
    order,
    pending,
)
from tracker.domain.cases import Case, DeliveryFact
from tracker.domain.discrepancies import DiscrepancyCode as Code, discrepancy_of
from tracker.domain.vocabulary import Anomaly, Direction, IdentityBasis, Leg, Party, Receiver, Status

A_MINUTE = timedelta(minutes=1)


def delivery(**told: object) -> DeliveryFact:
    known = DeliveryFact(event="e-9", receiver=Receiver.RECIPIENT, identity=IdentityBasis.SEEN, fees_collected=None)
    return replace(known, **told)  # type: ignore[arg-type]  # told as the fields are named


RESULT = Leg.RESULT
AUTHORISED = delivery(receiver=Receiver.AUTHORISED)
FIRST_DELIVERED = item(RESULT, Status.DELIVERED, id=7)
SECOND_DELIVERED = item(RESULT, Status.DELIVERED, id=8, number="EE900150265VN", final_at=at("19 09:00"))


@dataclass(frozen=True)
class Row:
    """`due` is the first moment at which a person hears of it."""

    code: Code
    one: Case
    due: datetime
    subject: str
    office: int | None
    handed_to_post: bool = False


ROWS = {
    # 8 working hours from Wednesday 16:00: one that day, seven on Thursday.
    "the centre has the envelope and says new": Row(
        Code.OFFICE_NOT_RECEIPTED,
        case(item(status=Status.DELIVERED), claims=(claim(1, "13 08:00"),)),
        at("19 16:00"),
        "item:7",
        CENTRE,
    ),
    "the centre has the envelope and says nothing": Row(
        Code.OFFICE_NOT_RECEIPTED, case(item(status=Status.DELIVERED)), at("19 16:00"), "item:7", CENTRE
    ),
    "receipted while the envelope is on its way": Row(
        Code.RECEIPTED_WITHOUT_HANDOVER,
        case(item(), claims=(claim(2, "19 08:00"),)),
        at("19 13:00") + timedelta(hours=1),
        "item:7",
        CENTRE,
    ),
    "receipted, then processed, counts from the receipt": Row(
        Code.RECEIPTED_WITHOUT_HANDOVER,
        case(item(), claims=(claim(1, "17 08:00"), claim(2, "19 07:00"), claim(4, "19 10:00", number=2))),
        at("19 11:00"),
        "item:7",
        CENTRE,
    ),
    "receipted while a phone holds it that was heard since": Row(
        Code.RECEIPTED_WITHOUT_HANDOVER,
        case(item(holder=Party.COURIER, holder_seen_at=at("19 08:30")), claims=(claim(2, "19 07:00"),)),
        at("19 11:00"),
        "item:7",
        CENTRE,
    ),
    "receipted while a phone holds it that is silent since before": Row(
        Code.RECEIPTED_WITHOUT_HANDOVER,
        case(item(holder=Party.COURIER, holder_seen_at=at("19 06:30")), claims=(claim(2, "19 07:00"),)),
        at("22 07:00"),
        "item:7",
        CENTRE,
    ),
    # One working day ends at closing time of the next working day.
    "came by post as the centre says, and no order is known": Row(
        Code.POSTAL_ORDER_MISSING,
        case(claims=(claim(1, "19 09:00", channel=3),)),
        at("20 17:00"),
        "leg:31:submission",
        CENTRE,
    ),
    "came by post, and what was said since names no channel": Row(
        Code.POSTAL_ORDER_MISSING,
        case(claims=(claim(1, "19 09:00", channel=3), claim(2, "19 10:00", number=2))),
        at("20 17:00"),
        "leg:31:submission",
        CENTRE,
    ),
    "came by post, nobody registered the dossier here": Row(
        Code.POSTAL_ORDER_MISSING,
        Case(number="X-1", claims=(claim(1, "19 09:00", channel=3),)),
        at("20 17:00"),
        "leg:X-1:submission",
        None,
    ),
    "finished on Friday, nobody collects by Monday's closing": Row(
        Code.RESULT_NOT_COLLECTED,
        case(claims=(claim(9, "20 16:30"),)),
        at("23 17:00"),
        "leg:31:result",
        POST,
    ),
    "finished before a holiday": Row(
        Code.RESULT_NOT_COLLECTED,
        case(item(RESULT, Status.CANCELLED), claims=(claim(9, "23 09:00"),)),
        at("25 17:00"),
        "leg:31:result",
        POST,
    ),
    "posted though still in work": Row(
        Code.POSTED_BEFORE_FINISHED,
        case(item(RESULT, accepted_at=at("19 08:00")), claims=(claim(4, "13 08:00"),)),
        at("19 14:00"),
        "item:7",
        AGENCY,
    ),
    "delivered though still in work": Row(
        Code.POSTED_BEFORE_FINISHED,
        case(replace(FIRST_DELIVERED, accepted_at=at("17 07:00")), claims=(claim(4, "13 08:00"),)),
        at("17 11:00"),
        "item:7",
        AGENCY,
    ),
    "marked returned while the post has it": Row(
        Code.RETURNED_TOO_EARLY,
        case(item(RESULT), claims=(claim(9, "18 08:00"), claim(10, "19 07:00", number=2))),
        at("19 11:00"),
        "item:7",
        CENTRE,
    ),
    "marked returned where that means posted, after a failed attempt": Row(
        Code.RETURNED_TOO_EARLY,
        case(item(RESULT, first_failed_at=at("20 07:00")), claims=(claim(10, "19 07:00"),)),
        at("20 11:00"),
        "item:7",
        CENTRE,
        handed_to_post=True,
    ),
    "in the citizen's hands and not closed": Row(
        Code.CLOSING_NOT_REPORTED,
        case(FIRST_DELIVERED, claims=(claim(9, "17 09:00"),)),
        at("19 17:00"),
        "item:7",
        CENTRE,
    ),
    "back at the agency and closed all the same": Row(
        Code.WRONGLY_CLOSED,
        case(item(RESULT, Status.RETURNED), claims=(claim(10, "17 09:00"),)),
        at("18 16:00"),
        "item:7",
        CENTRE,
    ),
    "refused while the papers still travel in": Row(
        Code.PAPERS_MUST_TRAVEL_BACK,
        case(item(), claims=(claim(3, "19 09:00"),)),
        at("20 17:00"),
        "item:7",
        CENTRE,
    ),
    "withdrawn while the supplement still travels in": Row(
        Code.PAPERS_MUST_TRAVEL_BACK,
        case(item(Leg.SUPPLEMENT), claims=(claim(7, "19 09:00"),)),
        at("20 17:00"),
        "item:7",
        CENTRE,
    ),
    "stopped, the papers lie at the centre, nothing takes them back": Row(
        Code.PAPERS_MUST_TRAVEL_BACK,
        case(item(status=Status.DELIVERED), claims=(claim(8, "17 09:00"),)),
        at("19 17:00"),
        "item:7",
        CENTRE,
    ),
    "two envelopes open on one leg": Row(
        Code.DUPLICATE_ORDER,
        case(item(), item(id=8, registered_at=at("16 08:00"))),
        at("16 08:00"),
        "leg:31:submission",
        POST,
    ),
    "two results delivered": Row(
        Code.DUPLICATE_ORDER,
        case(FIRST_DELIVERED, SECOND_DELIVERED, claims=(claim(10, "17 09:00"),)),
        at("19 09:00"),
        "leg:31:result",
        POST,
    ),
    "handed to a proxy without authorisation": Row(
        Code.DELIVERY_RULE_BREACH,
        case(replace(FIRST_DELIVERED, delivery=AUTHORISED), claims=(claim(10, "18 17:00"),)),
        at("18 16:00"),
        "item:7",
        POST,
    ),
    "too little money collected": Row(
        Code.MONEY_DIFFERENCE,
        case(replace(FIRST_DELIVERED, delivery=delivery(fees_collected=30_000), fees_due=38_000)),
        at("18 17:00"),
        "item:7",
        POST,
    ),
    "money told of by nobody": Row(
        Code.MONEY_DIFFERENCE,
        case(replace(FIRST_DELIVERED, delivery=delivery(), fees_due=38_000)),
        at("18 17:00"),
        "item:7",
        POST,
    ),
    "money collected on a holiday": Row(
        Code.MONEY_DIFFERENCE,
        case(replace(FIRST_DELIVERED, final_at=at("24 09:00"), delivery=delivery(fees_collected=1))),
        at("25 17:00"),
        "item:7",
        POST,
    ),
    "money collected after closing time": Row(
        Code.MONEY_DIFFERENCE,
        case(replace(FIRST_DELIVERED, final_at=at("18 18:30"), delivery=delivery(fees_collected=1))),
        at("18 18:30"),
        "item:7",
        POST,
    ),
    "finished, then in work again": Row(
        Code.STATUS_ROLLBACK,
        case(claims=(claim(9, "17 09:00"), claim(4, "19 09:00", number=2))),
        at("19 09:00"),
        "dossier:31",
        AGENCY,
    ),
    "a give that nobody took": Row(
        Code.OPEN_HANDOVER,
        case(item(pending=pending("19 07:00"))),
        at("19 11:00"),
        "handover:h-1",
        CENTRE,
    ),
    "departed on Thursday, expected on Friday, a working day more": Row(
        Code.OPEN_HANDOVER,
        case(item(status=Status.IN_TRANSIT, pending=pending("19 07:00", is_departure=True))),
        at("23 17:00"),
        "handover:h-1",
        CENTRE,
    ),
    "asked for more papers, and nobody told the citizen": Row(
        Code.CITIZEN_NOT_INFORMED,
        case(item(status=Status.DELIVERED), claims=(claim(4, "17 09:00"), claim(5, "19 09:00", number=2))),
        at("20 17:00"),
        "leg:31:supplement",
        CENTRE,
    ),
    "asked again, and the citizen knows of the first time only": Row(
        Code.CITIZEN_NOT_INFORMED,
        case(
            item(Leg.SUPPLEMENT, Status.DELIVERED),
            claims=(claim(5, "12 07:00"), claim(4, "13 09:00", number=2), claim(5, "23 09:00", number=3)),
            informed_at=(at("12 10:00"),),
        ),
        at("25 17:00"),
        "leg:31:supplement",
        CENTRE,
    ),
    "the post has a second order for the same leg": Row(
        Code.DUPLICATE_ORDER,
        case(orders=(order("N__1", "17 09:00"), order("N__2", "19 09:00", claim=2))),
        at("19 09:00"),
        "leg:31:submission",
        CENTRE,
    ),
    "the post knows an order that is not here": Row(
        Code.ORDER_MISMATCH,
        Case(number="EE900150265VN", orders=(order("EE900150265VN", "19 09:00", leg=None),)),
        at("20 17:00"),
        "order:EE900150265VN",
        None,
    ),
    "an envelope the post's own book does not know": Row(
        Code.ORDER_MISMATCH,
        case(item(accepted_at=at("19 09:00"))),
        at("20 17:00"),
        "order:EE123456785VN",
        POST,
    ),
    "the post's own book says delivered, and custody has it at the post office": Row(
        Code.ORDER_MISMATCH,
        case(item(), orders=(order("EE123456785VN", "19 09:00", status=Status.DELIVERED, item_id=7),)),
        at("20 17:00"),
        "order:EE123456785VN",
        POST,
    ),
    "past its postal due date": Row(
        Code.LATE_POSTAL, case(item(due_on=date(2026, 11, 19))), at("20 00:00"), "item:7", POST
    ),
    "past its processing due date": Row(
        Code.LATE_PROCESSING,
        case(claims=(claim(4, "17 09:00"),), processing_due_on=date(2026, 11, 19)),
        at("20 00:00"),
        "dossier:31",
        AGENCY,
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_it_is_said_when_the_grace_is_over(row: Row) -> None:
    found = findings(row.one, row.due, handed_to_post=row.handed_to_post)

    assert row.code in found
    assert (found[row.code].subject, found[row.code].office_id) == (row.subject, row.office)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_it_is_not_said_a_minute_before(row: Row) -> None:
    assert row.code not in findings(row.one, row.due - A_MINUTE, handed_to_post=row.handed_to_post)


# Silence, by status: from Monday the 16th at 08:00, in working hours of 8 a day.
SILENT = {
    Status.REGISTERED: at("23 08:00"),
    Status.COLLECTED: at("17 08:00"),
    Status.AT_OFFICE: at("18 08:00"),
    Status.BAGGED: at("17 08:00"),
    Status.IN_TRANSIT: at("18 08:00"),
    Status.WITH_COURIER: at("17 10:00"),
    Status.HELD: at("19 08:00"),
    Status.DAMAGED: at("18 08:00"),
    Status.MISSING: at("17 08:00"),
}


@pytest.mark.parametrize(("status", "due"), SILENT.items())
def test_an_item_is_silent_after_the_hours_of_its_status(status: Status, due: datetime) -> None:
    quiet = case(item(status=status, last_event_at=at("16 08:00")))

    assert findings(quiet, due)["silent_item"].subject == "item:7"
    assert "silent_item" not in findings(quiet, due - A_MINUTE)


AGREEING = {
    "the envelope is there and receipted": (
        Code.OFFICE_NOT_RECEIPTED,
        case(item(status=Status.DELIVERED), claims=(claim(1, "13 08:00"), claim(2, "18 17:00", number=2))),
    ),
    "the envelope went back to its sender": (
        Code.OFFICE_NOT_RECEIPTED,
        case(item(status=Status.RETURNED), claims=(claim(1, "13 08:00"),)),
    ),
    "receipted once the envelope was there": (
        Code.RECEIPTED_WITHOUT_HANDOVER,
        case(item(status=Status.DELIVERED), claims=(claim(2, "18 17:00"),)),
    ),
    "not yet receipted": (Code.RECEIPTED_WITHOUT_HANDOVER, case(item(), claims=(claim(1, "13 08:00"),))),
    "the order is there": (
        Code.POSTAL_ORDER_MISSING,
        case(item(), claims=(claim(1, "13 08:00", channel=3),)),
    ),
    "it came over the counter": (Code.POSTAL_ORDER_MISSING, case(claims=(claim(1, "13 08:00", channel=1),))),
    "the centre corrected the channel": (
        Code.POSTAL_ORDER_MISSING,
        case(claims=(claim(1, "13 08:00", channel=3), claim(1, "14 08:00", number=2, channel=2))),
    ),
    "the result was collected": (
        Code.RESULT_NOT_COLLECTED,
        case(item(RESULT), claims=(claim(9, "13 08:00"),)),
    ),
    "the citizen fetches the result": (
        Code.RESULT_NOT_COLLECTED,
        case(claims=(claim(9, "13 08:00"),), result_by_post=False),
    ),
    "posted when finished": (
        Code.POSTED_BEFORE_FINISHED,
        case(item(RESULT), claims=(claim(4, "13 08:00"), claim(9, "17 08:00", number=2))),
    ),
    "only a slip so far": (
        Code.POSTED_BEFORE_FINISHED,
        case(item(RESULT, Status.REGISTERED), claims=(claim(4, "13 08:00"),)),
    ),
    "returned when delivered": (
        Code.RETURNED_TOO_EARLY,
        case(FIRST_DELIVERED, claims=(claim(10, "18 17:00"),)),
    ),
    "delivered and closed": (
        Code.CLOSING_NOT_REPORTED,
        case(FIRST_DELIVERED, claims=(claim(9, "17 09:00"), claim(10, "18 17:00", number=2))),
    ),
    "back at the agency and reopened": (
        Code.WRONGLY_CLOSED,
        case(item(RESULT, Status.RETURNED), claims=(claim(10, "17 09:00"), claim(9, "18 17:00", number=2))),
    ),
    "back once, then sent again and delivered": (
        Code.WRONGLY_CLOSED,
        case(item(RESULT, Status.RETURNED), SECOND_DELIVERED, claims=(claim(10, "17 09:00"),)),
    ),
    "the papers have turned round": (
        Code.PAPERS_MUST_TRAVEL_BACK,
        case(item(direction=Direction.RETURNING), claims=(claim(3, "17 09:00"),)),
    ),
    "the papers travel back as a result": (
        Code.PAPERS_MUST_TRAVEL_BACK,
        case(item(status=Status.DELIVERED), item(RESULT, id=8), claims=(claim(8, "17 09:00"),)),
    ),
    "the second was sent again on purpose": (
        Code.DUPLICATE_ORDER,
        case(FIRST_DELIVERED, replace(SECOND_DELIVERED, is_resent=True)),
    ),
    "two supplements delivered": (
        Code.DUPLICATE_ORDER,
        case(item(Leg.SUPPLEMENT, Status.DELIVERED), item(Leg.SUPPLEMENT, Status.DELIVERED, id=8)),
    ),
    "one cancelled, one open": (Code.DUPLICATE_ORDER, case(item(status=Status.CANCELLED), item(id=8))),
    "one open on each leg": (Code.DUPLICATE_ORDER, case(item(), item(RESULT, id=8))),
    "the proxy showed an authorisation": (
        Code.DELIVERY_RULE_BREACH,
        case(replace(FIRST_DELIVERED, delivery=replace(AUTHORISED, identity=IdentityBasis.AUTHORISATION))),
    ),
    "the recipient in person": (
        Code.DELIVERY_RULE_BREACH,
        case(replace(FIRST_DELIVERED, delivery=delivery())),
    ),
    "the right money": (
        Code.MONEY_DIFFERENCE,
        case(replace(FIRST_DELIVERED, delivery=delivery(fees_collected=38_000), fees_due=38_000)),
    ),
    "nothing due and nothing said": (
        Code.MONEY_DIFFERENCE,
        case(replace(FIRST_DELIVERED, delivery=delivery())),
    ),
    "came forward again": (
        Code.STATUS_ROLLBACK,
        case(claims=(claim(9, "17 09:00"), claim(4, "18 09:00", number=2), claim(9, "19 09:00", number=3))),
    ),
    "a pause is no step back": (
        Code.STATUS_ROLLBACK,
        case(claims=(claim(2, "17 09:00"), claim(5, "18 09:00", number=2), claim(2, "19 09:00", number=3))),
    ),
    "an end is silent": (Code.SILENT_ITEM, case(item(status=Status.DELIVERED))),
    "nothing pending": (Code.OPEN_HANDOVER, case(item())),
    "the citizen was told on that day": (
        Code.CITIZEN_NOT_INFORMED,
        case(claims=(claim(5, "19 09:00"),), informed_at=(at("19 07:30"),)),
    ),
    "the supplement is under way": (
        Code.CITIZEN_NOT_INFORMED,
        case(item(Leg.SUPPLEMENT, Status.REGISTERED), claims=(claim(5, "19 09:00"),)),
    ),
    "nothing is asked of the citizen any more": (
        Code.CITIZEN_NOT_INFORMED,
        case(claims=(claim(5, "17 09:00"), claim(4, "19 09:00", number=2))),
    ),
    "one order came back and another was made": (
        Code.DUPLICATE_ORDER,
        case(orders=(order("N__1", "17 09:00", status=Status.RETURNED), order("N__2", "19 09:00", claim=2))),
    ),
    "one order was cancelled, and the envelope came by the other": (
        Code.DUPLICATE_ORDER,
        case(
            item(Leg.SUBMISSION, Status.DELIVERED),
            orders=(
                order("N__1", "17 09:00", item_id=7),
                order("N__2", "18 09:00", status=Status.CANCELLED, claim=2, item_id=7),
            ),
        ),
    ),
    "one order for each leg": (
        Code.DUPLICATE_ORDER,
        case(orders=(order("N__1", "17 09:00"), order("N", "19 09:00", leg=RESULT, claim=2))),
    ),
    "the second order is the one sent again on purpose": (
        Code.DUPLICATE_ORDER,
        case(
            FIRST_DELIVERED,
            replace(SECOND_DELIVERED, is_resent=True),
            orders=(
                order("EE123456785VN", "17 09:00", leg=RESULT, item_id=7),
                order("EE900150265VN", "18 09:00", leg=RESULT, claim=2, item_id=8),
            ),
        ),
    ),
    "both know the envelope": (
        Code.ORDER_MISMATCH,
        case(item(accepted_at=at("19 09:00")), orders=(order("EE123456785VN", "19 09:00", item_id=7),)),
    ),
    "a slip that was never posted": (Code.ORDER_MISMATCH, case(item(status=Status.REGISTERED))),
    "posted before the post's book was listened to": (
        Code.ORDER_MISMATCH,
        case(item(accepted_at=at("1 09:00"))),
    ),
    "delivered on both sides": (
        Code.ORDER_MISMATCH,
        case(
            item(status=Status.DELIVERED),
            orders=(order("EE123456785VN", "18 17:00", status=Status.DELIVERED, item_id=7),),
        ),
    ),
    "a later claim that names no channel takes nothing back, and the order is there": (
        Code.POSTAL_ORDER_MISSING,
        case(item(), claims=(claim(1, "13 08:00", channel=3), claim(2, "14 08:00", number=2))),
    ),
    "arrived late, but arrived": (Code.LATE_POSTAL, case(item(status=Status.DELIVERED, due_on=date(2026, 11, 1)))),
    "finished late, but finished": (
        Code.LATE_PROCESSING,
        case(claims=(claim(9, "17 09:00"),), processing_due_on=date(2026, 11, 1)),
    ),
}


@pytest.mark.parametrize(("code", "one"), AGREEING.values(), ids=AGREEING.keys())
def test_it_is_never_said_when_both_sides_agree(code: Code, one: Case) -> None:
    assert code not in findings(one, YEARS_LATER)


def test_where_ten_means_posted_an_untried_result_is_no_contradiction() -> None:
    posted = case(item(RESULT), claims=(claim(10, "17 09:00"),))

    assert "returned_too_early" not in findings(posted, YEARS_LATER, handed_to_post=True)
    assert "returned_too_early" in findings(posted, YEARS_LATER)


def test_a_dossier_that_agrees_in_everything_has_nothing_to_say() -> None:
    closed = case(
        item(status=Status.DELIVERED),
        replace(FIRST_DELIVERED, id=8, delivery=delivery()),
        claims=(claim(1, "11 08:00"), claim(4, "18 17:00", number=2), claim(10, "19 09:00", number=3)),
    )

    assert findings(closed, YEARS_LATER) == {}


SILENCE_RULES = [row for row in ROWS.values() if row.code in {"office_not_receipted", "closing_not_reported"}]


@pytest.mark.parametrize("row", SILENCE_RULES, ids=lambda row: row.code.value)
def test_the_silence_of_a_broken_feed_accuses_nobody(row: Row) -> None:
    assert row.code not in findings(row.one, row.due, is_feed_trusted=False)


def test_what_the_one_stop_system_did_say_holds_while_its_feed_is_broken() -> None:
    returned = case(item(RESULT), claims=(claim(10, "17 09:00"),))

    assert "returned_too_early" in findings(returned, YEARS_LATER, is_feed_trusted=False)


def test_evidence_holds_both_sides_and_no_clock() -> None:
    row = ROWS["marked returned while the post has it"]

    assert findings(row.one, row.due)["returned_too_early"].evidence == {
        "post": {"item": "EE123456785VN", "status": "at_office", "holder": "office", "holder_ref": "981000"},
        "agency": {"dossier": "000.00.22.H12-261112-0031", "status": 10, "claim": 2, "word": "word 10"},
    }


def test_every_kind_is_ruled_on_here_by_custody_by_the_feed_or_() -> None:
    ruled = {rule.code for rule in RULES}
    custodys_own = {code for anomaly in Anomaly if (code := discrepancy_of(anomaly)) is not None}
    others = {Code.ORPHAN_SCAN, Code.COUNTER_GAP, Code.ID_CONFLICT, Code.LEGAL_TIME_CHANGED, Code.FEED_DOWN}

    assert ruled | custodys_own | others == set(Code)
    assert len(ruled) == len(RULES)


def test_while_the_posts_own_feed_is_off_its_silence_and_its_word_accuse_nobody() -> None:
    row = ROWS["an envelope the post's own book does not know"]

    assert row.code in findings(row.one, row.due)
    assert row.code not in findings(row.one, row.due, post_since=None)
