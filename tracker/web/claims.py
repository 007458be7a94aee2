"""What one side has given and the other has not taken, the oldest first: the list behind the board's number."""

from flask import Blueprint, render_template, request

from tracker.domain.vocabulary import Role
from tracker.store.engine import reading
from tracker.store.queries.open_claims import ClaimsAsked, open_claims
from tracker.web.access import actor, staff
from tracker.web.house import house
from tracker.web.row_numbers import row_number
from tracker.web.two_sides import age_of

PAGE = 50
claims = Blueprint("claims", __name__)


@claims.get("/dieu-hanh/cho-nhan")
@staff(Role.SUPERVISOR, Role.AUDITOR, Role.POSTCLERK, Role.OFFICER)
def show() -> str:
    after = request.args.get("after", 0, type=row_number)
    with reading(house().engine) as session:
        found = open_claims(session, actor(), ClaimsAsked(after, PAGE + 1))
    return render_template(
        "oversight/claims.html",
        claims=found[:PAGE],
        following=after + PAGE if len(found) > PAGE else None,
        age_of=age_of,
    )
