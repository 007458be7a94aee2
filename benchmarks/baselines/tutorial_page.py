"""The tracking page as the manuals of Flask and SQLModel write one: a session, selects, a template. For gunicorn.

It shows what the product's page shows, in one language and with fewer rules: no gzip, no policy, no silence check.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask, abort, render_template
from sqlmodel import Session, col, create_engine, select

from tracker.store.models import Claim, Dossier, EventRow, Fee, Item, ItemDossier, Label, Office, Procedure

STYLE = (Path(__file__).parents[2] / "tracker/web/static/public.css").read_text(encoding="utf-8").strip()
LEGS = {"submission": "Gửi hồ sơ", "result": "Trả kết quả", "supplement": "Gửi bổ sung"}
STATES = {"with_courier": "Đang phát", "at_office": "Đang ở bưu cục", "registered": "Đã tạo phiếu gửi"}
HOLDERS = {"courier": "Nhân viên bưu chính", "office": "Bưu cục", "sender": "Người gửi"}
WORDS = {
    "registered": "Đã tạo phiếu gửi",
    "accepted": "Bưu điện đã chấp nhận hồ sơ",
    "given_to_courier": "Nhân viên bưu chính đã nhận hồ sơ để đi giao",
    "attempt_failed": "Chưa giao được",
    "back_at_office": "Đã về lại bưu cục",
}

app = Flask(__name__)
engine = create_engine(os.environ["TUTORIAL_DATABASE"])


@dataclass
class Line:
    words: str
    at: datetime
    office: str | None


@app.get("/t/<token>")
def track(token: str) -> str:
    with Session(engine) as session:
        label = session.exec(select(Label).where(Label.token == token.upper(), Label.state != "void")).first()
        if label is None:
            abort(404)
        item = session.exec(select(Item).where(Item.id == label.item_id)).one()
        link = session.exec(select(ItemDossier).where(ItemDossier.item_id == item.id)).one()
        dossier = session.exec(select(Dossier).where(Dossier.id == link.dossier_id)).one()
        procedure = session.exec(select(Procedure).where(Procedure.id == dossier.procedure_id)).one()
        to_office = session.exec(select(Office).where(Office.id == item.to_office_id)).one()
        claims = session.exec(select(Claim).where(Claim.dossier_id == dossier.id).order_by(col(Claim.id))).all()
        fees = session.exec(select(Fee).where(Fee.item_id == item.id)).all()
        due = sum(fee.amount for fee in fees if not fee.paid)
        return render_template(
            "tracking.html",
            style=STYLE,
            item=item,
            leg=LEGS[item.leg],
            answer=f"Hồ sơ đang được đưa tới {to_office.name}.",
            state=STATES.get(item.status, item.status),
            holder=HOLDERS.get(item.custodian_kind, item.custodian_kind),
            due=due,
            events=lines(session, item),
            procedure=procedure,
            claims=claims,
        )


def lines(session: Session, item: Item) -> list[Line]:
    events = session.exec(
        select(EventRow).where(EventRow.item_id == item.id).order_by(col(EventRow.effective_at).desc())
    ).all()
    offices = {office.code: office.name for office in session.exec(select(Office)).all()}
    return [
        Line(WORDS.get(event.type, event.type), event.effective_at, offices.get(event.office_code or ""))
        for event in events
        if event.hand != "give"
    ]
