"""What the post's own system says is held against custody; it moves nothing (X24)."""

from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from schedules.reconciliation.looking import look
from tests.schedules.planting import CONFIG, NOW, Place, a_dossier, a_place, an_event, an_item
from tracker.actions.feeds import FeedAnswer, note_feed_failure, note_feed_success
from tracker.actions.postal_claims import PostalClaimSeen, take_postal_claims
from tracker.actions.postal_orders import enter_orders
from tracker.config import Config
from tracker.domain.vocabulary import Status
from tracker.store.engine import reading, transaction
from tracker.store.models import Item, PostalOrder

NUMBER, ITEM = "000.00.22.H12-261112-0031", "EE123456785VN"
POST_FEED = CONFIG.feeds.vnpost.model_copy(update={"token_url": "https://post/t", "tracking_url": "https://post/f"})
LISTENING: Config = CONFIG.model_copy(update={"feeds": CONFIG.feeds.model_copy(update={"vnpost": POST_FEED})})
PORTAL = CONFIG.feeds.my_vnpost.model_copy(update={"base_url": "https://post/c"})
TO_BOTH: Config = CONFIG.model_copy(
    update={"feeds": CONFIG.feeds.model_copy(update={"vnpost": POST_FEED, "my_vnpost": PORTAL})}
)
A_WEEK = timedelta(days=7)


@pytest.fixture
def place(engine: Engine) -> Place:
    """A feed that has been heard for three weeks; dossier and envelope are there, posted ten days ago."""
    with transaction(engine) as session:
        note_feed_success(session, FeedAnswer("vnpost", rows=1), at=NOW)
        note_feed_success(session, FeedAnswer("one_stop", rows=1), at=NOW)
        said(session, "OLD", at=NOW - timedelta(days=300))
        return a_place(session)


def said(
    session: Session,
    order: str,
    *,
    code: str = "",
    status: Status | None = None,
    at: datetime = NOW - A_WEEK,
    source: str = "vnpost",
) -> None:
    claim = PostalClaimSeen(
        source=source,
        reference=sha256(f"{order} {code} {status}".encode()).hexdigest()[:24],
        order_number=order,
        item_code=code,
        code="4",
        text="",
        mapping="ngsp-1",
        status=status,
        place="",
        said_at=at,
    )
    take_postal_claims(session, [claim], at=at)


def a_posted_envelope(session: Session, place: Place) -> int:
    item_id = an_item(session, place, [a_dossier(session, place, NUMBER)], number=ITEM)
    an_event(session, item_id, "accepted", NOW - timedelta(days=9))
    return item_id


def mismatches(engine: Engine, config: Config = LISTENING) -> list[str]:
    found = look(engine, config, NOW).findings
    return sorted(subject for code, subject in found if code == "order_mismatch")


