"""A dossier's evidence pack from its page: it shows images of people, so it leaves only for a reason that is noted."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tracker.actions.audit import Deed, note_audit
from tracker.packing import TAKEN, pack
from tracker.store.engine import reading, transaction
from tracker.web.access import actor, staff
from tracker.web.finding import card_or_404, dossier_page
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.reveal import PACK_TAKERS, RevealReason

evidence_packs = Blueprint("evidence_packs", __name__)


@evidence_packs.get("/ban-quay/ho-so/<number>/chung-cu")
@staff(*PACK_TAKERS)
def ask(number: str) -> AnyResponse:
    """Whoever takes it anew gives a reason anew."""
    return redirect(url_for("finding.dossier", number=number, lang=request.args.get("lang")), 303)


@evidence_packs.post("/ban-quay/ho-so/<number>/chung-cu")
@staff(*PACK_TAKERS)
def take(number: str) -> Response | tuple[str, int]:
    card = card_or_404(number)
    reason = request.form.get("pack_reason", "")
    if reason not in set(RevealReason):
        return dossier_page(card, None, {"pack_reason": gettext("refusal.reason_missing")}), 422
    with transaction(house().engine) as session:
        # Noted before it is made: what leaves unnoted could never be found again.
        deed = Deed(TAKEN, f"dossier:{card.number}", reason)
        note_audit(session, deed, at=house().clock(), actor=actor().name)
    with reading(house().engine) as session:
        made = pack(session, card.id, (card.number, *card.other_numbers), house().config)
    answer = Response(made.content, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{card.number}.zip"'
    return answer
