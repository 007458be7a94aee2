"""Cases as a person would tell them, on the clock of the wall in Cà Mau."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from schedules.reconciliation.evaluation import findings_of
from schedules.reconciliation.seen import Terms
from tracker.actions.discrepancies import Finding
from tracker.domain.cases import Case, ItemFact, OrderFact, PendingFact
from tracker.domain.one_stop import ClaimFact
from tracker.domain.vocabulary import Direction, Leg, Party, Status
from tracker.domain.working_time import OfficeHours, WorkCalendar

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# Tuesday 24 November 2026 is a holiday; Thursday 19 is an ordinary day.
CALENDAR = WorkCalendar(OfficeHours(), frozenset({date(2026, 11, 24)}), frozenset(), ZONE)
YEARS_LATER = datetime(2028, 1, 3, 3, 0, tzinfo=UTC)

CENTRE, AGENCY, POST = 1, 2, 3


def at(local: str) -> datetime:
    """ "19 08:00": that day of November 2026, wall clock."""
    day, clock = local.split()
    hour, minute = clock.split(":")
    return datetime(2026, 11, int(day), int(hour), int(minute), tzinfo=ZONE).astimezone(UTC)


# Since when the post's own book is listened to.
LISTENING = at("10 08:00")


def terms(now: datetime, *, handed_to_post: bool = False, post_since: datetime | None = LISTENING) -> Terms:
    ten_means: Literal["returned", "handed_to_post"] = "handed_to_post" if handed_to_post else "returned"
    return Terms(now=now, calendar=CALENDAR, ten_means=ten_means, post_since=post_since)


def item(leg: Leg = Leg.SUBMISSION, status: Status = Status.AT_OFFICE, **facts: object) -> ItemFact:
    """Registered on the 12th, last seen at the post office on the 18th at 16:00."""
    known = ItemFact(
        id=7,
        number="EE123456785VN",
        leg=leg,
        status=status,
        direction=Direction.FORWARD,
        holder=Party.OFFICE,
        holder_ref="981000",
        office_id=POST,
        from_office_id=POST,
        to_office_id=CENTRE,
        registered_at=at("12 08:00"),
        due_on=date(2027, 6, 30),
        is_resent=False,
        last_event_at=at("18 16:00"),
        final_at=at("18 16:00") if status.is_final else None,
    )
    return replace(known, **facts)  # type: ignore[arg-type]  # facts are named as the fields are


def claim(status: int | None, said: str, *, number: int = 1, channel: int | None = None) -> ClaimFact:
    return ClaimFact(number, status, f"word {status}", channel, at(said))


def case(*items: ItemFact, claims: tuple[ClaimFact, ...] = (), **facts: object) -> Case:
    known = Case(
        number="000.00.22.H12-261112-0031",
        dossier_id=31,
        receiving_office_id=CENTRE,
        deciding_office_id=AGENCY,
        collecting_office_id=POST,
        result_by_post=True,
        items=items,
        claims=claims,
    )
    return replace(known, **facts)  # type: ignore[arg-type]  # facts are named as the fields are


def pending(since: str, *, is_departure: bool = False) -> PendingFact:
    return PendingFact(
        to=Party.OFFICE,
        to_ref="H12.01",
        since_at=at(since),
        handover="h-1",
        event="e-1",
        is_departure=is_departure,
        office_id=CENTRE,
    )


def order(
    number: str,
    said: str,
    *,
    leg: Leg | None = Leg.SUBMISSION,
    status: Status | None = None,
    claim: int = 1,
    item_id: int | None = None,
) -> OrderFact:
    """As the post's own system told of it, once."""
    told_at = at(said)
    return OrderFact(
        number=number,
        leg=leg,
        status=status,
        claim=claim,
        first_said_at=told_at,
        said_at=told_at,
        item_id=item_id,
    )


def findings(
    one: Case,
    now: datetime,
    *,
    handed_to_post: bool = False,
    is_feed_trusted: bool = True,
    post_since: datetime | None = LISTENING,
) -> dict[str, Finding]:
    asked = terms(now, handed_to_post=handed_to_post, post_since=post_since)
    return {finding.code.value: finding for finding, _ in findings_of(one, asked, is_feed_trusted=is_feed_trusted)}
