"""The board's charts: bars, and the columns of what is due. Each has its words, its numbers and its table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for

from tracker.domain.ages import Age
from tracker.domain.vocabulary import AttemptReason
from tracker.phrases import phrase_of
from tracker.store.queries.ages import KindByAge
from tracker.store.queries.board import BusyOffice, DueDays
from tracker.store.queries.holders import Holder
from tracker.store.queries.period_events import ScanRate
from tracker.web.formats import day, short_day
from tracker.web.language import gettext, language, ngettext
from tracker.web.listed import party_words, reason_words

WIDTH, TALLEST, BASE, COLUMN = 720, 64, 96, 45


@dataclass(frozen=True, slots=True)
class Bar:
    """`behind` is the part of it that is silent or old, `part` says so in words. A number of 0 opens nothing."""

    words: str
    count: int
    href: str
    behind: int = 0
    behind_href: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """`heads` caption the words, the number and, where bars have one, the part that is behind.

    `told` sums it up and opens `href`; `empty` is said instead of no bars.
    """

    name: str
    title: str
    heads: tuple[str, ...]
    bars: tuple[Bar, ...]
    empty: str
    told: str = ""
    href: str = ""

    @property
    def most(self) -> int:
        return max((bar.count for bar in self.bars), default=0)


def _list(name: str, age: str | None = None, code: str | None = None, reason: str | None = None) -> str:
    return url_for("exports.show", listing=name, code=code, age=age, reason=reason)


def _items(show: str, held: str | None = None, only: str | None = None, on: str | None = None) -> str:
    return url_for("board.listing", show=show, held=held, only=only, on=on)


def silent_chart(holders: Sequence[Holder], number: int) -> Chart:
    bars = tuple(Bar(party_words(one.name), one.count, _items("silent", held=one.key)) for one in holders)
    told = ngettext("board.silent_all", "board.silent_all.plural", number) if number else ""
    heads = (gettext("item.holder"), gettext("board.silent"))
    title, empty = gettext("board.silent_by_holder"), gettext("board.none_silent")
    return Chart("by-holder", title, heads, bars, empty, told, _items("silent"))


def reasons_chart(reasons: Sequence[tuple[AttemptReason | None, int]], delivered: int) -> Chart:
    bars = tuple(
        Bar(reason_words(reason), count, _list("phat-khong-thanh-cong", reason=reason.value if reason else "none"))
        for reason, count in reasons
    )
    heads, title = (gettext("board.reason"), gettext("board.times")), gettext("board.attempts")
    told = _share_told(sum(bar.count for bar in bars), delivered)
    return Chart("by-reason", title, heads, bars, gettext("board.no_failure"), told, _list("lan-phat"))


def _share_told(failed: int, delivered: int) -> str:
    whole = failed + delivered
    if not whole:
        return ""
    percent = f"{100 * failed / whole:.1f}".replace(".", "," if language() == "vi" else ".")
    return gettext("board.attempts_of", failed=failed, number=whole, percent=percent)


def waiting_chart(waiting: Mapping[Age, int]) -> Chart:
    ages = waiting.items() if any(waiting.values()) else ()
    bars = tuple(Bar(age_words(age), count, _list("giao-nhan", age=age.value)) for age, count in ages)
    heads = (gettext("board.age"), gettext("board.open_handovers"))
    return Chart("waiting", gettext("board.handovers_by_age"), heads, bars, gettext("board.none_waiting"))


def scans_chart(rate: ScanRate) -> Chart:
    bars = (
        Bar(gettext("board.with_scan"), rate.scanned, _list("co-quet")),
        Bar(gettext("board.without_scan"), rate.missed, _list("thieu-quet")),
    )
    shown = bars if rate.percent is not None else ()
    heads = (gettext("board.at_office"), gettext("board.times"))
    return Chart("scans", gettext("board.scan_rate"), heads, shown, gettext("board.no_visit"))


def offices_chart(offices: Sequence[BusyOffice]) -> Chart:
    bars = tuple(
        Bar(
            one.name, one.count, _items(one.code), one.silent, _items(one.code, only="silent"),
            ngettext("board.n_silent", "board.n_silent.plural", one.silent),
        )
        for one in offices
    )  # fmt: skip
    heads = (gettext("board.office"), gettext("board.holding"), gettext("board.silent"))
    return Chart("busiest", gettext("board.busiest"), heads, bars, gettext("board.nobody"))


def kinds_chart(kinds: Sequence[KindByAge]) -> Chart:
    bars = tuple(
        Bar(
            gettext(phrase_of(one.code)), one.count, _list("chenh-lech", code=one.code.value),
            one.ages[Age.OLDER], _list("chenh-lech", code=one.code.value, age=Age.OLDER.value),
            ngettext("board.n_old", "board.n_old.plural", one.ages[Age.OLDER]),
        )
        for one in kinds
    )  # fmt: skip
    return Chart("kinds", gettext("board.by_kind"), (), bars, gettext("queue.none"))


def age_words(age: Age) -> str:
    return gettext(f"age_of.{age.value}")


@dataclass(frozen=True, slots=True)
class Column:
    """`day` is said in the table, `label` stands under the column; `left` and `height` are in the drawing's units."""

    day: str
    label: str
    count: int
    href: str
    is_late: bool
    left: int
    height: float


def due_columns(due: DueDays, today: date) -> list[Column]:
    """What is due before the first day, then day by day; the tallest is as tall as the drawing allows."""
    most = max(*due.days.values(), due.before, 1)
    first = min(due.days)
    shown = [(first - timedelta(days=1), gettext("board.before", day=day(first)), gettext("board.earlier"), due.before,
              _items("due_before", on=first.isoformat()))]  # fmt: skip
    shown += [
        (on, day(on), gettext("time.today") if on == today else short_day(on), count,
         _items("due_on", on=on.isoformat()))
        for on, count in due.days.items()
    ]  # fmt: skip
    return [
        Column(words, label, count, href, on < today, place * COLUMN, TALLEST * count / most)
        for place, (on, words, label, count, href) in enumerate(shown)
    ]
