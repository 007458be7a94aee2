"""The National Public Service Portal's look-up (TraCuuHoSo): our own open dossiers, in turn, one call each."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from schedules.feeds.deadlines import LimitedClient
from schedules.feeds.rows import LONGEST_WORD, Json, Rejected, RowFault, object_of, text_of
from schedules.feeds.stepping import Step, pull_by_steps
from schedules.feeds.wire import FeedError, answer_to
from schedules.runs import Run, RunResult
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.actions.feeds import breaker_terms
from tracker.actions.mappings import mapping_named
from tracker.config import Config
from tracker.domain.dossier_numbers import compare_key
from tracker.domain.feeds import BreakerTerms
from tracker.domain.runs import FeedFault
from tracker.domain.status_mappings import StatusMapping
from tracker.feed_settings import NationalPortal
from tracker.store.engine import reading
from tracker.store.queries.claims import NATIONAL_PORTAL, cursor_of, followed_after

SERVICE = "TraCuuHoSo"
OK_CODES = frozenset({"0", "00"})
STAMP = "%Y%m%d%H%M%S"
ASKED_PER_STEP = 20
# One dossier that the portal stumbles over is set aside; so many in a row are the portal's own fault.
MOST_FAULTS_IN_A_ROW = 3
MOST_RENEWALS = 3
# The field that states when a status came; the others state no instant of their own.
STATED_IN: Mapping[int, str] = MappingProxyType({2: "NgayTiepNhan", 9: "NgayKetThucXuLy", 10: "NgayTra"})


@dataclass(frozen=True, slots=True)
class Asked:
    """`cursor` is where the next turn begins once this dossier was asked."""

    number: str
    cursor: str


@dataclass(frozen=True, slots=True)
class Reading:
    """By which table codes are read, and in which zone the portal writes its times."""

    mapping: StatusMapping
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class PortalFeed:
    terms: NationalPortal
    reading: Reading
    breaker: BreakerTerms
    asked: Sequence[Asked]
    source: str = NATIONAL_PORTAL

    def steps(self) -> Iterator[Step[ClaimSeen]]:
        with LimitedClient(self.terms.timeout_seconds) as client:
            caller = _Caller(client, self.terms)
            caller.sign_in()
            for start in range(0, len(self.asked), ASKED_PER_STEP):
                yield self._step(caller, self.asked[start : start + ASKED_PER_STEP], start)

    def keep(self, session: Session, step: Step[ClaimSeen], run: Run, now: datetime) -> Counter[str]:
        taken = take_claims(session, step.claims, at=now, run_id=run.id)
        return Counter(new=taken.new, unchanged=taken.unchanged, unknown_dossiers=taken.unknown)

    def _step(self, caller: "_Caller", part: Sequence[Asked], before: int) -> Step[ClaimSeen]:
        read = _Read()
        for line, asked in enumerate(part, start=before + 1):
            read.take(line, asked.number, caller, self.reading)
        claims = tuple(read.claims)
        counts = Counter(absent=read.absent, unknown_statuses=sum(claim.status is None for claim in claims))
        newest_at = max((claim.said_at for claim in claims if claim.said_at is not None), default=None)
        return Step(part[-1].cursor, len(part), claims, tuple(read.rejected), counts, newest_at=newest_at)


def pull_national_portal(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    terms = config.feeds.national_portal
    with reading(engine) as session:
        cursor = cursor_of(session, NATIONAL_PORTAL)
        # Nobody is left behind the cursor when the turn ended with a full run.
        found = followed_after(session, int(cursor or 0), terms.most_asked) or followed_after(
            session, 0, terms.most_asked
        )
    asked = [Asked(number, str(dossier_id)) for dossier_id, number in found]
    if asked and len(asked) < terms.most_asked:
        asked[-1] = Asked(asked[-1].number, "")  # the last of all: the next turn begins anew
    read_by = Reading(mapping_named(config, terms.mapping), ZoneInfo(config.office.zone))
    return pull_by_steps(engine, PortalFeed(terms, read_by, breaker_terms(config), asked), run, now)


@dataclass(slots=True)
class _Caller:
    client: LimitedClient
    terms: NationalPortal
    faults_in_a_row: int = 0
    _session: str = ""
    _renewals_left: int = MOST_RENEWALS

    def sign_in(self) -> None:
        if not self.terms.is_on:
            raise FeedError(FeedFault.NOT_CONFIGURED)
        told = {"username": self.terms.username, "password": self.terms.password}
        body = self._post(self.terms.login_url, told)
        session = body.get("session")
        if _code_of(body) not in OK_CODES or not isinstance(session, str) or not session:
            raise FeedError(FeedFault.SIGN_IN, "no session")
        self._session = session

    def look_up(self, number: str) -> list[Json]:
        """What the portal knows under that number. Raises FeedError, and RowFault for a look-up it refused."""
        body = self._asked(number)
        if _code_of(body) not in OK_CODES and self._renewals_left:
            # How the portal says that a session ran out is written nowhere: any refusal may be it.
            self._renewals_left -= 1
            self.sign_in()
            body = self._asked(number)
        if (code := _code_of(body)) not in OK_CODES:
            raise RowFault("error_code", f"refused ({code[:LONGEST_WORD]})")
        rows = body.get("result") or []
        if not isinstance(rows, list):
            raise RowFault("result", "not_a_list")
        return rows

    def _asked(self, number: str) -> Mapping[str, Json]:
        told = {
            "session": self._session,
            "madonvi": self.terms.agency_code,
            "service": SERVICE,
            "mahoso": number,
        }
        return self._post(self.terms.share_url, told)

    def _post(self, url: str, told: Mapping[str, str]) -> Mapping[str, Json]:
        headers = {"dstcode": self.terms.target_code, "Charset": "utf-8", "Accept": "application/json"}
        body = answer_to(self.client, self.client.build_request("POST", url, json=dict(told), headers=headers))
        if not isinstance(body, Mapping):
            raise FeedError(FeedFault.BAD_SHAPE, "not an object")
        return body


def _code_of(body: Mapping[str, Json]) -> str:
    code = body.get("error_code")
    return str(code).strip() if isinstance(code, str | int) and not isinstance(code, bool) else ""


@dataclass(slots=True)
class _Read:
    claims: list[ClaimSeen] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    absent: int = 0

    def take(self, line: int, number: str, caller: _Caller, read_by: Reading) -> None:
        try:
            rows = caller.look_up(number)
            caller.faults_in_a_row = 0
            if rows:
                self.claims.append(claim_of(rows, number, read_by))
            else:
                self.absent += 1
        except RowFault as fault:
            self.rejected.append(Rejected(line, fault.field, fault.fault))
        except FeedError as error:
            caller.faults_in_a_row += 1
            if caller.faults_in_a_row == MOST_FAULTS_IN_A_ROW:
                raise
            self.rejected.append(Rejected(line, "", error.fault))


def claim_of(rows: Sequence[Json], number: str, read_by: Reading) -> ClaimSeen:
    """Raises RowFault. An answer about another dossier than the one asked for is none."""
    for sent in rows:
        row = {name.lower(): value for name, value in object_of(sent).items()}
        if compare_key(text_of(row, "mahoso")) == compare_key(number):
            return _read(row, number, read_by)
    raise RowFault("MaHoSo", "another_dossier")


def _read(row: Mapping[str, Json], number: str, read_by: Reading) -> ClaimSeen:
    """Who applied and for what is left where it is. The due date is the one-stop system's to tell."""
    word = text_of(row, "trangthaihoso")
    if not word:
        raise RowFault("TrangThaiHoSo", "missing")
    if len(word) > LONGEST_WORD:
        raise RowFault("TrangThaiHoSo", "too_long")
    status = read_by.mapping.national_code(word)
    said_at = _instant(row, STATED_IN[status], read_by.zone) if status is not None and status in STATED_IN else None
    return ClaimSeen(
        source=NATIONAL_PORTAL, number=number, status=status, word=word, said_at=said_at, mapping=read_by.mapping.name
    )


def _instant(row: Mapping[str, Json], name: str, zone: ZoneInfo) -> datetime | None:
    text = text_of(row, name.lower())
    if not text:
        return None
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RowFault(name, "bad_date") from error
