"""Who may record what at the door: roles refuse, offices and routes never refuse a scan."""

import json

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.builders import AGENCY, CENTRE, POST, POST_AFAR, ROOT, a_scan
from tests.province import PACKED, SEAL_OK, SENDER, Province, open_codes, posted, receipt_of, standing_of, tale_of
from tracker.domain.roles import ROLE_MATRIX
from tracker.domain.vocabulary import EventType, Leg, Outcome, Role
from tracker.store.models import EventRow, RefusedBody

DOORS_OF_THEIR_OWN = (EventType.REGISTERED, EventType.LABEL_PRINTED)
STAFF = ("clerk", "postclerk", "courier", "driver", "officer", "hotline", "admin", "auditor")
SAMPLE = (
    EventType.ACCEPTED,
    EventType.ARRIVED,
    EventType.ATTEMPT_FAILED,
    EventType.BAGGED,
    EventType.CANCELLED,
    EventType.DELIVERED,
    EventType.DECLARED_LOST,
    EventType.INVITED,
    EventType.LOADED,
    EventType.REDIRECTED,
    EventType.CORRECTED,
)


def refused_bodies(session: Session) -> list[dict[str, object]]:
    return [json.loads(body) for body in session.scalars(select(col(RefusedBody.body)).order_by(col(RefusedBody.id)))]


@pytest.mark.parametrize("kind", SAMPLE)
@pytest.mark.parametrize("who", STAFF)
def test_a_type_outside_the_roles_row_is_refused_and_nothing_else_is(
    books: Session, province: Province, who: str, kind: EventType
) -> None:
    """Of a result, which an officer hands over and a courier fetches, so that both sides may speak."""
    item = posted(books, province["clerk"], Leg.RESULT)

    receipt = receipt_of(books, province[who], a_scan(item.number, kind))

    is_in_row = kind in ROLE_MATRIX[Role(who)]
    assert (receipt.cause == "wrong_role") is not is_in_row
    assert (receipt.outcome is Outcome.REFUSED) or is_in_row


@pytest.mark.parametrize("kind", DOORS_OF_THEIR_OWN)
@pytest.mark.parametrize("who", ["postclerk", "supervisor", "auditor"])
def test_registering_and_printing_have_doors_of_their_own(
    books: Session, province: Province, who: str, kind: EventType
) -> None:
    item = posted(books, province["postclerk"])

    receipt = receipt_of(books, province[who], a_scan(item.number, kind))

    assert (receipt.outcome, receipt.cause) == (Outcome.REFUSED, "wrong_door")


def test_what_a_role_may_not_record_is_kept_for_the_supervisor_without_what_is_personal(
    books: Session, province: Province
) -> None:
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.ARRIVED, office=POST, note="bà Ánh Tuyết nhờ", details=SEAL_OK)
    strangers = {
        "counterparty": {"kind": "office", "user": "Nguyễn Văn An", "pin": "135790"},
        "on_behalf_of": "Trần Thị Bình",
    }

    receipts = [
        receipt_of(books, province["hotline"], event),
        receipt_of(books, province["hotline"], event | strangers),
    ]

    assert {receipt.cause for receipt in receipts} == {"wrong_role"}
    plain, cleaned = refused_bodies(books)
    assert (plain["type"], plain["office"], plain["details"]) == ("arrived", POST, SEAL_OK)
    assert cleaned == plain | {"counterparty": {"kind": "office"}}
    assert books.scalars(select(EventRow).where(col(EventRow.actor) == "hotline")).all() == []


def test_a_clerk_accepts_only_where_the_centre_is_a_service_point(books: Session, province: Province) -> None:
    item = posted(books, province["clerk"])
    event = a_scan(item.number, EventType.ACCEPTED, counterparty=SENDER, details=PACKED)

    at_the_commune = receipt_of(books, province["clerk2"], event)
    at_the_centre = receipt_of(books, province["clerk"], event)

    assert (at_the_commune.outcome, at_the_commune.cause) == (Outcome.REFUSED, "wrong_role")
    assert at_the_centre.outcome is Outcome.RECORDED


def test_what_may_come_next_knows_the_service_point(books: Session, province: Province) -> None:
    item = posted(books, province["clerk"])
    misread = a_scan(item.number, EventType.CORRECTED)

    assert EventType.ACCEPTED in receipt_of(books, province["clerk"], misread).next


