"""The two clocks of a dossier as bars: working days allowed, used, and over; the words beside them say the same."""

from dataclasses import dataclass

from tracker.domain.two_clocks import Pause, Processing, Reading
from tracker.domain.vocabulary import Leg
from tracker.phrases import national_status_phrase
from tracker.store.queries.two_clocks import PostClock, TwoClocks
from tracker.web.formats import day
from tracker.web.language import gettext, ngettext

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """Widths in tenths of a working day; a day that is not there at all still has a thin frame."""

    words: str
    facts: Facts
    reading: Reading
    number: str = ""
    leg: Leg | None = None

    @property
    def allowed(self) -> int:
        return max(self.reading.days * 10, 1)

    @property
    def in_time(self) -> int:
        return min(self.reading.used, self.reading.days) * 10

    @property
    def late(self) -> int:
        return self.reading.late * 10

    @property
    def width(self) -> int:
        return self.allowed + self.late


@dataclass(frozen=True, slots=True)
class Bars:
    post: tuple[Bar, ...]
    agency: Bar | None


def bars_of(clocks: TwoClocks) -> Bars:
    return Bars(tuple(_post(one) for one in clocks.post), _agency(clocks.agency, clocks) if clocks.agency else None)


def _post(one: PostClock) -> Bar:
    return Bar(
        _words(one.reading, is_paused=False), _facts(one.reading, "clocks.posted"), one.reading, one.number, one.leg
    )


def _agency(processing: Processing, clocks: TwoClocks) -> Bar:
    facts = _facts(processing.reading, "clocks.counted_from") + tuple(_pause(pause) for pause in processing.pauses)
    if clocks.told_due_on is not None and clocks.told_due_on != processing.reading.due_on:
        facts += ((gettext("clocks.told_due"), day(clocks.told_due_on)),)
    return Bar(_words(processing.reading, processing.is_paused), facts, processing.reading)


def _words(reading: Reading, is_paused: bool) -> str:
    used = ngettext("clocks.used", "clocks.used.plural", reading.days, used=reading.used)
    if reading.late:
        return f"{used}, {ngettext('clocks.late', 'clocks.late.plural', reading.late)}"
    if reading.ended_on is not None:
        return f"{used}, {gettext('clocks.in_time')}"
    left = ngettext("clocks.left", "clocks.left.plural", reading.left)
    return f"{used}, {gettext('clocks.paused') if is_paused else left}"


def _facts(reading: Reading, start: str) -> Facts:
    facts = ((gettext(start), day(reading.started_on)), (gettext("clocks.due"), day(reading.due_on)))
    return facts if reading.ended_on is None else (*facts, (gettext("clocks.ended"), day(reading.ended_on)))


def _pause(pause: Pause) -> tuple[str, str]:
    status = gettext(national_status_phrase(pause.status))
    until = day(pause.until_on) if pause.until_on else gettext("clocks.till_now")
    stood = ngettext("clocks.stood", "clocks.stood.plural", pause.days)
    return gettext("clocks.pause", status=status), f"{day(pause.from_on)} – {until}, {stood}"
