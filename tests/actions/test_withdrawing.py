"""The giver takes an offered list back; once somebody has signed, or time has passed, it is no longer the giver's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.actions.test_at_once import at_once
from tests.actions.test_manifests import Desk, a_line, a_route, at_post_office
from tests.builders import CENTRE, NOW, a_desk, a_door
from tests.province import Province, Tale, posted, standing_of, with_courier
from tracker.actions.manifests import LineRead, NewManifest, list_line, open_manifest, read_line
from tracker.actions.signing import offer, sign
from tracker.actions.withdrawing import withdraw
from tracker.domain.manifests import ManifestKind, ManifestState
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, Status
from tracker.domain.withdrawal import LIST_WITHDRAWN
from tracker.store.engine import reading, transaction
from tracker.store.models import EventRow, Manifest
from tracker.store.queries.events import events_of_chain, item_events
from tracker.store.queries.manifests import lock_manifest, manifest_of

STRAY = "RR473124829VN"
IN_TIME, TOO_LATE = NOW + timedelta(minutes=15), NOW + timedelta(minutes=15, seconds=1)


@pytest.fixture
def province(own_province: Province) -> Province:
    """These tests commit."""
    return own_province


def cause_of(call: Callable[[], object]) -> Cause:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.cause


def test_a_withdrawn_list_ends_every_claim_and_moves_nothing(books: Session, province: Province) -> None:
    items = [at_post_office(books, province) for _ in range(2)]
    before = [standing_of(books, item) for item in items]
    desk = a_route(books, province).lists(*items).offers()

    view = withdraw(books, desk.handover, a_door(province["postclerk"], at=IN_TIME))

    assert (view.state, view.withdrawn_at, view.withdrawn_name) == (ManifestState.CLOSED, IN_TIME, "Cán bộ postclerk")
    after = [standing_of(books, item) for item in items]
    assert [(now.pending, now.custodian, now.status, now.anomalies) for now in after] == [
        (None, was.custodian, was.status, ()) for was in before
    ]
    reasons = {stored.event.reason for item in items for stored in item_events(books, item.item_id)
               if stored.event.type is EventType.CORRECTED}  # fmt: skip
    assert reasons == {LIST_WITHDRAWN}


def test_what_the_receiver_has_read_and_not_signed_is_no_obstacle(books: Session, province: Province) -> None:
    item = at_post_office(books, province)
    desk = a_route(books, province).lists(item).offers().reads(item)

    withdraw(books, desk.handover, a_door(province["postclerk"]))

    assert cause_of(lambda: desk.signed_by("courier", 1, 0, 0)) is Cause.LIST_WITHDRAWN
    assert cause_of(lambda: desk.reads(item)) is Cause.LIST_WITHDRAWN
    assert standing_of(books, item).status is Status.AT_OFFICE


def test_after_a_quarter_of_an_hour_only_the_supervisor_can(books: Session, province: Province) -> None:
    item = at_post_office(books, province)
    desk = a_route(books, province).lists(item).offers()

    late = cause_of(lambda: withdraw(books, desk.handover, a_door(province["postclerk"], at=TOO_LATE)))
    still_pending = standing_of(books, item).pending
    by_supervisor = withdraw(books, desk.handover, a_door(province["supervisor"], at=TOO_LATE))

    assert (late, still_pending is not None) == (Cause.WITHDRAWAL_TOO_LATE, True)
    assert by_supervisor.withdrawn_name == "Cán bộ supervisor"
    assert standing_of(books, item).pending is None


def test_another_device_takes_nothing_back(books: Session, province: Province) -> None:
    desk = a_route(books, province).lists(at_post_office(books, province)).offers()
    elsewhere = replace(province["postclerk"], device="another")

    assert cause_of(lambda: withdraw(books, desk.handover, a_door(elsewhere))) is Cause.WITHDRAWAL_OTHER_DEVICE


def test_one_item_that_went_on_keeps_the_whole_list(books: Session, province: Province) -> None:
    """All or nothing: the others must not be taken back beside it."""
    gone, here = (at_post_office(books, province) for _ in range(2))
    desk = a_route(books, province).lists(gone, here).offers()
    Tale(books, province, gone, NOW).scan("postclerk", EventType.DAMAGED, details={"witness": "courier"})

    with pytest.raises(Refusal) as refused:
        withdraw(books, desk.handover, a_door(province["postclerk"], at=IN_TIME))

    assert (refused.value.cause, refused.value.facts["numbers"]) == (Cause.WITHDRAWAL_FOLLOWED, gone.number)
    assert standing_of(books, here).pending is not None
    corrected = select(EventRow).where(col(EventRow.item_id) == here.item_id, col(EventRow.type) == "corrected")
    assert books.scalars(corrected).all() == []


@pytest.mark.parametrize("who", ["courier", "officer", "strange_postclerk", "strange_supervisor", "postclerk2"])
def test_it_is_the_givers_or_the_supervisors_above_the_giver(books: Session, province: Province, who: str) -> None:
    desk = a_route(books, province).lists(at_post_office(books, province)).offers()

    assert cause_of(lambda: withdraw(books, desk.handover, a_door(province[who]))) in {
        Cause.NOT_YOURS_TO_SIGN,
        Cause.NOT_FOUND,
    }


def test_a_list_that_is_not_offered_or_signed_already_is_not_withdrawn(books: Session, province: Province) -> None:
    item = at_post_office(books, province)
    desk = a_route(books, province).lists(item)
    door = a_door(province["postclerk"])

    draft = cause_of(lambda: withdraw(books, desk.handover, door))
    desk.offers().reads(item).signed_by("courier", 1, 0, 0)
    signed = cause_of(lambda: withdraw(books, desk.handover, door))
    desk = a_route(books, province).lists(at_post_office(books, province)).offers()
    withdraw(books, desk.handover, door)
    twice = cause_of(lambda: withdraw(books, desk.handover, door))

    assert (draft, signed, twice) == (Cause.LIST_NOT_OFFERED, Cause.LIST_CLOSED, Cause.LIST_WITHDRAWN)


def test_a_courier_takes_back_what_was_offered_to_the_office_and_no_legal_time_is_left(
    books: Session, province: Province
) -> None:
    item = at_post_office(books, province)
    with_courier(books, province, item, at=NOW - timedelta(minutes=10))
    desk = Desk(books, province, ManifestKind.POST_TO_OFFICE, "courier", CENTRE).lists(item).offers()

    withdraw(books, desk.handover, a_door(province["courier"], at=NOW + timedelta(minutes=1)))

    standing = standing_of(books, item)
    assert (standing.status, standing.pending, standing.legal_submission_at) == (Status.WITH_COURIER, None, None)


def test_a_code_nobody_knows_is_taken_back_in_its_own_chain(books: Session, province: Province) -> None:
    desk = a_route(books, province)
    list_line(books, lock_manifest(books, desk.handover), LineRead(STRAY, STRAY, None), at=NOW)
    desk.offers()

    view = withdraw(books, desk.handover, a_door(province["postclerk"]))

    chain = [(stored.event.type, stored.event.reason) for stored in events_of_chain(books, f"code:{STRAY}")]
    assert chain == [(EventType.GIVEN_TO_COURIER, None), (EventType.CORRECTED, LIST_WITHDRAWN)]
    assert view.withdrawn_at == NOW


def test_the_same_envelopes_go_on_a_new_list(books: Session, province: Province) -> None:
    item = at_post_office(books, province)
    withdraw(books, a_route(books, province).lists(item).offers().handover, a_door(province["postclerk"]))

    again = a_route(books, province).lists(item).offers().reads(item)
    again.signed_by("courier", 1, 0, 0)

    assert standing_of(books, item).custodian.ref == "courier"


def test_when_one_signs_while_the_other_withdraws_one_of_them_wins(province: Province) -> None:
    outcomes = [_race(province) for _ in range(3)]

    assert set(outcomes) <= {("signed", Cause.LIST_CLOSED), ("withdrawn", Cause.LIST_WITHDRAWN)}


def _race(province: Province) -> tuple[str, Cause]:
    giver, receiver = a_door(province["postclerk"]), a_door(province["courier"])
    with transaction(province.engine) as session:
        item = posted(session, province["clerk"])
        new = NewManifest(ManifestKind.TO_COURIER, "courier")
        handover = open_manifest(session, new, a_desk(province["postclerk"]), giver.random_bytes)
        list_line(session, lock_manifest(session, handover), a_line(item), at=NOW)
        offer(session, handover, giver)
        read_line(session, lock_manifest(session, handover), a_line(item), at=NOW)

    def signs() -> object:
        with transaction(province.engine) as session:
            return sign(session, handover, (1, 0, 0), receiver)

    def withdraws() -> object:
        with transaction(province.engine) as session:
            return withdraw(session, handover, giver)

    (loss,) = [one for one in at_once(signs, withdraws) if isinstance(one, Exception)]
    assert isinstance(loss, Refusal), loss
    with reading(province.engine) as session:
        row = session.get_one(Manifest, handover)
        view = manifest_of(session, province["supervisor"], handover)
        held_by = standing_of(session, item).custodian.ref
    assert view is not None
    assert (held_by == "courier") == (row.withdrawn_at is None) == (view.closed_at is not None)
    return "withdrawn" if row.withdrawn_at else "signed", loss.cause
