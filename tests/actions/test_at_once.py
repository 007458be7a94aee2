"""Many desks at one moment: nobody waits for ever, nothing is lost, and the loser is told."""

import hashlib
import io
import threading
from collections.abc import Callable
from itertools import pairwise
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import select
from sqlmodel import Session, col

from tests.builders import NOW, PAPERS, a_desk, a_door, a_dossier, a_person, a_scan
from tests.province import PACKED, SEAL_OK, SENDER, Province, a_fresh_number, posted, standing_of
from tracker.actions.discrepancies import Finding, Opening, open_finding
from tracker.actions.early_labels import print_result_label
from tracker.actions.evidence import picture_of, store_picture
from tracker.actions.labels import print_labels
from tracker.actions.post import NewItem, RegisteredItem, register_item
from tracker.actions.print_batches import BatchWish, begin_batch, print_slice
from tracker.actions.receipts import Receipt
from tracker.actions.record import record
from tracker.actions.register import NewDossier, register_dossier
from tracker.domain.chain import ChainRow, verify
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.domain.identifiers import make_s10
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, Leg, Outcome
from tracker.store.engine import reading, transaction
from tracker.store.models import Discrepancy, DossierNumberRow
from tracker.store.queries.events import chain_rows, item_events
from tracker.store.queries.print_batches import batch_progress
from tracker.store.queries.stories import read_story

PATIENCE_SECONDS = 60
ROUNDS = 6


