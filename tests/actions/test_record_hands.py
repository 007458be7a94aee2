"""Two hands: whose scan moves an envelope, and whose only says so."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from tests.builders import CENTRE, PIN, POST
from tests.province import PACKED, Province, tale_of
from tracker.actions.receipts import Receipt
from tracker.domain.vocabulary import EventType, Hand, Leg, Outcome, Party, Status
from tracker.store.models import Account, AuditRow, EventNote, EventRow, RefusedBody

INTO_OFFICE: dict[str, object] = {"receiver": "agency", "counts": PACKED["counts"]}
OFFICER = {"kind": "office", "user": "officer"}
COURIER = {"kind": "courier", "user": "courier"}


def hand_of(session: Session, receipt: Receipt) -> str | None:
    assert receipt.outcome is Outcome.RECORDED
    return session.scalar(select(col(EventRow.hand)).where(col(EventRow.event_id) == UUID(receipt.id)))


def failures_of(session: Session, name: str) -> int:
    return session.scalar(select(col(Account.failed_sign_ins)).where(col(Account.name) == name)) or 0


@pytest.mark.parametrize(
    ("leg", "who", "kind", "hand"),
    [
        (Leg.SUBMISSION, "postclerk", EventType.ACCEPTED, Hand.TAKE),
        (Leg.SUBMISSION, "courier", EventType.COLLECTED, Hand.TAKE),
        (Leg.SUBMISSION, "postclerk", EventType.ARRIVED, Hand.TAKE),
        (Leg.SUBMISSION, "driver", EventType.ARRIVED, Hand.GIVE),
        (Leg.SUBMISSION, "driver", EventType.LOADED, Hand.TAKE),
        (Leg.SUBMISSION, "postclerk", EventType.BACK_AT_OFFICE, Hand.TAKE),
        (Leg.SUBMISSION, "courier", EventType.BACK_AT_OFFICE, Hand.GIVE),
        (Leg.SUBMISSION, "postclerk", EventType.GIVEN_TO_COURIER, Hand.GIVE),
        (Leg.SUBMISSION, "courier", EventType.GIVEN_TO_COURIER, Hand.TAKE),
        (Leg.SUBMISSION, "postclerk", EventType.DEPARTED, Hand.GIVE),
        (Leg.SUBMISSION, "courier", EventType.DELIVERED, Hand.GIVE),
        (Leg.SUBMISSION, "officer", EventType.DELIVERED, Hand.TAKE),
        (Leg.RESULT, "officer2", EventType.COLLECTED, Hand.GIVE),
        (Leg.RESULT, "officer2", EventType.ACCEPTED, Hand.GIVE),
        (Leg.RESULT, "courier", EventType.DELIVERED, Hand.BOTH),
        (Leg.RESULT, "postclerk", EventType.HANDED_OUT, Hand.BOTH),
        (Leg.RESULT, "postclerk", EventType.HELD, None),
    ],
)
def test_a_hand_that_is_not_told_is_settled_at_the_door(
    books: Session, province: Province, leg: Leg, who: str, kind: EventType, hand: Hand | None
) -> None:
    tale = tale_of(books, province, leg)

    assert hand_of(books, tale.scan(who, kind)) == hand


def test_the_settled_hand_stands_beside_the_body_and_is_hashed(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    receipt = tale.scan("courier", EventType.COLLECTED, details=PACKED)

    row = books.scalars(select(EventRow).where(col(EventRow.event_id) == UUID(receipt.id))).one()

    assert '"hand":"take"' in row.chained
    assert '"hand"' not in row.chained.partition('"details":')[2].partition("}")[0]


def test_a_postclerks_handing_over_only_offers_it(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()

    tale.scan("postclerk", EventType.GIVEN_TO_COURIER, counterparty=COURIER)

    pending = tale.standing.pending
    assert (tale.standing.status, tale.standing.custodian.ref) == (Status.AT_OFFICE, POST)
    assert pending is not None
    assert (pending.to, pending.to_ref) == (Party.COURIER, "courier")


def test_both_by_one_token_alone_is_refused(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()

    told = {"counterparty": COURIER, "details": {"hand": "both"}}

    assert tale.scan("postclerk", EventType.GIVEN_TO_COURIER, **told).cause == "second_person_missing"


def test_a_second_persons_pin_makes_it_both_and_is_kept_nowhere(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()

    told = {"counterparty": COURIER | {"pin": PIN}, "details": {"hand": "both"}}
    receipt = tale.scan("postclerk", EventType.GIVEN_TO_COURIER, **told)

    assert hand_of(books, receipt) == Hand.BOTH
    assert (tale.standing.custodian.kind, tale.standing.custodian.ref) == (Party.COURIER, "courier")
    row = books.scalars(select(EventRow).where(col(EventRow.event_id) == UUID(receipt.id))).one()
    kept = (row.chained, *books.scalars(select(col(EventNote.text))), *books.scalars(select(col(AuditRow.subject))))
    assert row.second_person == "courier"
    assert not [text for text in kept if PIN in text]


def test_a_wrong_pin_is_refused_counted_and_not_kept(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()

    told = {"counterparty": COURIER | {"pin": "135790"}, "details": {"hand": "both"}}
    receipt = tale.scan("postclerk", EventType.GIVEN_TO_COURIER, **told)

    assert (receipt.outcome, receipt.cause) == (Outcome.REFUSED, "pin_wrong")
    assert failures_of(books, "courier") == 1
    assert not [body for body in books.scalars(select(col(RefusedBody.body))) if "135790" in body]


def test_too_many_wrong_pins_shut_out_the_right_one_for_a_while(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    wrong = {"counterparty": COURIER | {"pin": "135790"}, "details": {"hand": "both"}}
    right = {"counterparty": COURIER | {"pin": PIN}, "details": {"hand": "both"}}
    books.execute(update(Account).where(col(Account.name) == "courier").values(failed_sign_ins=14))
    tale.scan("postclerk", EventType.GIVEN_TO_COURIER, **wrong)

    at_once = tale.scan("postclerk", EventType.GIVEN_TO_COURIER, **right)
    after_a_while = tale.wait(minutes=15).scan("postclerk", EventType.GIVEN_TO_COURIER, **right)

    assert (at_once.cause, after_a_while.outcome) == ("pin_wrong", Outcome.RECORDED)
    assert failures_of(books, "courier") == 0


def test_nobody_is_their_own_second_person(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    myself = {"kind": "office", "user": "courier", "pin": PIN}

    receipt = tale.scan("courier", EventType.GIVEN_TO_COURIER, counterparty=myself, details={"hand": "both"})

    assert receipt.cause == "pin_wrong"


@pytest.mark.parametrize("second", ["driver", "courier2", "postclerk", "clerk", "admin"])
def test_into_the_office_only_an_officer_countersigns(books: Session, province: Province, second: str) -> None:
    """Two couriers must not make a dossier count as submitted."""
    tale = tale_of(books, province).accepted().with_courier()
    told = {"counterparty": {"kind": "office", "user": second, "pin": PIN}, "details": INTO_OFFICE | {"hand": "both"}}

    receipt = tale.scan("courier", EventType.DELIVERED, **told)

    assert (receipt.outcome, receipt.cause) == (Outcome.REFUSED, "second_person_missing")
    assert tale.standing.legal_submission_at is None


def test_a_couriers_delivery_into_the_office_is_a_claim_until_an_officer_takes_it(
    books: Session, province: Province
) -> None:
    tale = tale_of(books, province).accepted().with_courier()
    handover = {"handover": str(uuid4())}

    tale.scan("courier", EventType.DELIVERED, counterparty=OFFICER, details=INTO_OFFICE | handover)
    claimed = tale.standing
    tale.scan("officer", EventType.DELIVERED, counterparty=COURIER, details=INTO_OFFICE | handover)

    assert (claimed.status, claimed.pending is not None, claimed.legal_submission_at) == (
        Status.WITH_COURIER,
        True,
        None,
    )
    assert (tale.standing.status, tale.standing.pending) == (Status.DELIVERED, None)
    assert tale.standing.legal_submission_at == tale.at


def test_the_officers_pin_in_the_couriers_call_is_the_legal_moment(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted().with_courier()

    told = {"counterparty": OFFICER | {"pin": PIN}, "details": INTO_OFFICE | {"hand": "both"}}
    tale.scan("courier", EventType.DELIVERED, **told)

    assert tale.standing.legal_submission_at == tale.at
    assert tale.open_codes == set()


def test_an_officers_take_alone_moves_it_and_sets_no_legal_time(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted().with_courier()

    tale.scan("officer", EventType.DELIVERED, counterparty=COURIER, details=INTO_OFFICE)

    assert (tale.standing.status, tale.standing.legal_submission_at) == (Status.DELIVERED, None)
    assert tale.open_codes == {"details_missing"}


def test_a_supervisors_both_is_allowed_and_still_no_legal_time(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted().with_courier()
    told = {"source": "paper", "counterparty": COURIER, "details": INTO_OFFICE | {"hand": "both"}}

    receipt = tale.scan("supervisor", EventType.DELIVERED, office=CENTRE, **told)

    assert receipt.outcome is Outcome.RECORDED
    assert tale.standing.legal_submission_at is None


def test_a_result_goes_from_the_agency_to_the_courier_by_both_their_scans(books: Session, province: Province) -> None:
    tale = tale_of(books, province, Leg.RESULT)
    handover = {"handover": str(uuid4())}

    tale.scan("officer2", EventType.COLLECTED, counterparty=COURIER, details=PACKED | handover)
    offered = tale.standing
    tale.scan("courier", EventType.COLLECTED, counterparty={"kind": "office"}, details=PACKED | handover)

    assert (offered.status, offered.pending is not None) == (Status.REGISTERED, True)
    assert (tale.standing.status, tale.standing.custodian.ref) == (Status.COLLECTED, "courier")


def test_a_citizens_hand_without_signature_or_identity_is_marked(books: Session, province: Province) -> None:
    tale = tale_of(books, province, Leg.RESULT)
    tale.scan("courier", EventType.COLLECTED, details=PACKED)
    told = {"receiver": "recipient", "counts": PACKED["counts"]}

    tale.scan("courier", EventType.DELIVERED, counterparty={"kind": "recipient"}, details=told)

    assert tale.standing.status is Status.DELIVERED
    assert tale.open_codes == {"details_missing"}


def test_an_account_that_is_closed_countersigns_nothing(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    books.execute(update(Account).where(col(Account.name) == "courier").values(is_active=False))
    told = {"counterparty": COURIER | {"pin": PIN}, "details": {"hand": "both"}}

    assert tale.scan("postclerk", EventType.GIVEN_TO_COURIER, **told).cause == "pin_wrong"
