"""The stories of one province over sixty working days, and the runs in between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count, islice
from random import Random

from tests.simulation.clock import CLOSING, wall, worked_days_from
from tests.simulation.custody_plants import CUSTODY_PLANTS, counter_gap
from tests.simulation.endings import SOON, handed_out, posted_result
from tests.simulation.judge import RunAt
from tests.simulation.ordinary import ordinary
from tests.simulation.plants import PLANTS, Plant
from tests.simulation.story import CLAIM, WORD, Act, Planted, Side, Story
from tests.simulation.windows import Hour, Point, window

WORKING_DAYS = 60
FIRST_ON = date(2026, 8, 17)
DAYS = tuple(islice(worked_days_from(FIRST_ON), WORKING_DAYS))
"""With National Day, the Monday before it, and the Saturday on which that Monday was worked off."""

POINTS = (
    Point(Hour.WORKING, wall(DAYS[11], time(9, 10))),  # the first morning after National Day
    Point(Hour.CLOSING, wall(DAYS[15], time(16, 57))),
    Point(Hour.WORKING, wall(DAYS[21], time(15, 20))),
    Point(Hour.MIDNIGHT, wall(DAYS[25], time(23, 57))),
    Point(Hour.CLOSING, wall(DAYS[28], time(16, 57))),
    Point(Hour.WORKING, wall(DAYS[32], time(13, 2))),  # right after the noon break
    Point(Hour.WORKING, wall(DAYS[41], time(7, 16))),
    Point(Hour.CLOSING, wall(DAYS[45], time(16, 57))),
    Point(Hour.MIDNIGHT, wall(DAYS[49], time(23, 57))),
    Point(Hour.WORKING, wall(DAYS[53], time(10, 35))),
)
# While the one-stop system's feed is down, what is planted may come late: the rules wait for its word.
OUTAGE = (wall(DAYS[36], time(9, 30)), wall(DAYS[36], time(14, 30)))
IN_THE_OUTAGE = Point(Hour.WORKING, wall(DAYS[36], time(10, 20)))


@dataclass(frozen=True, slots=True)
class Size:
    """`of_hours`, `of_days`, `of_midnights`: near misses of a rule on each side, at each of its points.

    `of_branches`: of each of its graces where it has several; they take turns unless told otherwise.
    `of_custody`: of each contradiction that recording must open; 0 leaves them and the feed's outage out.
    """

    points: Sequence[Point]
    dossiers: int
    of_hours: int
    of_days: int
    of_midnights: int
    of_branches: int = 1
    of_custody: int = 1
    takes_turns: bool = True

    def times(self, plant: Plant, hour: Hour) -> int:
        if plant.branch:
            return self.of_branches
        return {Hour.WORKING: self.of_hours, Hour.CLOSING: self.of_days, Hour.MIDNIGHT: self.of_midnights}[hour]


# Twenty near misses of every rule on either side, in as few runs as that takes.
IN_THE_SUITE = Size(
    points=tuple(POINTS[place] for place in (0, 1, 3, 6, 7, 9)),
    dossiers=2_000,
    of_hours=7,
    of_days=10,
    of_midnights=20,
    of_branches=2,
)
FULL = Size(POINTS, 20_000, of_hours=28, of_days=48, of_midnights=70, of_branches=8, of_custody=8)


@dataclass(frozen=True, slots=True)
class Play:
    """The stories of three seeds, and the runs."""

    seeds: Sequence[int]
    stories: Sequence[Story]
    runs: Sequence[RunAt]


class Dice:
    """Every third story is drawn from one of the three seeds."""

    def __init__(self, seeds: Sequence[int]) -> None:
        self._rngs = [Random(seed) for seed in seeds]
        self._serials = count(1)

    def story(self, name: str) -> Story:
        serial = next(self._serials)
        own = Random(self._rngs[serial % len(self._rngs)].getrandbits(64))
        number = f"000.00.22.H12-26{serial // 9999 + 1:04d}-{serial % 9999:04d}"
        return Story(f"{name} {serial}", number, own, wall(FIRST_ON, time(6)))


def play_of(seeds: Sequence[int], size: Size) -> Play:
    dice = Dice(seeds)
    stories = [_first_posted(dice), *_planted(dice, size), *_in_the_outage(dice, size), *_of_custody(dice, size)]
    missing = max(0, size.dossiers - len(stories))
    stories += [ordinary(dice.story("ordinary"), DAYS) for _ in range(missing)]
    for story in stories:
        _settle(story)
    return Play(tuple(seeds), stories, _runs(size))


def _first_posted(dice: Dice) -> Story:
    """With it the post's own system begins to tell: from then on it has to tell of everything that is posted."""
    story = dice.story("first posted")
    posted_at = wall(FIRST_ON, time(6, 5))
    posted_result(story, posted_at)
    handed_out(story, posted_at + timedelta(hours=1))
    return story


