"""Papers on demand: each is drawn anew from the books, and each print is noted with its form and its reason."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.actions.audit import Deed, note_audit
from tracker.domain.forms import NAMING_A_PERSON, FormVersion, PaperKind, form_of
from tracker.domain.manifests import ManifestKind
from tracker.domain.vocabulary import EventType, Party
from tracker.item_papers import draw_item_paper
from tracker.list_papers import ListFacts, draw_list_paper
from tracker.paper_words import PaperRefused, Printing
from tracker.store.engine import reading, transaction
from tracker.store.queries.item_page import ItemPage
from tracker.store.queries.manifests import ManifestView
from tracker.store.queries.papers import Call, PaperItem, listed_items, paper_item, place_of_office
from tracker.web import bags, handovers
from tracker.web.access import actor, staff
from tracker.web.finding import item_or_404, item_page_of
from tracker.web.formats import today
from tracker.web.fresh_copies import fresh_or_404
from tracker.web.handover_scans import Scanned
from tracker.web.handovers import READERS, view_or_404
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.offered_papers import OfferedPaper, PaperReason, papers_of_page, papers_of_view
from tracker.web.register import REGISTRARS

AT_THE_COUNTER = "posted just now"
papers = Blueprint("papers", __name__)


class _NotPrinted(Exception):
    """`words` say why, in the language of the page."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class _Print:
    """One paper about to leave: `subject` is a kind and a number."""

    kind: PaperKind
    subject: str
    reason: str

    @property
    def form(self) -> FormVersion:
        return form_of(self.kind, _as_of())

    @property
    def printing(self) -> Printing:
        return Printing(self.form, house().config, actor().office_name)

    @property
    def file(self) -> str:
        return f"{self.form.code}-{self.subject.partition(':')[2]}.pdf"


def _as_of() -> date:
    """The day whose form is asked for; one that is still to come, or is no day, is today."""
    try:
        return min(date.fromisoformat(request.form.get("as_of", "")), today())
    except ValueError:
        return today()


@papers.get("/ban-quay/buu-gui/<number>/giay")
@staff(*REGISTRARS)
def ask(number: str) -> Response:
    """Whoever prints anew gives a reason anew."""
    return redirect(url_for("finding.item", number=number, lang=request.args.get("lang")), 303)


@papers.post("/ban-quay/buu-gui/<number>/giay")
@staff(*REGISTRARS)
def of_item(number: str) -> Response | tuple[str, int]:
    page = item_or_404(number)
    offered = _chosen(papers_of_page(page))
    return _print_of_item(page, offered, request.form.get("paper_reason", ""), set(PaperReason))


def _item_refused(page: ItemPage, field: str, words: str) -> tuple[str, int]:
    return item_page_of(page, None, {field: words}), 422


@papers.get("/ban-quay/nhan/<int:label_id>/giay")
@staff(*REGISTRARS)
def ask_fresh(label_id: int) -> Response:
    return redirect(url_for("posting.printed", label_id=label_id, lang=request.args.get("lang")), 303)


@papers.post("/ban-quay/nhan/<int:label_id>/giay")
@staff(*REGISTRARS)
def of_fresh(label_id: int) -> Response | tuple[str, int]:
    """Whoever typed name and address a moment ago sees nothing new, so that no reason is asked; of others it is."""
    label = fresh_or_404(label_id)[0].label
    page = item_or_404(label.number)
    offered = _chosen(papers_of_page(page))
    reason = AT_THE_COUNTER if label.copy_number == 1 and _has_posted(page) else ""
    return _print_of_item(page, offered, reason, {AT_THE_COUNTER})


def _has_posted(page: ItemPage) -> bool:
    return actor().name in (entry.account for entry in page.history if entry.type is EventType.REGISTERED)


def _print_of_item(
    page: ItemPage, offered: OfferedPaper, reason: str, reasons: Collection[str]
) -> Response | tuple[str, int]:
    if offered.kind in NAMING_A_PERSON and reason not in reasons:
        return _item_refused(page, "paper_reason", gettext("papers.error.reason"))
    wish = _Print(offered.kind, f"item:{page.line.number}", reason)
    try:
        return _answer(wish, lambda session: _of_item(session, page.line.number, offered, wish))
    except _NotPrinted as refused:
        return _item_refused(page, "paper", refused.words)


def _of_item(session: Session, number: str, offered: OfferedPaper, wish: _Print) -> bytes:
    item = paper_item(session, actor(), number)
    if item is None:
        abort(404)
    return draw_item_paper(wish.kind, item, wish.printing, _call(item, offered) if offered.call else None)


def _call(item: PaperItem, offered: OfferedPaper) -> Call:
    if len(item.calls) < offered.call:
        abort(404)
    return item.calls[offered.call - 1]


@papers.get("/giao-nhan/<uuid:handover>/giay")
@staff(*READERS)
def ask_list(handover: UUID) -> Response:
    return redirect(_page_of(view_or_404(handover)), 303)


@papers.post("/giao-nhan/<uuid:handover>/giay")
@staff(*READERS)
def of_list(handover: UUID) -> Response:
    view = view_or_404(handover)
    offered = _chosen(papers_of_view(view))
    subject = f"bag:{view.bag_number}" if view.bag_number else f"handover:{view.short_code}"
    wish = _Print(offered.kind, subject, "")
    try:
        return _answer(wish, lambda session: draw_list_paper(wish.kind, _facts(session, view), wish.printing))
    except _NotPrinted as refused:
        page_of = bags.page_of if view.kind is ManifestKind.BAG else handovers.page_of
        return page_of(view, Scanned(), {"paper": refused.words})


def _page_of(view: ManifestView) -> str:
    page = "bags.page" if view.kind is ManifestKind.BAG else "handovers.page"
    return url_for(page, handover=view.id, lang=request.args.get("lang"))


def _facts(session: Session, view: ManifestView) -> ListFacts:
    place = (view.to_name, "")
    if view.to_party[0] is Party.OFFICE:
        place = place_of_office(session, view.to_office_id)
    return ListFacts(view, listed_items(session, {line.item_id for line in view.lines if line.item_id}), *place)


def _chosen(offered: tuple[OfferedPaper, ...]) -> OfferedPaper:
    """A paper that this envelope or list does not have is none that a page of ours asks for."""
    wish = request.form.get("paper", "")
    found = next((one for one in offered if one.value == wish), None)
    if found is None:
        abort(422)
    return found


def _answer(wish: _Print, draw: Callable[[Session], bytes]) -> Response:
    """Noted before it leaves: what left unnoted could never be found again."""
    with reading(house().engine) as session:
        try:
            content = draw(session)
        except PaperRefused as refused:
            words = gettext("papers.error.glyph", field=refused.field, sign=refused.sign)
            raise _NotPrinted(words) from refused
    with transaction(house().engine) as session:
        deed = Deed(f"paper {wish.form.code} version {wish.form.version}", wish.subject, wish.reason)
        note_audit(session, deed, at=house().clock(), actor=actor().name)
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{wish.file}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return answer
