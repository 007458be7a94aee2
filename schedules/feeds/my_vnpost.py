"""The post's portal for its customers (MyVNPost): our orders by the day they last changed, window by window."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from schedules.feeds.deadlines import LimitedClient
from schedules.feeds.folder_rows import reference_of
from schedules.feeds.rows import LONGEST_NUMBER, LONGEST_WORD, Json, Rejected, RowFault, object_of, text_of
from schedules.feeds.stepping import Step, pull_by_steps
from schedules.feeds.wire import FeedError, answer_to
from schedules.runs import Run, RunResult
from tracker.actions.feeds import breaker_terms
from tracker.actions.mappings import mapping_named
from tracker.actions.postal_claims import PostalClaimSeen, take_postal_claims
from tracker.config import Config
from tracker.domain.feeds import BreakerTerms
from tracker.domain.runs import HTTP_FAULT, FeedFault
from tracker.domain.status_mappings import StatusMapping
from tracker.feed_settings import MyVnPost
from tracker.store.engine import reading
from tracker.store.queries.claims import MY_VNPOST, cursor_of

LONGEST_WINDOW = timedelta(days=30)  # both ends are asked for: 31 days
# Days end at another instant there, and an order may be stamped before it can be seen.
OVERLAP = timedelta(days=1)
DAY = "%d-%m-%Y"
LONGEST_CODE = 20
# A long history is caught up with run by run, so that one never holds the job for hours.
MOST_PAGES = 20
EXPIRED = frozenset({f"{HTTP_FAULT}401", f"{HTTP_FAULT}403"})
_CURSOR = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the window that begins on that day."""

    from_on: date
    page: int

    @property
    def cursor(self) -> str:
        return f"{self.from_on.isoformat()}/{self.page}"

    def until(self, today: date) -> date:
        return min(self.from_on + LONGEST_WINDOW, today)


@dataclass(frozen=True, slots=True)
class Reading:
    """By which table codes are read, in which zone the post writes its times, and which day it is there."""

    mapping: StatusMapping
    zone: ZoneInfo
    today: date


@dataclass(frozen=True, slots=True)
class MyVnPostFeed:
    terms: MyVnPost
    reading: Reading
    breaker: BreakerTerms
    place: Place
    source: str = MY_VNPOST

    def steps(self) -> Iterator[Step[PostalClaimSeen]]:
        with LimitedClient(self.terms.timeout_seconds) as client:
            caller = _Caller(client, self.terms)
            place, lines, before = self.place, 0, list[Json]()
            for _ in range(MOST_PAGES):
                rows = caller.rows(place, place.until(self.reading.today))
                is_repeated = bool(rows) and rows == before
                step = self._step(rows, place, lines, FeedFault.REPEATED if is_repeated else "")
                yield step
                if step.fault or (not rows and place.until(self.reading.today) == self.reading.today):
                    return
                place, lines, before = self._after(place, rows), lines + step.lines, rows

    def keep(self, session: Session, step: Step[PostalClaimSeen], run: Run, now: datetime) -> Counter[str]:
        taken = take_postal_claims(session, step.claims, at=now, run_id=run.id)
        return Counter(new=taken.new, unchanged=taken.unchanged, unknown_dossiers=taken.unknown)

    def _after(self, place: Place, rows: list[Json]) -> Place:
        """Page by page until one is empty: how many a page truly holds is theirs to say. Then the next window."""
        if rows:
            return Place(place.from_on, place.page + 1)
        return Place(place.until(self.reading.today) - OVERLAP, self.terms.first_page)

    def _step(self, rows: list[Json], place: Place, before: int, fault: str) -> Step[PostalClaimSeen]:
        claims: dict[str, PostalClaimSeen] = {}
        rejected: list[Rejected] = []
        for line, row in enumerate(rows, start=before + 1):
            try:
                claim = order_of(object_of(row), self.terms, self.reading)
                claims[claim.reference] = claim
            except RowFault as wrong:
                rejected.append(Rejected(line, wrong.field, wrong.fault))
        if rows and not claims:
            fault = fault or FeedFault.UNREADABLE
        told = () if fault else tuple(claims.values())
        counts = Counter(unknown_statuses=sum(claim.status is None for claim in told))
        newest_at = max((claim.said_at for claim in told if claim.said_at is not None), default=None)
        cursor = self._after(place, rows).cursor
        return Step(cursor, len(rows), told, tuple(rejected), counts, fault=fault, newest_at=newest_at)


