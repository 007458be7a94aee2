"""Reconciliation as SQLModel's manual reads rows: one dossier after the other, each with its own selects.

It calls the same rules on the same cases; what it lacks, it lacks in its favour: it asks for no phone's
last word, and writes nothing.
"""

import json

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from schedules.reconciliation.evaluation import findings_of
from schedules.reconciliation.seen import Terms
from tracker.domain.cases import Case, DeliveryFact, ItemFact, PendingFact
from tracker.domain.one_stop import ClaimFact
from tracker.domain.vocabulary import Direction, IdentityBasis, Leg, Party, Receiver, Status
from tracker.store.models import Claim, Dossier, DossierNumberRow, EventRow, Fee, Item, ItemDossier, Office


def reconcile_row_by_row(engine: Engine, first: int, last: int, terms: Terms) -> tuple[int, int]:
    """Dossiers with ids in between; answers how many there were, and what was found."""
    looked, found = 0, set()
    with Session(engine) as session:
        for dossier_id in range(first, last + 1):
            dossier = session.get(Dossier, dossier_id)
            if dossier is None:
                continue
            looked += 1
            found |= {
                (one.code, one.subject) for one, _ in findings_of(_case(session, dossier), terms, is_feed_trusted=True)
            }
            session.expunge_all()
    return looked, len(found)


def _case(session: Session, dossier: Dossier) -> Case:
    number = session.exec(
        select(DossierNumberRow).where(DossierNumberRow.dossier_id == dossier.id, DossierNumberRow.kind == "local")
    ).first()
    claims = session.exec(
        select(Claim).where(Claim.dossier_id == dossier.id, Claim.source == "one_stop").order_by(col(Claim.id))
    ).all()
    items = session.exec(
        select(Item)
        .join(ItemDossier, col(ItemDossier.item_id) == col(Item.id))
        .where(ItemDossier.dossier_id == dossier.id)
        .order_by(col(Item.registered_at), col(Item.id))
    ).all()
    at_office = dossier.deciding_agency_id or dossier.receiving_office_id
    office = session.get(Office, at_office)
    return Case(
        number=number.text if number else "",
        dossier_id=dossier.id,
        receiving_office_id=dossier.receiving_office_id,
        deciding_office_id=dossier.deciding_agency_id,
        collecting_office_id=office.post_office_id if office else None,
        result_by_post=dossier.result_by_post,
        processing_due_on=dossier.processing_due_on,
        items=tuple(_item(session, item) for item in items),
        claims=tuple(ClaimFact(one.id or 0, one.status, one.word, one.channel, one.said_at) for one in claims),
    )


def _item(session: Session, item: Item) -> ItemFact:
    events = session.exec(select(EventRow).where(EventRow.item_id == item.id).order_by(col(EventRow.seq))).all()
    accepted = [event.effective_at for event in events if event.type in {"accepted", "collected"}]
    failed = [event.effective_at for event in events if event.type == "attempt_failed"]
    handed = [event for event in events if event.type in {"delivered", "handed_out"}]
    office = session.exec(select(Office).where(Office.code == item.office_code)).first()
    owed = select(func.sum(Fee.amount)).where(
        Fee.item_id == item.id, Fee.payer == "recipient", col(Fee.paid).is_(False)
    )
    return ItemFact(
        id=item.id or 0,
        number=item.number,
        leg=Leg(item.leg),
        status=Status(item.status),
        direction=Direction(item.direction),
        holder=Party(item.custodian_kind),
        holder_ref=item.custodian_ref,
        office_id=office.id if office else None,
        from_office_id=item.from_office_id,
        to_office_id=item.to_office_id,
        registered_at=item.registered_at,
        due_on=item.due_on,
        is_resent=item.resend,
        last_event_at=item.last_event_at,
        final_at=item.final_at,
        accepted_at=min(accepted, default=None),
        first_failed_at=min(failed, default=None),
        pending=_pending(item),
        delivery=_delivery(handed[-1]) if handed and item.is_final else None,
        fees_due=session.exec(owed).one() or 0,
    )


def _pending(item: Item) -> PendingFact | None:
    if item.pending_since is None:
        return None
    told = json.loads(item.standing)["pending"]
    return PendingFact(
        to=Party(told["to"]),
        to_ref=told["to_ref"],
        since_at=item.pending_since,
        handover=told["handover"],
        event=told["event"],
        is_departure=False,
        office_id=None,
    )


def _delivery(event: EventRow) -> DeliveryFact:
    details = json.loads(event.chained)["details"]
    return DeliveryFact(
        event=str(event.event_id),
        receiver=Receiver(details["receiver"]) if "receiver" in details else None,
        identity=IdentityBasis(details["identity"]) if "identity" in details else None,
        fees_collected=details.get("fees_collected"),
    )
