"""Looking for an envelope: who had it last, what travelled beside it, and where each of those is now."""

from flask import Blueprint, abort, render_template

from tracker.domain.vocabulary import Role
from tracker.store.engine import reading
from tracker.store.queries.desk import visible_item
from tracker.store.queries.item_page import display_names
from tracker.store.queries.siblings import search_siblings
from tracker.web.access import actor, staff
from tracker.web.house import house

SEARCHERS = (Role.CLERK, Role.POSTCLERK, Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR)
siblings = Blueprint("siblings", __name__)


@siblings.get("/ban-quay/buu-gui/<number>/tim-quanh")
@staff(*SEARCHERS)
def show(number: str) -> str:
    with reading(house().engine) as session:
        item = visible_item(session, actor(), number)
        if item is None or item.id is None:
            abort(404)
        found = search_siblings(session, actor(), item.id)
        who = display_names(session, [found.last.actor]) if found.last else {}
    return render_template("desk/siblings.html", number=item.number, found=found, who=who)
