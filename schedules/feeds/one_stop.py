"""Reading dossiers from the one-stop system (OpenCPS, GET /o/rest/v2/dossiers) over the network; writes nothing."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

from schedules.feeds.deadlines import LimitedClient
from schedules.feeds.opencps_rows import parse_row
from schedules.feeds.rows import Json, Rejected, RowFault, fingerprint
from schedules.feeds.wire import FeedError, answer_to
from tracker.actions.claims import ClaimSeen
from tracker.domain.runs import FeedFault
from tracker.domain.status_mappings import StatusMapping
from tracker.feed_settings import OneStop
from tracker.store.queries.claims import FollowedDossier

BASE_PATH = "/o/rest/v2"
# Those that still move, so that each is asked for page by page; the ends are found by date and by number.
OPEN_STATUSES = (
    "new",
    "receiving",
    "waiting",
    "processing",
    "pausing",
    "correcting",
    "cancelling",
    "interoperating",
    "releasing",
    "posting",
)
WINDOWS = ("ReceiveDate", "ReleaseDate", "FinishDate")
# The source's clock and ours differ, and a row may be stamped before it can be seen.
OVERLAP = timedelta(days=1)
FIRST_WINDOW = timedelta(days=90)
# A server that ignores the offset would be paged for ever.
MOST_PAGES = 1000
# Direct reads stop here, so that one pull never holds up the next ones.
DIRECT_READ_SECONDS = 30.0
DAY = "%d/%m/%Y"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask. `watermark` is the newest instant the source stated so far, None before the first success.

    `answered_at` is when it last answered and was believed.
    """

    now: datetime
    watermark: datetime | None
    followed: Sequence[FollowedDossier]
    zone: ZoneInfo
    mapping: StatusMapping
    answered_at: datetime | None = None


@dataclass(slots=True)
class Gathered:
    """What one pull brought in; `is_short`: a total was announced that the pages did not hold.

    `listed` are the dossiers that stood in the lists of those under way.
    """

    claims: dict[str, ClaimSeen] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    lines: int = 0
    pages: int = 0
    is_short: bool = False
    listed: set[str] = field(default_factory=set)
    _seen: dict[str, str] = field(default_factory=dict)

    def take(self, rows: Sequence[Json], plan: Plan) -> set[str]:
        """The numbers on the page. A row that an earlier answer held word for word counts once."""
        numbers: set[str] = set()
        for row in rows:
            mark = fingerprint(row)
            if mark not in self._seen:
                self.lines += 1
                self._seen[mark] = self._number_taken(row, plan)
            numbers.add(self._seen[mark])
        return numbers - {""}

    def _number_taken(self, row: Json, plan: Plan) -> str:
        """Empty for a row at fault."""
        try:
            claim = parse_row(row, plan.zone, plan.mapping)
        except RowFault as fault:
            self.rejected.append(Rejected(self.lines, fault.field, fault.fault))
            return ""
        before = self.claims.get(claim.number)
        if before is None or _touched(claim) >= _touched(before):
            self.claims[claim.number] = claim
        return claim.number

    def accounted(self, since_at: datetime | None) -> int:
        """Dossiers under way, lines that could not be read, and those that left the lists since then."""
        left = [claim for number, claim in self.claims.items() if number not in self.listed]
        since = since_at.timestamp() if since_at else 0.0
        gone = sum(_touched(claim) >= since or not _touched(claim) for claim in left)
        return len(self.listed) + len(self.rejected) + gone

    @property
    def newest_at(self) -> datetime | None:
        stated = [told for claim in self.claims.values() for told in (claim.said_at, claim.touched_at) if told]
        return max(stated, default=None)


def _touched(claim: ClaimSeen) -> float:
    told = [at.timestamp() for at in (claim.touched_at, claim.said_at) if at is not None]
    return max(told, default=0.0)


def gather(feed: OneStop, plan: Plan) -> Gathered:
    """Open statuses page by page, windows on three dates, then our own dossiers by number. Raises FeedError."""
    if not feed.base_url:
        raise FeedError(FeedFault.NOT_CONFIGURED)
    gathered = Gathered()
    with _client(feed) as client:
        for query in _queries(plan):
            _read_pages(_Reader(client, feed.page_size, plan, gathered), query)
        _read_followed(_Reader(client, feed.page_size, plan, gathered), plan.followed)
    return gathered


def _client(feed: OneStop) -> LimitedClient:
    base = feed.base_url.rstrip("/")
    return LimitedClient(
        feed.timeout_seconds,
        base_url=base if base.endswith(BASE_PATH) else base + BASE_PATH,
        auth=httpx.BasicAuth(feed.username, feed.password) if feed.username else None,
        headers={"groupId": feed.group_id, "Accept": "application/json"},
    )


def _queries(plan: Plan) -> Iterator[dict[str, str]]:
    for status in OPEN_STATUSES:
        yield {"status": status}
    start_at = plan.now - FIRST_WINDOW if plan.watermark is None else plan.watermark - OVERLAP
    span = [at.astimezone(plan.zone).strftime(DAY) for at in (start_at, plan.now + OVERLAP)]
    for window in WINDOWS:
        yield {f"from{window}": span[0], f"to{window}": span[1]}


@dataclass(frozen=True, slots=True)
class _Reader:
    client: LimitedClient
    page_size: int
    plan: Plan
    gathered: Gathered

    def page(self, query: Mapping[str, str], start: int) -> tuple[list[Json], int]:
        """Rows, and the total the source announces."""
        # An end of 0 would return everything; oldest first, so that newcomers do not shift the pages.
        asked = {**query, "start": str(start), "end": str(start + self.page_size), "order": "false"}
        rows, total = _read_envelope(
            answer_to(self.client, self.client.build_request("GET", "/dossiers", params=asked))
        )
        self.gathered.pages += 1
        numbers = self.gathered.take(rows, self.plan)
        if "status" in query:
            self.gathered.listed |= numbers
        return rows, total


def _read_pages(reader: _Reader, query: Mapping[str, str]) -> None:
    start = 0
    before: list[Json] = []
    for _ in range(MOST_PAGES):
        rows, total = reader.page(query, start)
        start += len(rows)
        if rows == before:  # nothing more, or a server that ignores the offset
            reader.gathered.is_short |= start < total
            return
        if start >= total:
            return
        before = rows


def _read_followed(reader: _Reader, followed: Sequence[FollowedDossier]) -> None:
    until = time.monotonic() + DIRECT_READ_SECONDS
    for dossier in followed:
        if time.monotonic() > until:
            return
        if dossier.number not in reader.gathered.claims:
            reader.page({"dossierNo": dossier.number}, 0)


def _read_envelope(body: Json) -> tuple[list[Json], int]:
    """`data` may be left out when there is nothing; `total` may come as text."""
    if not isinstance(body, Mapping):
        raise FeedError(FeedFault.BAD_SHAPE, "not an object")
    rows = body.get("data", [])
    if rows is None:
        rows = []
    if not isinstance(rows, list) or ("data" not in body and "total" not in body):
        raise FeedError(FeedFault.BAD_SHAPE, "no list of rows")
    total = str(body.get("total", len(rows)))
    if not total.isdecimal():
        raise FeedError(FeedFault.BAD_SHAPE, "total is no number")
    return rows, int(total)
