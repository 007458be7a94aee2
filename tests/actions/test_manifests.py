"""A handover of many envelopes: the list is made, offered, read and signed, and only the events move custody."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.builders import CENTRE, NOW, PIN, a_desk, a_door
from tests.province import Province, accepted, posted, standing_of, with_courier
from tracker.actions.manifests import LineRead, NewManifest, drop_line, list_line, open_manifest, read_line
from tracker.actions.post import RegisteredItem
from tracker.actions.signing import Second, offer, sign, sign_at_desk
from tracker.domain.manifests import LineOutcome, ManifestKind, ManifestState
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, Hand, Leg, Party, Status
from tracker.store.models import Account, Discrepancy, EventRow
from tracker.store.queries.events import item_events
from tracker.store.queries.manifests import ManifestView, lock_manifest, manifest_of, manifests_of


def at_post_office(session: Session, province: Province) -> RegisteredItem:
    item = posted(session, province["clerk"])
    accepted(session, province, item, at=NOW - timedelta(minutes=20))
    return item


def a_line(item: RegisteredItem, **details: object) -> LineRead:
    return LineRead(item.number, item.number, item.item_id, details)


class Desk:
    """A list between a giver and a receiver of the shared province."""

    def __init__(self, session: Session, province: Province, kind: ManifestKind, giver: str, other: str) -> None:
        self.session = session
        self.province = province
        self.giver = giver
        new = NewManifest(kind, other)
        door = a_door(province[giver])
        self.handover = open_manifest(session, new, a_desk(province[giver]), door.random_bytes)

    @property
    def view(self) -> ManifestView:
        view = manifest_of(self.session, self.province[self.giver], self.handover)
        assert view is not None
        return view

    def lists(self, *items: RegisteredItem) -> "Desk":
        for item in items:
            list_line(self.session, lock_manifest(self.session, self.handover), a_line(item), at=NOW)
        return self

    def offers(self) -> "Desk":
        offer(self.session, self.handover, a_door(self.province[self.giver]))
        return self

    def reads(self, *items: RegisteredItem, **details: object) -> "Desk":
        for item in items:
            read_line(self.session, lock_manifest(self.session, self.handover), a_line(item, **details), at=NOW)
        return self

    def signed_by(self, who: str, *counts: int) -> ManifestView:
        return sign(self.session, self.handover, counts, a_door(self.province[who]))


def a_route(session: Session, province: Province) -> Desk:
    return Desk(session, province, ManifestKind.TO_COURIER, "postclerk", "courier")


def events_of(session: Session, item: RegisteredItem, kind: EventType) -> list[tuple[Hand | None, UUID | None]]:
    return [
        (stored.event.hand, stored.event.details.handover)
        for stored in item_events(session, item.item_id)
        if stored.event.type is kind
    ]


def test_an_offer_opens_each_claim_and_moves_nothing(books: Session, province: Province) -> None:
    item = at_post_office(books, province)

    desk = a_route(books, province).lists(item).offers()

    standing = standing_of(books, item)
    assert (standing.status, standing.custodian.kind) == (Status.AT_OFFICE, Party.OFFICE)
    assert standing.pending is not None
    assert (standing.pending.to_ref, standing.pending.handover) == ("courier", desk.handover)
    assert events_of(books, item, EventType.GIVEN_TO_COURIER) == [(Hand.GIVE, desk.handover)]


def test_a_receiver_takes_what_came_and_names_what_did_not(books: Session, province: Province) -> None:
    came, lacking, stray = (at_post_office(books, province) for _ in range(3))
    desk = a_route(books, province).lists(came, lacking).offers().reads(came, stray)

    signed = desk.signed_by("courier", 1, 1, 1)

    assert signed.state is ManifestState.CLOSED
    assert (signed.giver, signed.receiver) == ("postclerk", "courier")
    assert {line.code: line.outcome for line in signed.lines} == {
        came.number: LineOutcome.RECEIVED,
        lacking.number: LineOutcome.MISSING,
        stray.number: LineOutcome.SURPLUS,
    }
    assert [standing_of(books, item).custodian.ref for item in (came, lacking, stray)] == [
        "courier",
        "BC.CM",
        "courier",
    ]
    assert standing_of(books, lacking).pending is not None
    assert standing_of(books, came).pending is None
    assert events_of(books, stray, EventType.GIVEN_TO_COURIER) == [(Hand.TAKE, desk.handover)]


def test_a_difference_is_somebodys_work(books: Session, province: Province) -> None:
    lacking = at_post_office(books, province)
    desk = a_route(books, province).lists(lacking).offers()

    desk.signed_by("courier", 0, 1, 0)

    row = books.scalars(select(Discrepancy).where(col(Discrepancy.subject) == f"handover:{desk.handover}")).one()
    assert (row.code, row.owner_role) == ("count_mismatch", "postclerk")
    assert lacking.number in row.evidence


def test_a_clean_handover_leaves_no_work(books: Session, province: Province) -> None:
    item = at_post_office(books, province)
    desk = a_route(books, province).lists(item).offers().reads(item)

    desk.signed_by("courier", 1, 0, 0)

    assert books.scalar(select(Discrepancy).where(col(Discrepancy.subject) == f"handover:{desk.handover}")) is None
    assert standing_of(books, item).anomalies == ()


def test_nobody_signs_for_other_numbers_than_those_that_stand_there(books: Session, province: Province) -> None:
    item = at_post_office(books, province)
    desk = a_route(books, province).lists(item).offers().reads(item)

    with pytest.raises(Refusal) as refused:
        desk.signed_by("courier", 0, 1, 0)

    assert refused.value.cause is Cause.LIST_CHANGED
    assert desk.view.is_open


def test_a_list_is_signed_once(books: Session, province: Province) -> None:
    item = at_post_office(books, province)
    desk = a_route(books, province).lists(item).offers().reads(item)
    desk.signed_by("courier", 1, 0, 0)

    with pytest.raises(Refusal) as refused:
        desk.signed_by("courier", 1, 0, 0)

    assert refused.value.cause is Cause.LIST_CLOSED
    assert len(events_of(books, item, EventType.GIVEN_TO_COURIER)) == 2


@pytest.mark.parametrize("who", ["postclerk", "officer"])
def test_only_the_receiver_signs_for_it(books: Session, province: Province, who: str) -> None:
    desk = a_route(books, province).lists(at_post_office(books, province)).offers()

    with pytest.raises(Refusal) as refused:
        desk.signed_by(who, 0, 1, 0)

    assert refused.value.cause in {Cause.NOT_YOURS_TO_SIGN, Cause.NOT_FOUND}


def test_an_offered_list_takes_no_more_envelopes(books: Session, province: Province) -> None:
    desk = a_route(books, province).lists(at_post_office(books, province)).offers()

    with pytest.raises(Refusal) as refused:
        desk.lists(at_post_office(books, province))

    assert refused.value.cause is Cause.LIST_CLOSED


def test_an_empty_list_is_not_offered(books: Session, province: Province) -> None:
    with pytest.raises(Refusal) as refused:
        a_route(books, province).offers()

    assert refused.value.cause is Cause.LIST_EMPTY


def test_a_slip_is_taken_off_before_anybody_signs(books: Session, province: Province) -> None:
    kept, slip = at_post_office(books, province), at_post_office(books, province)
    desk = a_route(books, province).lists(kept, slip)

    drop_line(books, lock_manifest(books, desk.handover), slip.number)
    desk.offers().reads(kept, slip)
    drop_line(books, lock_manifest(books, desk.handover), slip.number)
    drop_line(books, lock_manifest(books, desk.handover), kept.number)

    assert desk.view.tally.counts == (0, 1, 0)
    assert events_of(books, slip, EventType.GIVEN_TO_COURIER) == []


def test_a_handover_into_the_office_makes_the_legal_time_once_both_have_signed(
    books: Session, province: Province
) -> None:
    item = at_post_office(books, province)
    with_courier(books, province, item, at=NOW - timedelta(minutes=10))
    desk = Desk(books, province, ManifestKind.POST_TO_OFFICE, "courier", CENTRE).lists(item).offers()
    assert standing_of(books, item).legal_submission_at is None
    counts = [{"line": 1, "kind": "original", "count": 1}]

    desk.reads(item, seal_ok=True, counts=counts).signed_by("officer", 1, 0, 0)

    standing = standing_of(books, item)
    assert (standing.status, standing.legal_submission_at) == (Status.DELIVERED, NOW)
    assert standing.anomalies == ()


def test_results_leave_the_office_with_its_officer_and_a_courier(books: Session, province: Province) -> None:
    item = posted(books, province["clerk"], Leg.RESULT, from_office=CENTRE)
    desk = Desk(books, province, ManifestKind.OFFICE_TO_POST, "officer", "courier").lists(item).offers()
    told = {"seal_number": "NP-1", "counts": [{"line": 0, "kind": "original", "count": 1}]}

    desk.reads(item, **told).signed_by("courier", 1, 0, 0)

    assert (standing_of(books, item).status, standing_of(books, item).custodian.ref) == (Status.COLLECTED, "courier")


def test_what_comes_back_at_night_is_the_offices_again(books: Session, province: Province) -> None:
    item = at_post_office(books, province)
    with_courier(books, province, item, at=NOW - timedelta(minutes=10))
    desk = Desk(books, province, ManifestKind.BACK_AT_OFFICE, "courier", "BC.CM").lists(item).offers()
    offered = standing_of(books, item).pending
    assert offered is not None
    assert (offered.to, offered.to_ref) == (Party.OFFICE, "BC.CM")

    desk.reads(item).signed_by("postclerk", 1, 0, 0)

    assert standing_of(books, item).custodian.ref == "BC.CM"
    assert standing_of(books, item).anomalies == ()


def test_at_one_desk_the_second_persons_pin_is_the_receipt(books: Session, province: Province) -> None:
    items = [at_post_office(books, province) for _ in range(3)]
    desk = a_route(books, province).lists(*items)

    signed = sign_at_desk(books, desk.handover, (3, 0, 0), Second("courier", PIN), a_door(province["postclerk"]))

    assert isinstance(signed, ManifestView)
    assert (signed.giver, signed.receiver) == ("postclerk", "courier")
    assert [standing_of(books, item).custodian.ref for item in items] == ["courier"] * 3
    assert [events_of(books, item, EventType.GIVEN_TO_COURIER) for item in items] == [[(Hand.BOTH, desk.handover)]] * 3
    seconds = books.scalars(
        select(col(EventRow.second_person)).where(
            col(EventRow.hand) == "both", col(EventRow.type) == "given_to_courier"
        )
    )
    assert set(seconds) == {"courier"}


def test_the_receiving_desk_may_make_the_list_and_ask_the_giver_for_the_pin(books: Session, province: Province) -> None:
    item = at_post_office(books, province)
    with_courier(books, province, item, at=NOW - timedelta(minutes=10))
    by = a_desk(province["postclerk"])
    door = a_door(province["postclerk"])
    new = NewManifest(ManifestKind.BACK_AT_OFFICE, "courier", gives=False)
    handover = open_manifest(books, new, by, door.random_bytes)
    read_line(books, lock_manifest(books, handover), a_line(item), at=NOW)

    signed = sign_at_desk(books, handover, (1, 0, 0), Second("courier", PIN), door)

    assert isinstance(signed, ManifestView)
    assert (signed.giver, signed.receiver, signed.tally.counts) == ("courier", "postclerk", (1, 0, 0))
    assert standing_of(books, item).custodian.ref == "BC.CM"


@pytest.mark.parametrize(
    ("second", "cause"),
    [
        (Second("courier", "000000"), Cause.PIN_WRONG),
        (Second("postclerk", PIN), Cause.PIN_WRONG),
        (Second("courier2", PIN), Cause.SECOND_PERSON_MISSING),
        (Second("officer", PIN), Cause.SECOND_PERSON_MISSING),
    ],
)
def test_only_the_other_party_countersigns(books: Session, province: Province, second: Second, cause: Cause) -> None:
    item = at_post_office(books, province)
    desk = a_route(books, province).lists(item)

    answer = sign_at_desk(books, desk.handover, (1, 0, 0), second, a_door(province["postclerk"]))

    assert answer is cause
    assert desk.view.is_open
    assert events_of(books, item, EventType.GIVEN_TO_COURIER) == []


def test_a_wrong_pin_at_the_list_is_counted_once(books: Session, province: Province) -> None:
    desk = a_route(books, province).lists(*(at_post_office(books, province) for _ in range(3)))

    sign_at_desk(books, desk.handover, (3, 0, 0), Second("courier", "000000"), a_door(province["postclerk"]))

    assert books.scalars(select(col(Account.failed_sign_ins)).where(col(Account.name) == "courier")).one() == 1


def test_a_recount_is_never_replaced_by_a_pin_at_the_givers_screen(books: Session, province: Province) -> None:
    item = at_post_office(books, province)
    with_courier(books, province, item, at=NOW - timedelta(minutes=10))
    desk = Desk(books, province, ManifestKind.POST_TO_OFFICE, "courier", CENTRE).lists(item)

    with pytest.raises(Refusal) as refused:
        sign_at_desk(books, desk.handover, (1, 0, 0), Second("officer", PIN), a_door(province["courier"]))

    assert refused.value.cause is Cause.NOT_YOURS_TO_SIGN


@pytest.mark.parametrize(
    ("who", "new"),
    [
        ("clerk", NewManifest(ManifestKind.TO_COURIER, "courier")),
        ("postclerk", NewManifest(ManifestKind.POST_TO_OFFICE, CENTRE)),
        ("postclerk", NewManifest(ManifestKind.TO_COURIER, "courier2")),
        ("postclerk", NewManifest(ManifestKind.TO_COURIER, "nobody")),
        ("courier", NewManifest(ManifestKind.POST_TO_OFFICE, "BC.CB")),
    ],
)
def test_a_list_is_opened_by_its_giver_for_somebody_it_may_meet(
    books: Session, province: Province, who: str, new: NewManifest
) -> None:
    with pytest.raises(Refusal):
        open_manifest(books, new, a_desk(province[who]), a_door(province[who]).random_bytes)


def test_a_list_is_seen_by_both_sides_and_by_whoever_oversees_them(books: Session, province: Province) -> None:
    desk = a_route(books, province)
    people = (
        "postclerk", "courier", "supervisor", "auditor",
        "courier2", "postclerk2", "strange_postclerk", "strange_supervisor", "hotline",
    )  # fmt: skip

    seeing = {who for who in people if manifest_of(books, province[who], desk.handover) is not None}
    listing = {
        who for who in people if desk.handover in {view.id for view in manifests_of(books, province[who], bags=False)}
    }

    assert seeing == listing == {"postclerk", "courier", "supervisor", "auditor"}
