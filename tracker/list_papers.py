"""Papers of a list of envelopes: the record both signed, the bag's list and tag, the results handed over, the cover."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from flask_babel import force_locale

from labels.item_zones import grouped as in_groups
from labels.paper import Book, Column, Facts, Heading, Lines, Paper, Place, Row, Side, Table
from labels.paper_sizes import FULL, QUARTER
from tracker.domain.forms import PaperKind
from tracker.domain.identifiers import parse_s10
from tracker.domain.manifests import LineOutcome, ManifestKind, handover_address
from tracker.domain.vocabulary import Leg
from tracker.paper_words import Printing, draw, for_staff, gettext, nation
from tracker.phrases import phrase_of
from tracker.printing import LANGUAGE
from tracker.store.queries.manifests import LineView, ManifestView
from tracker.store.queries.papers import ListedItem
from tracker.sums import dong

MOST_NAMED = 8  # each stands in the table too, loudly
NOTHING = ListedItem((), 0, 0, "", "", "", 0, None)


@dataclass(frozen=True, slots=True)
class ListFacts:
    """`place` is what a sorter reads of the receiving office, and `place_office` its name."""

    view: ManifestView
    items: Mapping[int, ListedItem]
    place: str
    place_office: str

    def of(self, line: LineView) -> ListedItem:
        """Of a code that none of our items bears, nothing."""
        return self.items.get(line.item_id or 0, NOTHING)

    @property
    def expected(self) -> list[LineView]:
        return [line for line in self.view.lines if line.is_expected]

    @property
    def results(self) -> list[LineView]:
        """What was really handed over."""
        return [line for line in self.view.lines if line.leg is Leg.RESULT and line.outcome is LineOutcome.RECEIVED]


def draw_list_paper(kind: PaperKind, facts: ListFacts, printing: Printing) -> bytes:
    """A PDF. Raises PaperRefused for a letter that the typeface lacks."""
    with force_locale(LANGUAGE):
        return draw(COMPOSED[kind](facts, printing))


def _number(view: ManifestView) -> str:
    return gettext("on_paper.list_number", number=f"{view.short_code[:4]}-{view.short_code[4:]}")


def _square(view: ManifestView, printing: Printing) -> str:
    return handover_address(printing.config.public.base_url, view.id)


def grouped(code: str) -> str:
    return in_groups(code) if parse_s10(code) else code


def _record(facts: ListFacts, printing: Printing) -> Paper:
    view, tally = facts.view, facts.view.tally
    is_into_office = view.kind is ManifestKind.POST_TO_OFFICE
    return Paper(
        size=FULL,
        office=printing.office,
        nation=nation(),
        title=gettext("on_paper.record_of_dossiers") if is_into_office else gettext("paper_kind.record"),
        number=_number(view),
        under=_signed_lines(view, printing),
        square=_square(view, printing),
        blocks=(
            _parties(view, (tally.expected, "on_paper.given"), (len(tally.received), "on_paper.taken")),
            _table_of_record(facts),
            Facts(
                (
                    (gettext("handover.missing"), _named(tally.missing)),
                    (gettext("handover.surplus"), _named(tally.surplus)),
                    *_submitted(facts, printing),
                )
            ),
            _signatures(view),
        ),
        foot=for_staff(),
        form=printing.form_line,
        page=gettext("paper.page"),
    )


def _signed_lines(view: ManifestView, printing: Printing) -> tuple[str, ...]:
    moments = (("on_paper.given_at", view.offered_at), ("on_paper.taken_at", view.closed_at))
    return tuple(gettext(words, moment=printing.at(at)) for words, at in moments if at)


def _parties(view: ManifestView, given: tuple[int, str], taken: tuple[int, str]) -> Book:
    """How many, and the words for it, on either side."""
    giver = _party(gettext("handover.giver"), view.giver_name, view.from_name, given)
    return Book(giver, _party(gettext("handover.receiver"), view.receiver_name, view.to_name, taken))


def _party(role: str, person: str, party: str, counted: tuple[int, str]) -> Side:
    """A courier is its own party; its name stands once."""
    count, words = counted
    under = (party,) if person and party != person else ()
    return Side(role, person or party, under, str(count), gettext(words))


def _signatures(view: ManifestView) -> Book:
    sign = (gettext("on_paper.sign"),)
    return Book(
        Side(gettext("on_paper.for_giver"), view.giver_name, sign),
        Side(gettext("on_paper.for_receiver"), view.receiver_name, sign),
        has_room=True,
    )


def _table_of_record(facts: ListFacts) -> Table:
    columns = (
        Column(gettext("on_paper.row"), 8),
        Column(gettext("on_paper.item"), 35),
        Column(gettext("on_paper.dossier")),
        Column(gettext("on_paper.original"), 17, is_right=True),
        Column(gettext("on_paper.copy"), 15, is_right=True),
        Column(gettext("on_paper.seal"), 26, is_right=True),
        Column(gettext("on_paper.outcome"), 16, is_right=True),
    )
    return Table(
        columns, tuple(_row_of_record(number, line, facts.of(line)) for number, line in _counted(facts.view.lines))
    )


def _counted(lines: Iterable[LineView]) -> Iterable[tuple[str, LineView]]:
    return ((str(number), line) for number, line in enumerate(lines, start=1))


def _row_of_record(number: str, line: LineView, item: ListedItem) -> Row:
    outcome = line.outcome or LineOutcome.MISSING
    is_odd = outcome is not LineOutcome.RECEIVED
    counts = (str(item.originals), str(item.copies)) if line.item_id else ("", "")
    told = (_seal_words(line), gettext(OUTCOMES[outcome]))
    return Row((number, grouped(line.code), ", ".join(item.dossiers), *counts, *told), is_loud=is_odd)


def _seal_words(line: LineView) -> str:
    """What the receiver said of it; nothing where nobody asked."""
    seal_ok = line.details.get("seal_ok")
    if seal_ok is None:
        return ""
    return gettext("on_paper.seal_ok") if seal_ok else gettext("on_paper.seal_broken")


def _named(codes: tuple[str, ...]) -> str:
    if not codes:
        return gettext("on_paper.none")
    named, others = ", ".join(grouped(code) for code in codes[:MOST_NAMED]), len(codes) - MOST_NAMED
    if others > 0:
        return gettext("on_paper.named_some", number=len(codes), items=named, others=others)
    return gettext("on_paper.named", number=len(codes), items=named)


def _submitted(facts: ListFacts, printing: Printing) -> Iterable[tuple[str, str]]:
    """The legal moment, where this handover made it: one line for each, with how many it counts for."""
    moments: dict[str, int] = {}
    if facts.view.kind is not ManifestKind.POST_TO_OFFICE:
        return
    for line in facts.view.lines:
        at = facts.of(line).legal_submission_at
        if at is not None and line.outcome is LineOutcome.RECEIVED and _is_now(at, facts.view.closed_at):
            moments[printing.at(at)] = moments.get(printing.at(at), 0) + 1
    for moment, number in moments.items():
        yield gettext("on_paper.submitted"), gettext("on_paper.submitted_at", moment=moment, number=number)


def _is_now(at: datetime, closed_at: datetime | None) -> bool:
    """An envelope that came a second time was submitted the first."""
    return closed_at is not None and abs((closed_at - at).total_seconds()) < 60


def _bag_list(facts: ListFacts, printing: Printing) -> Paper:
    view = facts.view
    columns = (
        Column(gettext("on_paper.row"), 9),
        Column(gettext("on_paper.item"), 42),
        Column(gettext("on_paper.leg"), 34),
        Column(gettext("on_paper.goes_to")),
        Column(gettext("on_paper.papers"), 20, is_right=True),
    )
    rows = (
        Row((number, grouped(line.code), _leg_words(line), facts.of(line).to_office, str(line.papers)))
        for number, line in _counted(facts.expected)
    )
    return Paper(
        size=FULL,
        office=printing.office,
        title=gettext("paper_kind.bag_list"),
        number=view.bag_number or "",
        under=(gettext("on_paper.made", moment=printing.at(view.opened_at)),),
        square=view.bag_number or "",
        blocks=(
            Place(gettext("on_paper.bag_goes_to"), facts.place, facts.place_office),
            Facts(
                (
                    (gettext("on_paper.comes_from"), view.from_name),
                    (gettext("on_paper.seal_number"), view.seal_number or ""),
                )
            ),
            Heading(gettext("on_paper.in_bag"), _items_words(len(facts.expected))),
            Table(columns, tuple(rows)),
            _bag_signatures(view),
        ),
        foot=for_staff(),
        form=printing.form_line,
        page=gettext("paper.page"),
    )


def _bag_signatures(view: ManifestView) -> Book:
    sign = (gettext("on_paper.sign"),)
    packer, opener = gettext("on_paper.packer"), gettext("on_paper.opener")
    return Book(Side(packer, view.giver_name, sign), Side(opener, view.receiver_name, sign), has_room=True)


def _leg_words(line: LineView) -> str:
    return gettext(phrase_of(line.leg)) if line.leg else ""


def _items_words(number: int) -> str:
    return gettext("on_paper.items", number=number)


def _bag_tag(facts: ListFacts, printing: Printing) -> Paper:
    view = facts.view
    return Paper(
        size=QUARTER,
        office=printing.office,
        title=gettext("paper_kind.bag_tag"),
        number=view.bag_number or "",
        square=view.bag_number or "",
        blocks=(
            Place(gettext("on_paper.bag_goes_to"), facts.place, facts.place_office),
            Facts(
                (
                    (gettext("on_paper.comes_from"), view.from_name),
                    (gettext("on_paper.in_bag"), _items_words(len(facts.expected))),
                    (gettext("on_paper.seal_number"), view.seal_number or ""),
                    (gettext("on_paper.packed"), printing.at(view.offered_at or view.opened_at)),
                )
            ),
            Lines((gettext("on_paper.check_seal"),), is_loud=True),
        ),
        form=printing.form_line,
        page=gettext("paper.page"),
    )


def _results(facts: ListFacts, printing: Printing) -> Paper:
    """An envelope's addressee as on its label: initials and commune are enough to tell two apart."""
    view, lines = facts.view, facts.results
    columns = (
        Column(gettext("on_paper.row"), 8),
        Column(gettext("on_paper.dossier"), 54),
        Column(gettext("on_paper.item"), 35),
        Column(gettext("on_paper.recipient")),
        Column(gettext("on_paper.papers"), 15, is_right=True),
        Column(gettext("on_paper.to_collect"), 23, is_right=True),
    )
    rows = tuple(_row_of_results(number, line, facts.of(line)) for number, line in _counted(lines))
    total = sum(facts.of(line).to_collect for line in lines)
    count = (len(lines), "on_paper.results")
    return Paper(
        size=FULL,
        office=printing.office,
        title=gettext("paper_kind.results"),
        number=_number(view),
        under=_signed_lines(view, printing),
        square=_square(view, printing),
        blocks=(
            _parties(view, count, count),
            Table(columns, rows),
            Facts(((gettext("on_paper.total"), dong(total)),)),
            _signatures(view),
        ),
        foot=for_staff(),
        form=printing.form_line,
        page=gettext("paper.page"),
    )


