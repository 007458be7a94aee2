"""Items: register an envelope, read what the caller may see."""

from flask import Response
from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.idempotency import KeptAnswer
from tracker.actions.people import DocumentGiven
from tracker.actions.post import FeeGiven, NewItem, register_item
from tracker.actions.receipts import standing_as_told
from tracker.api.calls import JSON, ONCE_ONLY, PREFIX, api, call, told
from tracker.api.creating import create_once
from tracker.api.item_answers import items_told
from tracker.api.paging import cut, id_after
from tracker.api.people import note_persons_read, person_given, person_told
from tracker.api.sent import ItemSent, NumberPath, OlderQuery, PageQuery
from tracker.api.told import ItemsPage, OneItemTold, RegisteredTold, StandingTold
from tracker.domain.identifiers import parse_s10
from tracker.domain.refusal import Cause, Refusal
from tracker.house import house
from tracker.store.engine import reading
from tracker.store.models import Item
from tracker.store.queries.items import item_seen, items_seen, persons_seen
from tracker.store.standing_json import standing_from_json


@api.post(
    "/items",
    summary="Register an envelope for one or several dossiers",
    responses={201: RegisteredTold},
    openapi_extensions=ONCE_ONLY,
)
@call("POST /items")
def register_one_item(by: Desk, body: ItemSent) -> Response:
    """The database decides between two: a second open item for a dossier and leg is refused."""

    def make(session: Session) -> KeptAnswer:
        new = register_item(session, _new_item(body), by)
        item = session.get_one(Item, new.item_id, populate_existing=True)
        answer = RegisteredTold(
            number=new.number,
            due_on=item.due_on,
            standing=StandingTold.model_validate(standing_as_told(session, standing_from_json(item.standing))),
            warnings=list(new.warnings),
        )
        return KeptAnswer(201, JSON, answer.model_dump_json().encode(), f"{PREFIX}/items/{new.number}")

    return create_once(by, body, make)


def _new_item(body: ItemSent) -> NewItem:
    documents = body.documents
    return NewItem(
        dossiers=body.named,
        leg=body.leg,
        number=body.number,
        from_office=body.from_office,
        to_office=body.to_office,
        sender=person_given(body.sender) if body.sender else None,
        recipient=person_given(body.recipient) if body.recipient else None,
        documents=None
        if documents is None
        else tuple(DocumentGiven(row.name, row.kind, row.count) for row in documents),
        seal_number=body.seal_number,
        fees=tuple(FeeGiven(fee.name, fee.amount, fee.payer, fee.paid) for fee in body.fees),
        resend=body.resend,
    )


@api.get("/items", summary="Items, in the order they were registered", responses={200: ItemsPage})
@call("GET /items")
def list_items(by: Desk, query: PageQuery) -> Response:
    after = id_after(query)
    with reading(house().engine) as session:
        rows, last = cut(items_seen(session, by.actor, after=after, limit=query.limit + 1), query.limit)
        data = items_told(session, rows)
    return told(ItemsPage(data=data, next=str(last.id) if last else None))


@api.get("/items/<number>", summary="An item: the open one of this number, else the last", responses={200: OneItemTold})
@call("GET /items/<number>")
def show_item(by: Desk, path: NumberPath, query: OlderQuery) -> Response:
    """`registered_before` asks for an older item of a number that was given out again."""
    number = parse_s10(path.number)
    if number is None:
        raise Refusal(cause=Cause.NOT_FOUND)
    with reading(house().engine) as session:
        seen = item_seen(session, by.actor, number.text, registered_before=query.registered_before)
        if seen is None:
            raise Refusal(cause=Cause.NOT_FOUND)
        item = items_told(session, [seen])[0]
        persons = {
            person_id: person_told(person, by)
            for person_id, person in persons_seen(session, [seen.sender_id, seen.recipient_id]).items()
        }
    if persons:
        note_persons_read(house().engine, f"item:{seen.number}", by)
    sender, recipient = (persons.get(end or 0) for end in (seen.sender_id, seen.recipient_id))
    return told(OneItemTold(**item.__dict__, sender=sender, recipient=recipient))
