"""Plays the stories into a database, run by run, and hands over what the product made of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from tests.builders import CENTRE, POST, an_account, the_config
from tests.province import Province
from tests.simulation import duty
from tests.simulation.expected import TABLE
from tests.simulation.judge import ENDED, OPENED, RunAt, Turn, expected_of, phones_of
from tests.simulation.plants import SILENT_COURIER
from tests.simulation.scribe import Scribe
from tests.simulation.sixty_days import Play
from tests.simulation.story import Key
from tracker.actions.calendar import fill_calendar
from tracker.actions.feeds import FeedAnswer, note_feed_failure, note_feed_success
from tracker.actions.founding import NewRange, grant_ranges
from tracker.config import Config
from tracker.domain.vocabulary import Role
from tracker.feed_settings import VnPost
from tracker.store.engine import reading, transaction
from tracker.store.models import Discrepancy, DiscrepancyStep

Row = Key
"""(code, subject), as the product keeps it."""
ACTS_PER_TRANSACTION = 500
FEEDS = ("one_stop", "vnpost")
COUNTING_COURIER = "courier_counting"


@dataclass(frozen=True, slots=True)
class Played:
    """The turns of every row, by (code, subject): those of the decision table, and those of custody's own."""

    scribe: Scribe
    of_table: Mapping[Row, Sequence[Turn]]
    of_custody: Mapping[Row, Sequence[Turn]]


class Stage:
    """A province with its calendar, and its feeds up since the first day."""

    def __init__(self, province: Province, play: Play) -> None:
        self.engine: Engine = province.engine
        self.config = _config_on(self.engine)
        self.scribe = Scribe(_with_phones_of_their_own(province, play), self.config)
        self._play = play
        self._acts = sorted(
            ((story, act) for story in play.stories for act in story.acts),
            key=lambda told: (told[1].at, told[1].true_at),
        )
        self._next_act = 0
        self._beginning = sorted(play.stories, key=lambda story: story.begins_at)
        with transaction(self.engine) as session:
            fill_calendar(session, [2026])
            grant_ranges(session, [NewRange(CENTRE, "RX", 40_000_000, 40_999_999)], at=play.runs[0].at)
            for source in FEEDS:
                note_feed_success(session, FeedAnswer(source, rows=1), at=self._beginning[0].begins_at)

    def play_until(self, run: RunAt) -> None:
        """Everything the product hears of before the run."""
        last = self._next_act
        while last < len(self._acts) and self._acts[last][1].at <= run.at:
            last += 1
        self._let_begin(run.at)
        self._tell_of_the_feed(run)
        for start in range(self._next_act, last, ACTS_PER_TRANSACTION):
            with transaction(self.engine) as session:
                self.scribe.write(session, self._acts[start : min(start + ACTS_PER_TRANSACTION, last)])
        self._next_act = last

    def _let_begin(self, until: datetime) -> None:
        begun = 0
        while begun < len(self._beginning) and self._beginning[begun].begins_at <= until:
            begun += 1
        with transaction(self.engine) as session:
            self.scribe.begin(session, self._beginning[:begun])
        self._beginning = self._beginning[begun:]

    def _tell_of_the_feed(self, run: RunAt) -> None:
        with transaction(self.engine) as session:
            for source in FEEDS:
                if run.is_trusted:
                    note_feed_success(session, FeedAnswer(source, rows=1), at=run.at)
                else:
                    note_feed_failure(session, source, "down", at=run.at)


def _config_on(engine: Engine) -> Config:
    config = the_config()
    url = engine.url.render_as_string(hide_password=False)
    vnpost = VnPost(token_url="https://post.invalid/token", tracking_url="https://post.invalid/tracking")
    return config.model_copy(
        update={
            "database": config.database.model_copy(update={"url": url}),
            "feeds": config.feeds.model_copy(update={"vnpost": vnpost}),
            # No run looks at everything because of the time that has passed: what changed must be enough.
            "reconciliation": config.reconciliation.model_copy(update={"whole_hours": 24 * 365}),
        }
    )


def _with_phones_of_their_own(province: Province, play: Play) -> Province:
    """Couriers of whom nobody hears while they are away, and one whose phone counts what it sends."""
    acting = {act.who for story in play.stories for act in story.acts}
    couriers = [COUNTING_COURIER, *sorted(who for who in acting if who.startswith(SILENT_COURIER))]
    with transaction(province.engine) as session:
        more = {name: an_account(session, Role.COURIER, POST, name).actor for name in couriers}
    return Province(province.engine, {**province.people, **more})


def played(province: Province, play: Play, tell: Callable[[str], None] = lambda _: None) -> Played:
    stage = Stage(province, play)
    for place, run in enumerate(play.runs, start=1):
        stage.play_until(run)
        duty.reconcile(stage.config, run.at)
        tell(f"run {place} of {len(play.runs)}, {run.at:%d.%m. %H:%M} UTC")
    with reading(stage.engine) as session:
        turns = _turns(session)
    of_table = {row: told for row, told in turns.items() if row[0] in TABLE}
    return Played(stage.scribe, of_table, {row: told for row, told in turns.items() if row[0] not in TABLE})


def expected_rows(play: Play, scribe: Scribe) -> dict[Row, list[Turn]]:
    """What the decision table owes all stories."""
    phones = phones_of(play.stories)
    turns = (told for story in play.stories for told in expected_of(story, play.runs, phones).items())
    return {scribe.subject_of(key): told for key, told in turns}


def expected_of_recording(play: Play, scribe: Scribe) -> dict[Row, list[Turn]]:
    """What recording itself owes them, at the instant of each scan; and the feed, while it is down."""
    turns: dict[Row, list[Turn]] = {}
    for story in play.stories:
        for step in story.steps:
            turns.setdefault(scribe.subject_of(step.key), []).append((OPENED, step.at))
    down = [run.at for run in play.runs if not run.is_trusted]
    return turns | {("feed_down", f"source:{source}"): [(OPENED, down[0])] for source in FEEDS if down}


_WORDS = {"opened": OPENED, "reopened": OPENED, "converged": ENDED}


def _turns(session: Session) -> dict[Row, list[Turn]]:
    rows = session.execute(
        select(col(Discrepancy.code), col(Discrepancy.subject), col(DiscrepancyStep.step), col(DiscrepancyStep.at))
        .join(DiscrepancyStep, col(DiscrepancyStep.discrepancy_id) == col(Discrepancy.id))
        .order_by(col(DiscrepancyStep.id))
    )
    turns: dict[Row, list[Turn]] = {}
    for code, subject, step, at in rows:
        turns.setdefault((str(code), subject), []).append((_WORDS[step], at))
    return turns