def pull_my_vnpost(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    with reading(engine) as session:
        cursor = cursor_of(session, MY_VNPOST)
    return pull_by_steps(engine, my_vnpost_feed(config, cursor, now), run, now)


def my_vnpost_feed(config: Config, cursor: str, now: datetime) -> MyVnPostFeed:
    terms, zone = config.feeds.my_vnpost, ZoneInfo(config.office.zone)
    today = now.astimezone(zone).date()
    read_by = Reading(mapping_named(config, terms.mapping), zone, today)
    return MyVnPostFeed(terms, read_by, breaker_terms(config), _place_of(cursor, terms, today))


def _place_of(cursor: str, terms: MyVnPost, today: date) -> Place:
    """A page earlier than where an earlier run broke off: orders that changed since have left the window's pages."""
    told = _CURSOR.fullmatch(cursor)
    if told is None:
        return Place(today - timedelta(days=terms.first_days - 1), terms.first_page)
    return Place(min(date.fromisoformat(told[1]), today), max(int(told[2]) - 1, terms.first_page))


def order_of(row: Mapping[str, Json], terms: MyVnPost, read_by: Reading) -> PostalClaimSeen:
    """Raises RowFault. Who sends and who receives is never read."""
    order = _needed(row, terms, "order_number", LONGEST_NUMBER)
    code, text = _needed(row, terms, "status", LONGEST_CODE), _told(row, terms, "text")[1]
    item = _short(row, terms, "item_code", LONGEST_NUMBER).upper()
    said_at = _instant(row, terms, read_by.zone)
    status = read_by.mapping.postal_status(code, text)
    return PostalClaimSeen(
        source=MY_VNPOST,
        reference=reference_of(order, item, code, said_at),
        order_number=order,
        item_code=item,
        code=code,
        text=text[:LONGEST_WORD] if status is None else "",
        mapping=read_by.mapping.name,
        status=status,
        place="",
        said_at=said_at,
    )


def _told(row: Mapping[str, Json], terms: MyVnPost, name: str) -> tuple[str, str]:
    """Which of its fields told, and what; the first one, empty, when none did."""
    fields = terms.fields.get(name, ())
    found = [(field, text_of(row, field)) for field in fields]
    return next((one for one in found if one[1]), (next(iter(fields), name), ""))


def _short(row: Mapping[str, Json], terms: MyVnPost, name: str, longest: int) -> str:
    field, text = _told(row, terms, name)
    if len(text) > longest:
        raise RowFault(field, "too_long")
    return text


def _needed(row: Mapping[str, Json], terms: MyVnPost, name: str, longest: int) -> str:
    text = _short(row, terms, name, longest)
    if not text:
        raise RowFault(_told(row, terms, name)[0], "missing")
    return text


def _instant(row: Mapping[str, Json], terms: MyVnPost, zone: ZoneInfo) -> datetime | None:
    field, text = _told(row, terms, "said_at")
    if not text:
        return None
    for stamp in terms.stamps:
        try:
            return datetime.strptime(text, stamp).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise RowFault(field, "bad_date")


@dataclass(slots=True)
class _Caller:
    client: LimitedClient
    terms: MyVnPost
    _token: str = ""

    def rows(self, place: Place, until: date) -> list[Json]:
        """A login that ran out is renewed once."""
        self._token = self._token or self._sign_in()
        try:
            return self._page(place, until)
        except FeedError as error:
            if error.fault not in EXPIRED:
                raise
        self._token = self._sign_in()
        return self._page(place, until)

    def _page(self, place: Place, until: date) -> list[Json]:
        asked = {
            "lastUpdateFrom": place.from_on.strftime(DAY),
            "lastUpdateTo": until.strftime(DAY),
            "type": self.terms.direction,
            self.terms.page_parameter: str(place.page),
            self.terms.size_parameter: str(self.terms.page_size),
        }
        url = f"{self.terms.base_url.rstrip('/')}/GetListOrder"
        request = self.client.build_request("GET", url, params=asked, headers={"token": self._token})
        return _rows_of(answer_to(self.client, request), self.terms.rows_at)

    def _sign_in(self) -> str:
        if not self.terms.is_on:
            raise FeedError(FeedFault.NOT_CONFIGURED)
        told = {
            "username": self.terms.username,
            "password": self.terms.password,
            "customerCode": self.terms.customer_code,
        }
        url = f"{self.terms.base_url.rstrip('/')}/GetAccessToken"
        body = answer_to(self.client, self.client.build_request("POST", url, json=told))
        token = body.get("token") if isinstance(body, Mapping) and body.get("success") is True else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise FeedError(FeedFault.SIGN_IN, "no token")
        return token


def _rows_of(body: Json, rows_at: str) -> list[Json]:
    """Their envelopes differ: the orders stand where the configuration says. None of them is null, or an empty list."""
    if isinstance(body, Mapping) and body.get("success") is False:
        raise FeedError(FeedFault.BAD_SHAPE, "refused")
    found = body
    for step in filter(None, rows_at.split(".")):
        if not isinstance(found, Mapping) or step not in found:
            raise FeedError(FeedFault.BAD_SHAPE, f"nothing at {rows_at}")
        found = found[step]
    if found is None:
        return []
    if not isinstance(found, list):
        raise FeedError(FeedFault.BAD_SHAPE, f"no list at {rows_at}")
    return found
