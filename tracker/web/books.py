"""When the books were last examined, what was looked at, and what did not hold."""

import json

from flask import Blueprint, render_template

from tracker.domain.auditing import Fault
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading
from tracker.store.queries.auditing import last_verification
from tracker.web.access import staff
from tracker.web.house import house

books = Blueprint("books", __name__)


@books.get("/dieu-hanh/so-sach")
@staff(Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN)
def show() -> str:
    with reading(house().engine) as session:
        last = last_verification(session)
    return render_template(
        "oversight/books.html",
        last=last,
        counts=json.loads(last.counts) if last else {},
        checked=json.loads(last.checked) if last else [],
        faults=[Fault(**told) for told in json.loads(last.faults)] if last else [],
    )