def test_an_officer_hands_over_results_only(books: Session, province: Province) -> None:
    submission, result = posted(books, province["postclerk"]), posted(books, province["clerk"], Leg.RESULT)

    refused = receipt_of(books, province["officer"], a_scan(submission.number, EventType.COLLECTED))
    given = receipt_of(books, province["officer2"], a_scan(result.number, EventType.COLLECTED, details=PACKED))

    assert (refused.cause, given.outcome) == ("wrong_role", Outcome.RECORDED)


def test_an_officer_cannot_give_what_only_an_officer_receives(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.DELIVERED, details={"hand": "give", "receiver": "agency"})

    assert receipt_of(books, province["officer"], event).cause == "wrong_role"


def test_no_scan_is_refused_for_its_status_its_office_or_its_route(books: Session, province: Province) -> None:
    """Nobody in this office had anything to do with it, it is not on the route, and it was never accepted."""
    item = posted(books, province["postclerk"])

    receipt = receipt_of(books, province["strange_postclerk"], a_scan(item.number, EventType.ARRIVED, details=SEAL_OK))

    assert receipt.outcome is Outcome.RECORDED
    assert standing_of(books, item).office == province["strange_postclerk"].office_code
    assert open_codes(books, item) == {"missed_scan", "misrouted"}


def test_a_scan_for_another_office_than_the_own_is_marked(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()

    receipt = tale.scan("postclerk", EventType.HELD, office=POST_AFAR)

    assert receipt.outcome is Outcome.RECORDED
    assert "wrong_office" in tale.open_codes


def test_a_foreign_desk_learns_the_standing_but_no_person(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])

    told = str(receipt_of(books, province["stranger"], a_scan(item.number, EventType.ACCEPTED)).as_json())

    assert "Ánh Tuyết" not in told
    assert "Lý Bôn" not in told


def test_only_a_supervisor_enters_for_others(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.ACCEPTED, on_behalf_of="postclerk", counterparty=SENDER, details=PACKED)

    assert receipt_of(books, province["clerk"], event).cause == "wrong_role"


@pytest.mark.parametrize("name", ["nobody", "strange_postclerk"])
def test_a_supervisor_enters_for_people_of_the_own_offices_only(books: Session, province: Province, name: str) -> None:
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.ARRIVED, on_behalf_of=name, source="paper", details={"hand": "take"})

    receipt = receipt_of(books, province["supervisor"], event)

    assert (receipt.outcome, receipt.fields) == (Outcome.MALFORMED, {"on_behalf_of": "unknown_account"})


def test_a_back_entry_stands_where_the_person_works_and_names_both(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()

    told = {"on_behalf_of": "postclerk2", "source": "paper", "details": {"hand": "take"} | SEAL_OK}
    tale.scan("supervisor", EventType.ARRIVED, **told)

    assert (tale.standing.office, tale.standing.custodian.ref) == (POST_AFAR, POST_AFAR)
    row = books.scalars(select(EventRow).where(col(EventRow.stands_for) == "postclerk2")).one()
    assert (row.actor, row.actor_role, row.stands_for_role) == ("supervisor", "supervisor", "postclerk")


def test_a_back_entry_without_its_hand_is_refused(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.ARRIVED, on_behalf_of="postclerk", source="paper")

    assert receipt_of(books, province["supervisor"], event).cause == "hand_missing"


@pytest.mark.parametrize(("who", "kind"), [("hotline", EventType.HELD), ("clerk", EventType.ATTEMPT_FAILED)])
def test_nobody_enters_for_another_what_they_could_not_record_themselves(
    books: Session, province: Province, who: str, kind: EventType
) -> None:
    tale = tale_of(books, province).accepted()

    receipt = tale.scan("supervisor", kind, on_behalf_of=who, source="back_entry")

    assert (receipt.outcome, receipt.cause) == (Outcome.REFUSED, "wrong_role")


def test_the_offices_of_this_file_are_what_they_seem(province: Province) -> None:
    seen = {who: province[who].office_code for who in ("clerk", "officer2", "postclerk", "supervisor")}
    assert seen == {"clerk": CENTRE, "officer2": AGENCY, "postclerk": POST, "supervisor": ROOT}