def _row_of_results(number: str, line: LineView, item: ListedItem) -> Row:
    told = (item.person, str(line.papers), dong(item.to_collect))
    return Row((number, ", ".join(item.dossiers), grouped(line.code), *told))


def _cover(facts: ListFacts, printing: Printing) -> Paper:
    view = facts.view
    return Paper(
        size=FULL,
        office=printing.office,
        title=gettext("paper_kind.cover"),
        number=_number(view),
        under=(gettext(phrase_of(view.kind)),),
        square=_square(view, printing),
        blocks=(
            Place(gettext("on_paper.for_whom"), facts.place, facts.place_office),
            Facts(
                (
                    (gettext("on_paper.comes_from"), view.from_name),
                    (gettext("on_paper.inside"), _items_words(len(facts.expected))),
                    (gettext("on_paper.papers"), str(sum(line.papers for line in facts.expected))),
                    (gettext("on_paper.list_made"), printing.at(view.opened_at)),
                )
            ),
            Lines((gettext("on_paper.cover_how"),), is_loud=True),
        ),
        foot=for_staff(),
        form=printing.form_line,
        page=gettext("paper.page"),
    )


OUTCOMES: Mapping[LineOutcome, str] = MappingProxyType(
    {
        LineOutcome.RECEIVED: "on_paper.outcome.received",
        LineOutcome.MISSING: "on_paper.outcome.missing",
        LineOutcome.SURPLUS: "on_paper.outcome.surplus",
    }
)
COMPOSED: Mapping[PaperKind, Callable[[ListFacts, Printing], Paper]] = MappingProxyType(
    {
        PaperKind.RECORD: _record,
        PaperKind.BAG_LIST: _bag_list,
        PaperKind.BAG_TAG: _bag_tag,
        PaperKind.RESULTS: _results,
        PaperKind.COVER: _cover,
    }
)
