"""An envelope made and labelled in one step, its paper, and copies printed again."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from labels.format_pdf import PrintRun
from tracker.actions.early_labels import print_result_label, results_awaited
from tracker.actions.labels import print_labels
from tracker.actions.post import register_item
from tracker.domain.refusal import Refusal
from tracker.domain.vocabulary import DocumentKind, Leg, OfficeKind, Party
from tracker.printers.job import PDF, ZPL
from tracker.printing import draw, media_type
from tracker.store.engine import reading, transaction
from tracker.store.queries.catalogue import fees_of_procedure, offices_by_id
from tracker.store.queries.desk import DossierCard, dossier_card, label_of_token, last_copies
from tracker.store.queries.early_labels import waiting_labels
from tracker.store.queries.printers import sending_of_label
from tracker.web.access import actor, desk, staff
from tracker.web.auto_print import prints_by_itself
from tracker.web.finding import item_or_404, item_page_of
from tracker.web.fresh_copies import fresh_or_404, pair_asked
from tracker.web.headers import printing_policy
from tracker.web.house import house
from tracker.web.label_paper import keep_paper, paper_shown, run_asked, run_of
from tracker.web.label_picture import picture_of
from tracker.web.label_reasons import reason_asked
from tracker.web.outlook import outlook
from tracker.web.papers_form import PaperRow, rows_of, with_spare, without
from tracker.web.posting_form import (
    POSTAGE,
    RESULT_PAPER,
    FeeRow,
    PostingForm,
    faults_of_posting,
    new_item,
    read_posting_form,
)
from tracker.web.refused import errors_of, sentence_of
from tracker.web.register import REGISTRARS
from tracker.web.sending import network_printer_for, send_copies

# What a refusal calls by another name than the page's field.
FIELDS = {"dossiers": "leg", "dossiers-0": "leg", "items-0": "leg", "from_office": "leg"}
PAPER_FIELDS = frozenset({"format", "start_cell"})
WARNINGS = frozenset({"range_low", "check_digit_differs"})
posting = Blueprint("posting", __name__)


@posting.get("/ban-quay/ho-so/<number>/gui")
@staff(*REGISTRARS)
def show(number: str) -> str:
    with reading(house().engine) as session:
        card = _card_or_404(session, number)
        leg = _leg_asked(card)
        return _form(session, card, _prefilled(session, card, leg), {})


@posting.post("/ban-quay/ho-so/<number>/gui")
@staff(*REGISTRARS)
def post(number: str) -> tuple[str, int] | Response:
    with reading(house().engine) as session:
        card = _card_or_404(session, number)
        form = read_posting_form(request.form, _leg_asked(card))
        wish = request.form.get("do", "")
        if wish:
            return _form(session, card, replace(form, papers=without(form.papers, wish)), {}), 200
    errors = faults_of_posting(form)
    if not errors:
        made = _make(card, form)
        if isinstance(made, Response):
            return made
        errors = made
    with reading(house().engine) as session:
        return _form(session, card, form, errors), 422


def _make(card: DossierCard, form: PostingForm) -> dict[str, str] | Response:
    """Item and label are one truth: without a label on it nobody could ever scan the envelope."""
    try:
        run = run_asked()
        with transaction(house().engine) as session:
            by = desk()
            made = register_item(session, new_item(form, card.number), by)
            if made.label_id is not None:
                return redirect(url_for("finding.item", number=made.number, note="early_used"), 303)
            labels = print_labels(session, [made.number], run.format.name, None, by)
            if form.with_result:
                labels.append(print_result_label(session, card.id, run.format.name, by))
            label_ids = [label_of_token(session, one.token) for one in labels]
    except Refusal as refusal:
        return {_own_field(field): words for field, words in errors_of(refusal).items()}
    return _to_printed(label_ids, run, note=list(made.warnings))


def _to_printed(label_ids: Sequence[int], run: PrintRun, note: list[str]) -> Response:
    first, *others = label_ids
    send_copies(first, others[0] if others else None, run)
    cell = run.start_cell if run.format.is_sheet else None
    place = url_for("posting.printed", label_id=first, pair=others, note=note, start_cell=cell)
    return keep_paper(redirect(place, 303), run, len(label_ids))


def _own_field(field: str) -> str:
    """Only the first dossier is this page's own; the others were typed into one field."""
    is_other = field.startswith("dossiers-") and field not in FIELDS
    return "others" if is_other else FIELDS.get(field, field)


def _card_or_404(session: Session, number: str) -> DossierCard:
    card = dossier_card(session, actor(), number)
    if card is None:
        abort(404)
    return card


def _leg_asked(card: DossierCard) -> Leg:
    """The one asked for; else the first that is free."""
    asked = request.values.get("leg", "")
    if asked in set(Leg):
        return Leg(asked)
    return next((place.leg for place in card.legs if place.is_free), Leg.SUBMISSION)


def _prefilled(session: Session, card: DossierCard, leg: Leg) -> PostingForm:
    if leg is Leg.RESULT:
        papers: tuple[PaperRow, ...] = (PaperRow(RESULT_PAPER, DocumentKind.ORIGINAL),)
        fees = (FeeRow(POSTAGE, payer=Party.RECIPIENT, is_paid=False),)
        waiting = waiting_labels(session, [card.id], leg)
        return PostingForm(leg=leg, number=waiting[0].number if waiting else "", papers=papers, fees=fees)
    papers = rows_of((paper.name, paper.kind, paper.count) for paper in card.documents) if leg is Leg.SUBMISSION else ()
    charged = fees_of_procedure(session, card.procedure.id or 0) if leg is Leg.SUBMISSION else []
    rows = (FeeRow(POSTAGE), *(FeeRow(fee.name, str(fee.amount)) for fee in charged))
    return PostingForm(leg=leg, papers=papers, fees=rows, with_result=_may_pair(session, card, leg))