@pytest.fixture
def province(own_province: Province) -> Province:
    """These tests commit."""
    return own_province


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each answered, or the fault it raised; a call that never ends fails the test."""
    answers: list[object] = [None] * len(calls)
    start = threading.Barrier(len(calls), timeout=PATIENCE_SECONDS)

    def run(place: int, call: Callable[[], object]) -> None:
        start.wait()
        try:
            answers[place] = call()
        except Exception as fault:  # noqa: BLE001  # handed to the test
            answers[place] = fault

    desks = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join(PATIENCE_SECONDS)
    assert not [desk for desk in desks if desk.is_alive()]
    return answers


def sending(province: Province, who: str, *events: dict[str, object]) -> Callable[[], list[Receipt]]:
    def send() -> list[Receipt]:
        with transaction(province.engine) as session:
            return record(session, events, a_door(province[who]))

    return send


def committed(province: Province, count: int) -> list[RegisteredItem]:
    with transaction(province.engine) as session:
        return [posted(session, province["postclerk"]) for _ in range(count)]


def chain_holds(session: Session, chain: str) -> bool:
    return verify(ChainRow(seq, chained.encode(), hash_) for seq, chained, hash_ in chain_rows(session, chain)) is None


def outcomes(answers: list[object]) -> list[object]:
    """Of every receipt; whatever is no receipt stands for itself."""
    return [
        getattr(one, "outcome", one) for answer in answers for one in (answer if isinstance(answer, list) else [answer])
    ]


def test_desks_that_scan_one_envelope_queue_at_it(province: Province) -> None:
    (item,) = committed(province, 1)
    scans = [
        sending(province, who, a_scan(item.number, EventType.ARRIVED, details=SEAL_OK))
        for who in ("postclerk", "postclerk2", "strange_postclerk", "supervisor")
    ]

    answers = at_once(*scans)

    assert outcomes(answers).count(Outcome.RECORDED) == 3  # the supervisor told no hand
    with reading(province.engine) as session:
        rows = chain_rows(session, f"item:{item.item_id}")
        assert [seq for seq, _, _ in rows] == [1, 2, 3, 4]
        assert chain_holds(session, f"item:{item.item_id}")
        assert read_story(session, item.item_id).standing == standing_of(session, item)


def test_batches_that_touch_the_same_envelopes_in_opposite_order_do_not_wait_for_each_other(
    province: Province,
) -> None:
    items = committed(province, 4)
    bag = f"TUI-NGUOC-{items[0].item_id}"

    for _ in range(ROUNDS):
        there = [a_scan(item.number, EventType.BAGGED, details={"bag": bag}) for item in items]
        back = [a_scan(item.number, EventType.ARRIVED, details=SEAL_OK) for item in reversed(items)]
        answers = at_once(
            sending(province, "postclerk", *there, a_scan(bag, EventType.DEPARTED)),
            sending(province, "postclerk2", a_scan(bag, EventType.ARRIVED), *back),
        )
        assert outcomes(answers) == [Outcome.RECORDED] * 10

    with reading(province.engine) as session:
        assert all(chain_holds(session, f"item:{item.item_id}") for item in items)
        assert chain_holds(session, f"bag:{bag}")


def test_what_is_put_into_a_bag_while_the_bag_leaves_leaves_with_it(province: Province) -> None:
    for _ in range(ROUNDS):
        items = committed(province, 3)
        bag = f"TUI-LUC-{items[0].item_id}"
        packing = [
            sending(province, "postclerk", a_scan(item.number, EventType.BAGGED, details={"bag": bag}))
            for item in items
        ]

        answers = at_once(*packing, sending(province, "postclerk", a_scan(bag, EventType.DEPARTED)))

        assert outcomes(answers) == [Outcome.RECORDED] * 4
        with reading(province.engine) as session:
            assert [standing_of(session, item) for item in items] == [
                read_story(session, item.item_id).standing for item in items
            ]


def test_a_code_scanned_while_it_is_registered_is_not_lost(province: Province) -> None:
    for _ in range(ROUNDS):
        with transaction(province.engine) as session:
            dossier = a_dossier(session, a_desk(province["postclerk"]), a_fresh_number())
        number = make_s10("RR", uuid4().int % 10**8).text
        new = NewItem(dossiers=(dossier,), leg=Leg.SUBMISSION, number=number)
        scan = a_scan(number, EventType.ACCEPTED, counterparty=SENDER, details=PACKED)

        answers = at_once(registering(province, new), sending(province, "postclerk", scan))

        assert outcomes(answers)[1] == Outcome.RECORDED
        assert isinstance(answers[0], RegisteredItem)
        with reading(province.engine) as session:
            types = [stored.event.type for stored in item_events(session, answers[0].item_id)]
            assert sorted(types) == [EventType.ACCEPTED, EventType.REGISTERED]
            assert standing_of(session, answers[0]).status == "at_office"


def registering(province: Province, new: NewItem, who: str = "postclerk") -> Callable[[], RegisteredItem]:
    def register() -> RegisteredItem:
        with transaction(province.engine) as session:
            return register_item(session, new, a_desk(province[who]))

    return register


def causes(answers: list[object]) -> list[Cause]:
    return [answer.cause for answer in answers if isinstance(answer, Refusal)]


def test_of_two_clerks_who_post_one_dossier_one_wins_and_the_other_is_told(province: Province) -> None:
    for _ in range(ROUNDS):
        with transaction(province.engine) as session:
            dossier = a_dossier(session, a_desk(province["clerk"]), a_fresh_number())
        new = NewItem(dossiers=(dossier,), leg=Leg.SUBMISSION)

        answers = at_once(registering(province, new, "clerk"), registering(province, new, "clerk"))

        (winner,) = [answer for answer in answers if isinstance(answer, RegisteredItem)]
        (loser,) = [answer for answer in answers if isinstance(answer, Refusal)]
        assert (loser.cause, loser.facts["number"]) == (Cause.OPEN_ITEM_EXISTS, winner.number)


def test_of_two_clerks_who_register_one_dossier_one_wins_and_the_other_is_told(province: Province) -> None:
    def entering(number: str) -> Callable[[], int]:
        new = NewDossier(
            number=number,
            procedure="1.004873",
            receiving_office="H12.TT",
            applicant=a_person(),
            documents=PAPERS,
            result_by_post=True,
        )

        def enter() -> int:
            with transaction(province.engine) as session:
                return register_dossier(session, new, a_desk(province["clerk"]))

        return enter

    for _ in range(ROUNDS):
        number = a_fresh_number()
        assert causes(at_once(entering(number), entering(number))) == [Cause.DOSSIER_EXISTS]


def test_envelopes_that_share_dossiers_in_opposite_order_do_not_wait_for_each_other(province: Province) -> None:
    for _ in range(ROUNDS):
        with transaction(province.engine) as session:
            # Of two offices' books, so that the desks do not queue at one range of numbers already.
            desk = a_desk(province["clerk2"])
            dossiers = [a_dossier(session, desk, a_fresh_number()) for _ in range(2)]
        there = NewItem(dossiers=tuple(dossiers), leg=Leg.SUBMISSION)
        back = NewItem(dossiers=tuple(reversed(dossiers)), leg=Leg.SUBMISSION)

        answers = at_once(registering(province, there, "clerk"), registering(province, back, "clerk2"))

        assert causes(answers) == [Cause.OPEN_ITEM_EXISTS]


def test_numbers_given_out_at_once_are_all_different(province: Province) -> None:
    with transaction(province.engine) as session:
        dossiers = [a_dossier(session, a_desk(province["postclerk"]), a_fresh_number()) for _ in range(4)]
    news = [NewItem(dossiers=(dossier,), leg=Leg.SUBMISSION) for dossier in dossiers]

    answers = at_once(*(registering(province, new) for new in news))

    numbers = [answer.number for answer in answers if isinstance(answer, RegisteredItem)]
    serials = sorted(int(number[2:10]) for number in numbers)
    assert len(numbers) == 4
    assert all(later == earlier + 1 for earlier, later in pairwise(serials))


def test_a_phone_that_sends_two_uploads_at_once_finds_one_gap(province: Province) -> None:
    """Its first upload still runs while it tries again."""
    items = committed(province, 4)
    first, *others = [
        a_scan(item.number, EventType.GIVEN_TO_COURIER, device_counter=counter)
        for item, counter in zip(items, (1, 5, 6, 7), strict=True)
    ]
    sending(province, "courier2", first)()

    answers = at_once(*(sending(province, "courier2", event) for event in others))

    assert outcomes(answers) == [Outcome.RECORDED] * 3
    with reading(province.engine) as session:
        found = select(col(Discrepancy.subject)).where(
            col(Discrepancy.code) == DiscrepancyCode.COUNTER_GAP,
            col(Discrepancy.state) == DiscrepancyState.OPEN,
            col(Discrepancy.subject).startswith(f"device:{province['courier2'].device}:"),
        )
        assert session.scalars(found).all() == [f"device:{province['courier2'].device}:2"]


def test_an_upload_that_overtakes_another_of_its_phone_leaves_no_gap(province: Province) -> None:
    first, *others = committed(province, 4)
    scans = [
        a_scan(item.number, EventType.GIVEN_TO_COURIER, device_counter=counter)
        for item, counter in zip((first, *others), (1, 2, 4, 3), strict=True)
    ]
    sending(province, "courier", *scans[:2])()
    late = threading.Thread(target=sending(province, "courier", scans[3]))

    with transaction(province.engine) as session:
        record(session, [scans[2]], a_door(province["courier"]))
        late.start()
        late.join(0.3)  # it waits for this transaction, on either engine
    late.join(PATIENCE_SECONDS)

    gaps = select(col(Discrepancy.id)).where(
        col(Discrepancy.subject).startswith(f"device:{province['courier'].device}:"),
        col(Discrepancy.state) == DiscrepancyState.OPEN,
    )
    with reading(province.engine) as session:
        assert session.scalars(gaps).all() == []


def test_what_two_desks_find_at_once_is_found_once(province: Province) -> None:
    finding = Finding(code=DiscrepancyCode.FEED_DOWN, subject=f"source:{uuid4()}", since_at=NOW)
    opened: list[object] = []

    def find() -> None:
        with transaction(province.engine) as session:
            opened.append(open_finding(session, finding, at=NOW))

    second = threading.Thread(target=find)
    with transaction(province.engine) as session:
        opened.append(open_finding(session, finding, at=NOW))
        second.start()
        second.join(0.3)  # it waits for this transaction, on either engine
    second.join(PATIENCE_SECONDS)

    assert opened == [Opening.OPENED, Opening.UNCHANGED]


def test_one_photo_sent_twice_at_once_is_stored_once(province: Province) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), f"#{uuid4().hex[:6]}").save(drawn, "PNG")
    sent = drawn.getvalue()
    picture = picture_of(hashlib.sha256(sent).hexdigest(), sent)

    def store() -> bool:
        with transaction(province.engine) as session:
            return store_picture(session, picture, a_desk(province["courier"])).is_new

    assert sorted(map(str, at_once(store, store, store))) == ["False", "False", "True"]


def test_a_result_posted_meanwhile_gets_no_label_in_advance(province: Province) -> None:
    by = a_desk(province["postclerk"])
    with transaction(province.engine) as session:
        number = a_dossier(session, by, a_fresh_number())
        dossier_id = session.scalars(
            select(col(DossierNumberRow.dossier_id)).where(col(DossierNumberRow.text) == number)
        ).one()
    told: list[object] = []

    def print_early() -> None:
        try:
            with transaction(province.engine) as session:
                told.append(print_result_label(session, dossier_id, "a6", by))
        except Refusal as refusal:
            told.append(refusal.cause)

    early = threading.Thread(target=print_early)
    with transaction(province.engine) as session:
        register_item(session, NewItem(dossiers=(number,), leg=Leg.RESULT), by)
        early.start()
        early.join(0.3)  # it waits for this transaction, on either engine
    early.join(PATIENCE_SECONDS)

    assert told == [Cause.OPEN_ITEM_EXISTS]


def test_one_item_printed_by_many_desks_at_once_gets_one_first_copy(province: Province) -> None:
    (item,) = committed(province, 1)

    def print_it() -> int:
        with transaction(province.engine) as session:
            (copy,) = print_labels(session, [item.number], "a6", None, a_desk(province["postclerk"]))
            return copy.copy_number

    answers = at_once(*(print_it for _ in range(ROUNDS)))

    assert sorted(str(getattr(one, "cause", one)) for one in answers) == ["1"] + ["reprint_needs_reason"] * (ROUNDS - 1)


def test_two_who_begin_the_same_batch_at_once_share_it_and_print_each_line_once(province: Province) -> None:
    numbers = [item.number for item in committed(province, 3)]
    by, key = a_desk(province["postclerk"]), uuid4().hex

    def print_all() -> int:
        with transaction(province.engine) as session:
            batch_id = begin_batch(session, BatchWish(dict(enumerate(numbers, 1)), "a6", 1, key=key), by)
        with transaction(province.engine) as session:
            print_slice(session, batch_id, lambda _: None, by)
        return batch_id

    first, second = at_once(print_all, print_all)

    assert first == second
    with reading(province.engine) as session:
        progress = batch_progress(session, int(str(first)))
    assert progress is not None
    assert (progress.printed, progress.refused) == (3, 0)
