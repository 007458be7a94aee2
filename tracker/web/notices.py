"""Noting on a dossier's page that the citizen was told of the supplement that is asked for."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.actions.notices import note_notice
from tracker.domain.notices import NoticeKind
from tracker.domain.refusal import Refusal
from tracker.store.engine import transaction
from tracker.web.access import desk, staff
from tracker.web.finding import TELLERS, card_or_404, dossier_page
from tracker.web.house import house
from tracker.web.refused import errors_of

notices = Blueprint("notices", __name__)


@notices.get("/ban-quay/ho-so/<number>/bao-dan")
@staff(*TELLERS)
def ask(number: str) -> Response:
    return redirect(url_for("finding.dossier", number=number, lang=request.args.get("lang")), 303)


@notices.post("/ban-quay/ho-so/<number>/bao-dan")
@staff(*TELLERS)
def note(number: str) -> Response | tuple[str, int]:
    card = card_or_404(number)
    try:
        with transaction(house().engine) as session:
            note_notice(session, card.id, NoticeKind.SUPPLEMENT_ASKED, request.form.get("notice_means", ""), desk())
    except Refusal as refusal:
        return dossier_page(card, None, errors_of(refusal)), 422
    return redirect(url_for("finding.dossier", number=card.number), 303)