def _may_pair(session: Session, card: DossierCard, leg: Leg) -> bool:
    """The result comes by post, and no label of it is there yet."""
    is_free = any(place.leg is Leg.RESULT and place.is_free for place in card.legs)
    wanted = leg is Leg.SUBMISSION and card.result_by_post and is_free
    return wanted and not waiting_labels(session, [card.id], Leg.RESULT)


def _form(session: Session, card: DossierCard, form: PostingForm, errors: dict[str, str]) -> str:
    ahead = outlook(session, card.id, form.leg, (form.to_office, form.seal_number), desk())
    offices = sorted(offices_by_id(session).values(), key=lambda office: office.name)
    wanted = {OfficeKind.POST_OFFICE} if form.leg is Leg.RESULT else set(OfficeKind) - {OfficeKind.POST_OFFICE}
    return render_template(
        "desk/posting.html",
        card=card,
        form=form,
        errors=errors,
        ahead=ahead,
        place=next(place for place in card.legs if place.leg is form.leg),
        rows=with_spare(form.papers),
        fees=(*_with_postage(form.fees), FeeRow()),
        offices=[office for office in offices if office.kind in wanted],
        copies=last_copies(session, actor().account_id),
        may_pair=_may_pair(session, card, form.leg),
        early=next(iter(waiting_labels(session, [card.id], form.leg)), None),
        paper=paper_shown(),
    )


def _with_postage(fees: Sequence[FeeRow]) -> Sequence[FeeRow]:
    """A sum that was left empty is not sent: its row stands there again all the same."""
    return fees if any(fee.name == POSTAGE for fee in fees) else (*fees, FeeRow(POSTAGE))


@posting.post("/ban-quay/buu-gui/<number>/in-lai")
@staff(*REGISTRARS)
def reprint(number: str) -> tuple[str, int] | Response:
    page = item_or_404(number)
    try:
        reason, run = reason_asked(), run_asked()
        with transaction(house().engine) as session:
            copies = print_labels(session, [page.line.number], run.format.name, reason, desk())
            if "with_result" in request.form:
                copies += results_awaited(session, page.line.number, run.format.name, desk())
            label_ids = [label_of_token(session, copy.token) for copy in copies]
    except Refusal as refusal:
        of_paper = {field: words for field, words in errors_of(refusal).items() if field in PAPER_FIELDS}
        return item_page_of(page, None, of_paper or {"reason": sentence_of(refusal.cause, refusal.facts)}), 422
    return _to_printed(label_ids, run, note=[])


@posting.get("/ban-quay/nhan/<int:label_id>")
@staff(*REGISTRARS)
def printed(label_id: int) -> Response:
    """What was just registered and printed; the print dialogue opens on its own where scripts run."""
    fresh, *pair = fresh_or_404(label_id)
    with reading(house().engine) as session:
        sending = sending_of_label(session, label_id)
    notes = [note for note in request.args.getlist("note") if note in WARNINGS]
    answer = Response(
        render_template(
            "desk/printed.html",
            label=fresh.label,
            label_id=label_id,
            run=run_of(fresh.paper),
            is_thermal=media_type(run_of(fresh.paper)) == ZPL,
            picture=picture_of(fresh.label, house().config),
            pair=[picture_of(one.label, house().config) for one in pair],
            pair_id=pair_asked(),
            notes=notes,
            sending=sending,
            printer=network_printer_for(fresh.paper),
            prints_by_itself=prints_by_itself(),
        ),
        mimetype="text/html",
    )
    answer.headers["Content-Security-Policy"] = printing_policy()
    return answer


@posting.post("/ban-quay/nhan/<int:label_id>/gui")
@staff(*REGISTRARS)
def send_again(label_id: int) -> Response:
    """The same copy once more, because the printer did not take it: no reprint, and no reason is asked."""
    fresh, *_ = fresh_or_404(label_id)
    run = run_of(fresh.paper)
    send_copies(label_id, pair_asked(), run)
    cell = run.start_cell if run.format.is_sheet else None
    return redirect(url_for("posting.printed", label_id=label_id, pair=pair_asked(), start_cell=cell), 303)


@posting.get("/ban-quay/nhan/<int:label_id>.pdf")
@staff(*REGISTRARS)
def paper(label_id: int) -> Response:
    answer = _drawn(label_id, PDF)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
    return answer


@posting.get("/ban-quay/nhan/<int:label_id>.zpl")
@staff(*REGISTRARS)
def thermal(label_id: int) -> Response:
    return _drawn(label_id, ZPL)


def _drawn(label_id: int, wanted: str) -> Response:
    """A copy that was printed on the other kind of paper stands under the other address."""
    fresh, *pair = fresh_or_404(label_id)
    run = run_of(fresh.paper)
    if media_type(run) != wanted:
        other = "posting.thermal" if wanted == PDF else "posting.paper"
        return redirect(url_for(other, label_id=label_id, pair=pair_asked()), 303)
    answer = Response(draw([fresh.label, *(one.label for one in pair)], run, house().config), mimetype=wanted)
    # A browser shows a PDF and can only keep the other.
    way, ending = ("inline", "pdf") if wanted == PDF else ("attachment", "zpl")
    answer.headers["Content-Disposition"] = f'{way}; filename="{fresh.label.number}-{fresh.label.copy_number}.{ending}"'
    return answer
