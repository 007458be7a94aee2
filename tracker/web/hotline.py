"""The hotline: the sentence to read aloud first, then who holds it, what happened, and whom it concerns."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.domain.vocabulary import Role
from tracker.store.engine import reading
from tracker.store.queries.catalogue import office_by_code
from tracker.store.queries.desk import dossier_card
from tracker.store.queries.item_page import ItemPage, WholePerson, item_page, whole_person_of_item
from tracker.store.queries.tracking import trail_of_item
from tracker.web.access import actor, staff
from tracker.web.answers import Circumstances
from tracker.web.finding import ward_words
from tracker.web.formats import hotline as hotline_number
from tracker.web.house import house
from tracker.web.item_story import holder_words, story_lines
from tracker.web.language import gettext, language
from tracker.web.public import silent_days_of
from tracker.web.reveal import RevealReason, reveal
from tracker.web.seeking import Answer, seek, seek_code
from tracker.web.tracking_view import TrackingView, view_of

CALLED = (("bạn", "anh/chị"), ("Bạn", "Anh/chị"))
hotline = Blueprint("hotline", __name__)


@hotline.get("/tong-dai/")
@hotline.post("/tong-dai/")
@staff(Role.HOTLINE)
def show() -> str:
    """By GET only numbers are looked up, as our own links ask: a name or a phone stays out of addresses."""
    is_posted = request.method == "POST"
    question = (request.form if is_posted else request.args).get("q", "").strip()
    if not question:
        return render_template("oversight/hotline.html", question="", answer=None, told=None, number=None)
    answer = seek(question) if is_posted else seek_code(question)
    with reading(house().engine) as session:
        number = answer.item or _newest_item(session, answer)
    if number is None:
        return render_template("oversight/hotline.html", question=question, answer=answer, told=None, number=None)
    return _told(number, question, None, {})


@hotline.get("/tong-dai/buu-gui/<number>/hien")
@staff(Role.HOTLINE)
def mask_person(number: str) -> Response:
    """Whoever looks anew gives a reason anew."""
    return redirect(url_for("hotline.show", q=number, lang=request.args.get("lang")), 303)


@hotline.post("/tong-dai/buu-gui/<number>/hien")
@staff(Role.HOTLINE)
def reveal_person(number: str) -> tuple[str, int]:
    person, error = reveal(f"item:{number}", lambda session, by: whole_person_of_item(session, by, number))
    errors = {"reveal_reason": error} if error else {}
    return _told(number, number, person, errors), 422 if error else 200


def _newest_item(session: Session, answer: Answer) -> str | None:
    """Of a dossier the item on its way, else the one registered last."""
    card = dossier_card(session, actor(), answer.dossier) if answer.dossier else None
    items = sorted(card.items, key=lambda line: (line.is_final, -line.id)) if card else []
    return items[0].number if items else None


def _told(number: str, question: str, person: WholePerson | None, errors: dict[str, str]) -> str:
    with reading(house().engine) as session:
        page = item_page(session, actor(), number)
        if page is None:
            abort(404)
        view = _view(session, page)
        phone = _phone_of_holder(session, page)
    seen = person or page.person
    return render_template(
        "oversight/hotline.html",
        question=question,
        answer=None,
        number=page.line.number,
        page=page,
        told=view,
        script=_said(_spoken(view.answer)),
        advice=_spoken(view.todo),
        holder=holder_words(page.holder),
        phone=phone,
        story=story_lines(page.history, is_open=not page.line.is_final),
        person=person,
        ward=ward_words(seen.ward_code) if seen else "",
        reasons=list(RevealReason),
        errors=errors,
    )


def _view(session: Session, page: ItemPage) -> TrackingView:
    trail = trail_of_item(session, page.line.id)
    assert trail is not None
    return view_of(Circumstances(trail, hotline_number(), silent_days_of(session, trail.item)))


def _phone_of_holder(session: Session, page: ItemPage) -> str:
    """Of the office it is at, or was last at."""
    office = office_by_code(session, page.line.standing.office or "")
    return office.phone if office else ""


def _said(sentence: str) -> str:
    return gettext("hotline.say", sentence=sentence[0].lower() + sentence[1:] if language() == "vi" else sentence)


def _spoken(sentence: str) -> str:
    """The citizen's sentence as one says it on the phone."""
    if language() != "vi":
        return sentence
    for written, said in CALLED:
        sentence = sentence.replace(f"{written} ", f"{said} ").replace(f"{written}.", f"{said}.")
    return sentence