def _planted(dice: Dice, size: Size) -> Iterator[Story]:
    for place, point in enumerate(size.points):
        for nth, plant in enumerate(PLANTS):
            is_in_turn = not (plant.branch and size.takes_turns and (place + nth) % 2)
            if is_in_turn and plant.fits(point):
                for side in Side:
                    for _ in range(size.times(plant, point.hour)):
                        yield _bent(dice, plant, point, side)


def _bent(dice: Dice, plant: Plant, point: Point, side: Side) -> Story:
    story = dice.story(f"{plant.code} {plant.branch} {side}".replace("  ", " "))
    when = window(story.rng, point, side, plant.grace)
    plant.bend(story, when)
    story.planted = Planted(plant.code, side, when.due_at if side is Side.ABOVE else None, plant.branch)
    return story


def _in_the_outage(dice: Dice, size: Size) -> Iterator[Story]:
    for plant in PLANTS if size.of_custody else ():
        if plant.fits(IN_THE_OUTAGE):
            for side in Side:
                story = _bent(dice, plant, IN_THE_OUTAGE, side)
                story.planted = None
                yield story


def _of_custody(dice: Dice, size: Size) -> Iterator[Story]:
    moments = [point.before + timedelta(seconds=30) for point in size.points if point.hour is Hour.WORKING]
    for moment in moments if size.of_custody else ():
        for code, bend in CUSTODY_PLANTS.items():
            for _ in range(size.of_custody):
                story = dice.story(code)
                bend(story, moment + timedelta(seconds=story.rng.randint(0, 250)))
                yield story
    if size.of_custody and len(moments) > 1:
        story = dice.story("counter_gap")
        counter_gap(story, moments)
        yield story


def _settle(story: Story) -> None:
    """What is said while the feeds are down is heard when they are up again; a dossier begins before its first act."""
    for act in _acceptances_untold(story):
        story.told_by_post(act.at + SOON, act.item)
    down_at, up_at = OUTAGE
    story.acts = [
        replace(act, at=up_at) if act.what in _PULLED and down_at <= act.at < up_at else act for act in story.acts
    ]
    story.acts.sort(key=lambda act: (act.at, act.true_at))
    if story.acts:
        story.begins_at = min(act.true_at for act in story.acts) - timedelta(minutes=30)


_PULLED = frozenset({CLAIM, WORD})


def _acceptances_untold(story: Story) -> list[Act]:
    """Where a story does not say what the post's own system told of an envelope, it told of it at once."""
    told_of = {act.told["order"] for act in story.acts if act.what == WORD}
    if any(isinstance(order, str) for order in told_of):
        return []
    first = {act.item: act for act in reversed(story.acts) if act.what in {"accepted", "collected"}}
    return [act for item, act in first.items() if item not in told_of]


def _runs(size: Size) -> list[RunAt]:
    at = {run_at for point in size.points for run_at in (point.before, point.after)}
    if size.of_custody:
        at |= {IN_THE_OUTAGE.before, IN_THE_OUTAGE.after, OUTAGE[1] + timedelta(minutes=1)}
        at |= {wall(DAYS[-1], CLOSING) + timedelta(minutes=5)}
    return [RunAt(run_at, is_trusted=not size.of_custody or not _is_down(run_at)) for run_at in sorted(at)]


def _is_down(at: datetime) -> bool:
    return OUTAGE[0] <= at < OUTAGE[1]
