"""The drop folder: files that others lay there, read in steps, each row once, and put away with a verdict."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from schedules.feeds.folder_places import DONE, FAILED, Dropped, Places
from schedules.feeds.folder_rows import Claim, RowReader, header_of
from schedules.feeds.resting import held_back
from schedules.feeds.rows import Rejected, RowFault
from schedules.feeds.sheets import FileFault, FileRefusedError, Row, fingerprint_of, rows_of
from schedules.feeds.stepping import Step, pull_by_steps
from schedules.feeds.wire import FeedError
from schedules.runs import Run, RunEnd, RunResult, finish_run, hold_fence
from tracker.actions.claims import ClaimSeen, news_of, take_claims
from tracker.actions.feeds import FeedAnswer, breaker_terms, note_dropped_file, note_feed_success
from tracker.actions.mappings import mapping_named
from tracker.actions.postal_claims import PostalClaimSeen, take_postal_claims
from tracker.config import Config
from tracker.domain.dossier_numbers import compare_key
from tracker.domain.feeds import BreakerTerms, is_lost
from tracker.domain.runs import FeedFault, RunOutcome, is_call_failed
from tracker.domain.status_mappings import StatusMapping
from tracker.feed_settings import NEEDED_COLUMNS, Folder
from tracker.store.engine import reading, transaction
from tracker.store.models import FeedState
from tracker.store.queries.claims import FOLDER
from tracker.store.queries.feeds import rows_of_dropped

# A desk waits for the writer's lock no longer than one of these takes.
ROWS_PER_STEP = 200
# A huge file is caught up with run by run, so that one never holds the job for hours.
MOST_STEPS = 500
MOST_ROWS_TOLD = 1000
LONGEST_NAME_TOLD = 100
CURSOR_MARK = ":"


@dataclass(frozen=True, slots=True)
class FileStep(Step[Claim]):
    """`done_sha256` is set with a file's last rows: it is then done for ever. `rows` and `bad` are the whole file's."""

    done_sha256: str = ""
    rows: int = 0
    bad: int = 0


@dataclass(slots=True)
class _Account:
    """What a verdict tells of one file, the same however often its reading was broken off."""

    file: str
    sha256: str = ""
    rows: int = 0
    bad: int = 0
    told: list[Rejected] = field(default_factory=list)

    def note(self, rejected: Rejected) -> None:
        self.bad += 1
        if len(self.told) < MOST_ROWS_TOLD:
            self.told.append(rejected)

    def verdict(self, outcome: str, fault: str = "") -> dict[str, object]:
        errors = [{"row": one.line, "column": one.field, "cause": one.fault} for one in self.told]
        summed = {"file": self.file, "sha256": self.sha256, "outcome": outcome, "fault": fault}
        return {**summed, "rows": self.rows, "rejected": self.bad, "errors": errors}


@dataclass(frozen=True, slots=True)
class FolderFeed:
    """`rows_known` answers how many rows a file had that is done; `listed` is what the last full list held."""

    terms: Folder
    mapping: StatusMapping
    zone: ZoneInfo
    breaker: BreakerTerms
    now: datetime
    rows_known: Callable[[str], int | None]
    cursor: str = ""
    listed: int | None = None
    most_lost_percent: int = 20
    source: str = FOLDER

    @property
    def places(self) -> Places:
        return Places(Path(self.terms.path), timedelta(seconds=self.terms.settle_seconds))

    def steps(self) -> Iterator[Step[Claim]]:
        """Moves files, and only after what they hold is kept."""
        if not self.terms.is_on:
            raise FeedError(FeedFault.NOT_CONFIGURED)
        left = MOST_STEPS
        try:
            for dropped in list(self.places.waiting(self.now)):
                for step in self._of_file(dropped):
                    if not left:
                        return
                    left -= 1
                    yield step
        except OSError as error:
            raise FeedError(FeedFault.DOWN, type(error).__name__) from error

    def keep(self, session: Session, step: Step[Claim], run: Run, now: datetime) -> Counter[str]:
        of_dossiers = [claim for claim in step.claims if isinstance(claim, ClaimSeen)]
        news = news_of(session, of_dossiers)
        taken = take_claims(session, news, at=now, run_id=run.id)
        of_orders = [claim for claim in step.claims if isinstance(claim, PostalClaimSeen)]
        ordered = take_postal_claims(session, of_orders, at=now, run_id=run.id)
        if isinstance(step, FileStep) and step.done_sha256:
            note_dropped_file(session, step.done_sha256, (step.rows, step.bad), at=now, run_id=run.id)
        return Counter(
            new=taken.new + ordered.new,
            unchanged=taken.unchanged + ordered.unchanged,
            overtaken=len(of_dossiers) - len(news),
            unknown_dossiers=taken.unknown + ordered.unknown,
        )

    def _of_file(self, dropped: Dropped) -> Iterator[FileStep]:
        account = _Account(dropped.name)
        try:
            with _opened(dropped) as stream:
                before = os.fstat(stream.fileno())
                account.sha256 = fingerprint_of(stream, self.terms, is_text=dropped.is_text)
                known = self.rows_known(account.sha256)
                if known is not None and not dropped.is_taken:
                    yield FileStep("", counts=Counter(repeated_files=1), listed=self._listed(known))
                    self.places.put_away(dropped, DONE, account.verdict("repeated"))
                    return
                if _is_changed(stream, before) and not dropped.is_taken:
                    return  # it is still being written
                dropped = self.places.take(dropped, account.sha256)
                for step in self._of_rows(dropped, stream, account):
                    if _is_changed(stream, before):
                        raise FileRefusedError(FileFault.CHANGED_WHILE_READ)
                    if known is None or step.fault:
                        yield step
                    elif step.done_sha256:  # killed after it was kept and before it was put away
                        yield FileStep("", listed=step.listed)
            self.places.put_away(dropped, DONE, account.verdict("done"))
        except FileRefusedError as refused:
            rejected = Rejected(refused.row, refused.column, refused.fault)
            yield FileStep("", lines=1, rejected=(_named(rejected, dropped.name),), listed=self._listed(None))
            account.note(rejected)
            self.places.put_away(dropped, FAILED, account.verdict("failed", refused.fault))

    def _of_rows(self, dropped: Dropped, stream: BinaryIO, account: _Account) -> Iterator[FileStep]:
        """What an earlier run kept is read again for the verdict only."""
        stream.seek(0)
        rows = rows_of(stream, self.terms, is_text=dropped.is_text)
        reader = self._reader(next(rows, (0, ()))[1])
        kept_to, is_last = _row_in(self.cursor, account.sha256), False
        while not is_last:
            part = list(islice(rows, ROWS_PER_STEP))
            is_last = len(part) < ROWS_PER_STEP
            step = self._step(part, reader, account)
            if is_last and account.rows and account.rows == account.bad:
                raise FileRefusedError(FileFault.UNREADABLE)
            if is_last:
                step = replace(step, cursor="", done_sha256=account.sha256, rows=account.rows, bad=account.bad)
            if is_last or part[-1][0] > kept_to:
                yield step
        yield from self._doubted(account)

    def _reader(self, head: Sequence[object]) -> RowReader:
        needed = NEEDED_COLUMNS[self.terms.kind]
        return RowReader(self.terms, self.mapping, self.zone, header_of(head, self.terms.columns, needed))

    def _step(self, part: Sequence[Row], reader: RowReader, account: _Account) -> FileStep:
        claims: dict[str, Claim] = {}
        rejected: list[Rejected] = []
        for number, cells in part:
            account.rows += 1
            try:
                _put_newest(claims, reader.claim_of(cells))
            except RowFault as fault:
                account.note(Rejected(number, fault.field, fault.fault))
                rejected.append(_named(Rejected(number, fault.field, fault.fault), account.file))
        told = tuple(claims.values())
        counts = Counter(unknown_statuses=sum(claim.status is None for claim in told))
        newest_at = max((claim.said_at for claim in told if claim.said_at is not None), default=None)
        cursor = f"{account.sha256}{CURSOR_MARK}{part[-1][0] if part else 0}"
        listed = self._listed(account.rows if len(part) < ROWS_PER_STEP else None)
        return FileStep(cursor, len(part), told, tuple(rejected), counts, newest_at=newest_at, listed=listed)

    def _listed(self, rows: int | None) -> int | None:
        """None for what is no full list; until one was read to its end, what the last one held."""
        return None if not self.terms.is_full_list else self.listed if rows is None else rows

    def _doubted(self, account: _Account) -> Iterator[FileStep]:
        """A full list that is empty or lost too much waits for a person, though what it says is kept."""
        if self.terms.is_full_list and is_lost(self.listed, account.rows, self.most_lost_percent):
            fault = FeedFault.LOSS if account.rows else FeedFault.EMPTY
            yield FileStep("", fault=fault, listed=account.rows)


def pull_folder(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    if config.feeds.folder.is_on and not _is_waiting(config, now):
        return _nothing_dropped(engine, run, now)
    return pull_by_steps(engine, folder_feed(engine, config, now), run, now)


def folder_feed(engine: Engine, config: Config, now: datetime) -> FolderFeed:
    terms = config.feeds.folder

    def rows_known(sha256: str) -> int | None:
        with reading(engine) as session:
            return rows_of_dropped(session, sha256)

    with reading(engine) as session:
        state = session.get(FeedState, FOLDER) or FeedState(source=FOLDER)
        cursor, listed = state.cursor, state.listed_last
    mapping, zone = mapping_named(config, terms.mapping), ZoneInfo(config.office.zone)
    feed = FolderFeed(terms, mapping, zone, breaker_terms(config), now, rows_known)
    return replace(feed, cursor=cursor, listed=listed, most_lost_percent=config.feeds.most_lost_percent)


def _is_waiting(config: Config, now: datetime) -> bool:
    """True, too, where the folder cannot be used: that is then the run's finding."""
    terms = config.feeds.folder
    try:
        return any(Places(Path(terms.path), timedelta(seconds=terms.settle_seconds)).waiting(now))
    except OSError:
        return True