def test_a_feed_that_says_delivered_moves_nothing_and_is_told_of(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        item_id = a_posted_envelope(session, place)
        said(session, f"{NUMBER}__7", code=ITEM, status=Status.DELIVERED)

    assert mismatches(engine) == [f"order:{ITEM}"]
    with reading(engine) as session:
        assert session.scalar(select(col(Item.status)).where(col(Item.id) == item_id)) == "at_office"


def test_an_envelope_that_both_know_is_none(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_posted_envelope(session, place)
        said(session, f"{NUMBER}__7", code=ITEM)

    assert mismatches(engine) == []


def test_an_order_told_of_before_its_envelope_was_registered_is_found_by_its_number(
    engine: Engine, place: Place
) -> None:
    with transaction(engine) as session:
        said(session, "A-1", code=ITEM)
    assert mismatches(engine) == [f"order:{ITEM}"]

    with transaction(engine) as session:
        a_posted_envelope(session, place)

    assert mismatches(engine) == []


def test_an_envelope_the_post_never_told_of_is_a_mismatch(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_posted_envelope(session, place)

    assert mismatches(engine) == [f"order:{ITEM}"]


def test_nothing_is_said_while_the_posts_feed_fails(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_posted_envelope(session, place)
        note_feed_failure(session, "vnpost", "timeout", at=NOW)

    assert mismatches(engine) == []


def test_two_orders_of_the_post_for_one_leg_are_told_of(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_dossier(session, place, NUMBER)
        said(session, f"{NUMBER}__1")
        said(session, f"{NUMBER}__2")

    found = look(engine, LISTENING, NOW).findings

    assert any(code == "duplicate_order" and subject.endswith(":submission") for code, subject in found)


@pytest.fixture
def second(engine: Engine, place: Place) -> Place:
    """The post's portal tells of orders too, as the feed does."""
    with transaction(engine) as session:
        said(session, "OLD-2", at=NOW - timedelta(days=200), source="my_vnpost")
        note_feed_success(session, FeedAnswer("my_vnpost", rows=1), at=NOW)
    return place


def test_an_envelope_that_neither_of_two_sources_told_of_is_a_mismatch_and_one_is_enough(
    engine: Engine, second: Place
) -> None:
    with transaction(engine) as session:
        a_posted_envelope(session, second)
    before = mismatches(engine, TO_BOTH)
    with transaction(engine) as session:
        said(session, "SO77", code=ITEM, source="my_vnpost")

    assert (before, mismatches(engine, TO_BOTH)) == ([f"order:{ITEM}"], [])


def test_nothing_is_said_of_the_days_before_the_second_source_began_to_tell(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_posted_envelope(session, place)
        note_feed_success(session, FeedAnswer("my_vnpost", rows=1), at=NOW)
    silent = mismatches(engine, TO_BOTH)
    with transaction(engine) as session:
        said(session, "NEW", source="my_vnpost")

    assert (silent, mismatches(engine, TO_BOTH)) == ([], ["order:NEW"])


def test_nothing_is_said_while_one_of_two_sources_fails(engine: Engine, second: Place) -> None:
    with transaction(engine) as session:
        a_posted_envelope(session, second)
        note_feed_failure(session, "my_vnpost", "timeout", at=NOW)

    assert mismatches(engine, TO_BOTH) == []


def test_one_envelope_that_two_sources_number_differently_is_no_second_order(engine: Engine, second: Place) -> None:
    with transaction(engine) as session:
        a_posted_envelope(session, second)
        said(session, f"{NUMBER}__7", code=ITEM)
        said(session, "SO77", code=ITEM, source="my_vnpost")

    assert {code for code, _ in look(engine, TO_BOTH, NOW).findings} & {"duplicate_order", "order_mismatch"} == set()


def an_ordered_envelope(session: Session, place: Place) -> str:
    """The number of the order that we gave for it."""
    item_id = a_posted_envelope(session, place)
    enter_orders(session, at=NOW - A_WEEK, limit=9)
    return session.get_one(PostalOrder, item_id).number


def contradictions(engine: Engine) -> list[tuple[str, str]]:
    found = look(engine, LISTENING, NOW).findings
    return [key for key in found if key[0] in {"order_mismatch", "duplicate_order"}]


def test_an_envelope_that_we_ordered_and_the_post_tells_of_under_our_number_is_no_contradiction(
    engine: Engine, place: Place
) -> None:
    with transaction(engine) as session:
        number = an_ordered_envelope(session, place)
    assert contradictions(engine) == [("order_mismatch", f"order:{ITEM}")]

    # First without a code, then with one of the post's own: neither names the envelope, our number does.
    for code in ("", "VN-9-OTHER"):
        with transaction(engine) as session:
            said(session, number, code=code)
        assert contradictions(engine) == [], code


def test_a_second_order_beside_ours_is_still_told_of(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        said(session, an_ordered_envelope(session, place))
        said(session, f"{NUMBER}__7")

    assert [code for code, _ in contradictions(engine)] == ["duplicate_order"]
