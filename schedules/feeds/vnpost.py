"""The post's own tracking feed (VNPost over NGSP): everything it says of our orders, page by page from one cursor."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from schedules.feeds.deadlines import LimitedClient
from schedules.feeds.ngsp import EXPIRED, authorization
from schedules.feeds.rows import Json
from schedules.feeds.stepping import Step, pull_by_steps
from schedules.feeds.vnpost_rows import Page, Reading
from schedules.feeds.wire import FeedError, answer_to
from schedules.runs import Run, RunResult
from tracker.actions.feeds import breaker_terms
from tracker.actions.mappings import mapping_named
from tracker.actions.postal_claims import PostalClaimSeen, take_postal_claims
from tracker.config import Config
from tracker.domain.feeds import BreakerTerms
from tracker.domain.runs import FeedFault
from tracker.feed_settings import VnPost
from tracker.store.engine import reading
from tracker.store.queries.claims import VNPOST, cursor_of

FIRST_CURSOR = "0" * 24
# A long history is caught up with run by run, so that one never holds the job for hours.
MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class VnPostFeed:
    terms: VnPost
    reading: Reading
    breaker: BreakerTerms
    cursor: str = FIRST_CURSOR
    source: str = VNPOST

    def steps(self) -> Iterator[Step[PostalClaimSeen]]:
        with LimitedClient(self.terms.timeout_seconds) as client:
            caller = _Caller(client, self.terms)
            lines, cursor = 0, self.cursor
            for _ in range(MOST_PAGES):
                rows, announced = caller.page(cursor)
                if not rows and not announced:
                    return
                step = self._step(rows, announced, cursor, lines)
                yield step
                if step.fault:
                    return
                lines, cursor = lines + step.lines, step.cursor

    def keep(self, session: Session, step: Step[PostalClaimSeen], run: Run, now: datetime) -> Counter[str]:
        taken = take_postal_claims(session, step.claims, at=now, run_id=run.id)
        return Counter(new=taken.new, unchanged=taken.unchanged, unknown_dossiers=taken.unknown)

    def _step(self, rows: list[Json], announced: int, cursor: str, before: int) -> Step[PostalClaimSeen]:
        page = Page(cursor, cursor)
        for line, row in enumerate(rows, start=before + 1):
            page.take(line, row, self.reading)
        rejected = tuple(page.rejected)
        fault = page.doubt(len(rows), announced)
        if fault:
            return Step(cursor, len(rows), rejected=rejected, fault=fault)
        claims = tuple(page.claims.values())
        counts = Counter(unchanged=page.repeated, unknown_statuses=sum(claim.status is None for claim in claims))
        newest_at = max((claim.said_at for claim in claims if claim.said_at is not None), default=None)
        return Step(page.newest, len(rows), claims, rejected, counts, newest_at=newest_at)


def pull_vnpost(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    with reading(engine) as session:
        cursor = cursor_of(session, VNPOST) or FIRST_CURSOR
    return pull_by_steps(engine, vnpost_feed(config, cursor), run, now)


def vnpost_feed(config: Config, cursor: str = FIRST_CURSOR) -> VnPostFeed:
    terms = config.feeds.vnpost
    read_by = Reading(mapping_named(config, terms.mapping), ZoneInfo(config.office.zone))
    return VnPostFeed(terms, read_by, breaker_terms(config), cursor)


@dataclass(slots=True)
class _Caller:
    client: LimitedClient
    terms: VnPost
    _authorization: str = ""

    def page(self, cursor: str) -> tuple[list[Json], int]:
        """The rows after the cursor, and how many the post says it returned. A token that ran out is renewed once."""
        self._authorization = self._authorization or self._sign_in()
        try:
            return self._page(cursor)
        except FeedError as error:
            if error.fault != EXPIRED:
                raise
        self._authorization = self._sign_in()
        return self._page(cursor)

    def _page(self, cursor: str) -> tuple[list[Json], int]:
        asked = {"pagesize": str(self.terms.page_size), "lastId": cursor}
        request = self.client.build_request(
            "GET", self.terms.tracking_url, params=asked, headers={"Authorization": self._authorization}
        )
        return _rows_of(answer_to(self.client, request))

    def _sign_in(self) -> str:
        if not self.terms.is_on:
            raise FeedError(FeedFault.NOT_CONFIGURED)
        return authorization(self.client, self.terms)


def _rows_of(body: Json) -> tuple[list[Json], int]:
    """`_embedded` may be left out when there is nothing."""
    if not isinstance(body, Mapping):
        raise FeedError(FeedFault.BAD_SHAPE, "not an object")
    embedded = body.get("_embedded") or {}
    rows = embedded.get("rh:doc", []) if isinstance(embedded, Mapping) else None
    if not isinstance(rows, list) or ("_embedded" not in body and "_returned" not in body):
        raise FeedError(FeedFault.BAD_SHAPE, "no list of records")
    announced = str(body.get("_returned", len(rows)))
    if not announced.isdecimal():
        raise FeedError(FeedFault.BAD_SHAPE, "_returned is no number")
    return rows, int(announced)
