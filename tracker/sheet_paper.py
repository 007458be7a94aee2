"""From an outage sheet's numbers to its paper. Papers speak Vietnamese, whatever language the desk reads."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext

from labels.outage_sheet import OutageSheet, SheetWords
from labels.pdf import draw_sheets
from labels.refusals import LabelRefused
from tracker.config import Config
from tracker.domain.outage import REASON_LETTERS, TICKED, SheetKind
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType
from tracker.phrases import phrase_of
from tracker.printing import LANGUAGE
from tracker.store.queries.outage import SheetView

HOW = ("sheet.how.write", "sheet.how.enter", "sheet.how.close")


def draw_outage(sheets: Sequence[SheetView], config: Config) -> bytes:
    """A PDF, a page for each sheet. Raises Refusal bad_value where a letter of the office's name has no glyph."""
    with force_locale(LANGUAGE):
        try:
            return draw_sheets([_sheet(one, config) for one in sheets], _words())
        except LabelRefused as refused:
            raise Refusal(cause=Cause.BAD_VALUE, fields={"office": Cause.BAD_VALUE}) from refused


def _sheet(view: SheetView, config: Config) -> OutageSheet:
    ticked = TICKED[view.kind]
    at = view.printed_at.astimezone(ZoneInfo(config.office.zone))
    has_reasons = EventType.ATTEMPT_FAILED in ticked
    return OutageSheet(
        number=view.number,
        office=view.office_name,
        printed=gettext("sheet.printed", time=f"{at:%H:%M}", day=f"{at:%d/%m/%Y}", rows=len(view.rows)),
        rows=tuple(row.code for row in view.rows),
        ticks=(*(gettext(tick_phrase(view.kind, kind)) for kind in ticked), gettext("sheet.tick.other")),
        letter_tick=ticked.index(EventType.ATTEMPT_FAILED) if has_reasons else None,
        legend=gettext("sheet.legend", reasons=_reasons()) if has_reasons else "",
    )


def tick_phrase(kind: SheetKind, event: EventType) -> str:
    """Short, and as this kind of desk calls it: an office takes from the post what a courier delivers."""
    return f"sheet.tick.{kind.value}.{event.value}"


def _reasons() -> str:
    words = ((letter, gettext(phrase_of(reason))) for reason, letter in REASON_LETTERS.items())
    return ", ".join(f"{letter} {word[0].lower()}{word[1:]}" for letter, word in words)


def _words() -> SheetWords:
    return SheetWords(
        title=gettext("sheet.document"),
        nation=gettext("paper.nation"),
        motto=gettext("paper.motto"),
        heading=gettext("sheet.heading"),
        how=tuple(gettext(line) for line in HOW),
        hour=gettext("sheet.hour"),
        day=gettext("sheet.day"),
        item=gettext("sheet.item"),
        party=gettext("sheet.party"),
        writer=gettext("sheet.writer"),
        enterer=gettext("sheet.enterer"),
        foot=gettext("sheet.foot"),
    )