def _nothing_dropped(engine: Engine, run: Run, now: datetime) -> RunResult:
    """No news: the age of the last file goes on growing. Only a folder that was away is well again."""
    if resting := held_back(engine, FOLDER, run, now):
        return resting
    with transaction(engine) as session:
        hold_fence(session, run)
        state = session.get(FeedState, FOLDER)
        if state is not None and state.failing_since and is_call_failed(state.fault):
            answer = FeedAnswer(FOLDER, rows=0, listed=state.listed_last)
            note_feed_success(session, answer, at=now, run_id=run.id)
        return finish_run(session, run, RunEnd(RunOutcome.COMPLETE, Counter(rows=0, rejected=0)))


def _opened(dropped: Dropped) -> BinaryIO:
    if not dropped.is_table:
        raise FileRefusedError(FileFault.NOT_CSV_OR_XLSX)
    try:
        return dropped.path.open("rb")
    except OSError as error:
        raise FileRefusedError(FileFault.CANNOT_BE_READ) from error


def _is_changed(stream: BinaryIO, before: os.stat_result) -> bool:
    now_is = os.fstat(stream.fileno())
    return (before.st_size, before.st_mtime_ns) != (now_is.st_size, now_is.st_mtime_ns)


def _named(rejected: Rejected, file: str) -> Rejected:
    """Which of the files it was: a run may read several."""
    return replace(rejected, fault=f"{rejected.fault} ({file[:LONGEST_NAME_TOLD]})")


def _row_in(cursor: str, sha256: str) -> int:
    """How far that very file was kept."""
    known, _, row = cursor.partition(CURSOR_MARK)
    return int(row) if known == sha256 and row.isdecimal() else 0


def _put_newest(claims: dict[str, Claim], claim: Claim) -> None:
    """Of two rows about one dossier the later one counts, unless it states an earlier time."""
    if isinstance(claim, PostalClaimSeen):
        claims[claim.reference] = claim
        return
    key = compare_key(claim.number)
    before = claims.get(key)
    is_older = before is not None and before.said_at and claim.said_at and claim.said_at < before.said_at
    if not is_older:
        claims[key] = claim
