"""One box for every number, phone or name; the dossier's card, the item's page, and looking behind the mask."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker import places
from tracker.domain.notices import NoticeMeans
from tracker.domain.one_stop import NationalStatus
from tracker.domain.vocabulary import LabelState, Leg, Role
from tracker.store.engine import reading
from tracker.store.queries.desk import DossierCard, LabelCopy, dossier_card
from tracker.store.queries.early_labels import dossiers_awaiting_label
from tracker.store.queries.item_page import ItemPage, WholePerson, item_page, whole_applicant, whole_person_of_item
from tracker.store.queries.notices import notices_of
from tracker.store.queries.postal_orders import orders_of_items
from tracker.store.queries.two_clocks import two_clocks
from tracker.web.access import actor, staff
from tracker.web.clock_bars import bars_of
from tracker.web.formats import today
from tracker.web.house import house
from tracker.web.item_story import holder_words, story_lines
from tracker.web.label_paper import paper_shown
from tracker.web.label_reasons import offered_label_reasons, words_of_reason
from tracker.web.possible import deeds_of
from tracker.web.register import REGISTRARS, openness
from tracker.web.reveal import PACK_TAKERS, RevealReason, reveal
from tracker.web.row_numbers import row_number
from tracker.web.seeking import seek
from tracker.web.ward_field import full_name

TELLERS = (Role.CLERK, Role.OFFICER, Role.SUPERVISOR)
READERS = (*REGISTRARS, Role.OFFICER, Role.HOTLINE, Role.AUDITOR)
finding = Blueprint("finding", __name__)


@finding.get("/ban-quay/tim")
@staff(*READERS)
def show() -> str:
    return render_template("desk/found.html", question="", answer=None, may_register=_may_register())


@finding.post("/ban-quay/tim")
@staff(*READERS)
def find() -> str | Response:
    """A name or a phone travels in the body: an address is kept by histories and logs."""
    question = request.form.get("q", "").strip()
    if not question:
        return redirect(url_for("finding.show"), 303)
    answer = seek(question)
    if answer.item:
        return redirect(url_for("finding.item", number=answer.item, copy=answer.copy), 303)
    if answer.is_early_label and _may_register():
        return redirect(url_for("posting.show", number=answer.dossier, leg=Leg.RESULT), 303)
    if answer.dossier:
        return redirect(url_for("finding.dossier", number=answer.dossier), 303)
    if answer.new_number and _may_register():
        return redirect(url_for("register.blank", number=answer.new_number), 303)
    return render_template("desk/found.html", question=question, answer=answer, may_register=_may_register())


def _may_register() -> bool:
    return actor().role in REGISTRARS


@finding.get("/ban-quay/ho-so/<number>")
@staff(*READERS)
def dossier(number: str) -> str:
    return dossier_page(card_or_404(number), None, {})


@finding.get("/ban-quay/ho-so/<number>/hien")
@staff(*READERS)
def mask_applicant(number: str) -> Response:
    """Whoever looks anew gives a reason anew."""
    return redirect(url_for("finding.dossier", number=number, lang=request.args.get("lang")), 303)


@finding.post("/ban-quay/ho-so/<number>/hien")
@staff(*READERS)
def reveal_applicant(number: str) -> tuple[str, int]:
    card = card_or_404(number)
    person, error = reveal(f"dossier:{card.number}", lambda session, by: whole_applicant(session, by, card.id))
    return dossier_page(card, person, _reveal_error(error)), 422 if error else 200


def _reveal_error(error: str) -> dict[str, str]:
    return {"reveal_reason": error} if error else {}


def card_or_404(number: str) -> DossierCard:
    with reading(house().engine) as session:
        card = dossier_card(session, actor(), number)
    if card is None:
        abort(404)
    return card


def dossier_page(card: DossierCard, person: WholePerson | None, errors: dict[str, str]) -> str:
    with reading(house().engine) as session:
        told = notices_of(session, card.id)
        orders = orders_of_items(session, [line.id for line in card.items])
        clocks = two_clocks(session, actor(), card.id, house().config.office, today())
    return render_template(
        "desk/dossier.html",
        card=card,
        clocks=bars_of(clocks),
        person=person,
        errors=errors,
        ward=ward_words((person or card.person).ward_code),
        openness=openness(card.procedure),
        reasons=list(RevealReason),
        may_register=_may_register(),
        told=told,
        orders=orders,
        means=list(NoticeMeans),
        is_supplement_asked=card.one_stop_status == NationalStatus.SUPPLEMENT_ASKED,
        may_tell=actor().role in TELLERS,
        may_take_pack=actor().role in PACK_TAKERS,
    )


@finding.get("/ban-quay/buu-gui/<number>")
@staff(*READERS)
def item(number: str) -> str:
    return item_page_of(item_or_404(number), None, {})


@finding.get("/ban-quay/buu-gui/<number>/hien")
@finding.get("/ban-quay/buu-gui/<number>/in-lai")
@staff(*READERS)
def mask_person(number: str) -> Response:
    return redirect(url_for("finding.item", number=number, lang=request.args.get("lang")), 303)


@finding.post("/ban-quay/buu-gui/<number>/hien")
@staff(*READERS)
def reveal_person(number: str) -> tuple[str, int]:
    page = item_or_404(number)
    person, error = reveal(
        f"item:{page.line.number}", lambda session, by: whole_person_of_item(session, by, page.line.number)
    )
    return item_page_of(page, person, _reveal_error(error)), 422 if error else 200


def item_or_404(number: str) -> ItemPage:
    with reading(house().engine) as session:
        page = item_page(session, actor(), number)
    if page is None:
        abort(404)
    return page


def item_page_of(page: ItemPage, person: WholePerson | None, errors: dict[str, str]) -> str:
    seen = person or page.person
    with reading(house().engine) as session:
        order = orders_of_items(session, [page.line.id]).get(page.line.id)
    return render_template(
        "desk/item.html",
        page=page,
        line=page.line,
        order=order,
        person=person,
        errors=errors,
        ward=ward_words(seen.ward_code) if seen else "",
        holder=holder_words(page.holder),
        deeds=deeds_of(page.line.number),
        story=story_lines(page.history, is_open=not page.line.is_final),
        reasons=list(RevealReason),
        may_print=_may_register() and not page.line.is_final,
        awaits_result_label=_awaits_result_label(page),
        paper=paper_shown(),
        is_early_used=request.args.get("note") == "early_used",
        scanned_copy=_copy_scanned(page.line.labels),
        label_reasons=offered_label_reasons(),
        words_of_reason=words_of_reason,
        asked_reason=request.form.get("reason", ""),
        asked_words=request.form.get("reason_words", ""),
    )


def _awaits_result_label(page: ItemPage) -> bool:
    with reading(house().engine) as session:
        return len(dossiers_awaiting_label(session, page.line.number)) == 1


def _copy_scanned(copies: Sequence[LabelCopy]) -> LabelCopy | None:
    """The label that was read to come here; a copy that is in use again needs no words."""
    number = request.args.get("copy", type=row_number)
    found = next((copy for copy in copies if copy.copy_number == number), None)
    return found if found and found.state is not LabelState.CURRENT else None


def ward_words(code: str) -> str:
    ward = places.ward_of(code)
    return full_name(ward) if ward else ""
