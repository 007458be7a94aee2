"""The label of a result that has no envelope yet, printed together with the label of the submission.

Its number is kept for the dossier's result. When the result is registered under that number the label becomes its
first copy; registered under another one, the label is void, so that it never makes a second item.
"""

import secrets
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from tracker import places
from tracker.actions.append import append
from tracker.actions.audit import Deed, note_audit
from tracker.actions.copies import printed
from tracker.actions.desk import Desk
from tracker.actions.labels import UNSENT_WAITS, FreshCopy, PrintedLabel
from tracker.actions.numbering import take_number
from tracker.actions.route import plan_route
from tracker.actions.scan_findings import adopt_waiting
from tracker.actions.spoiled_labels import void_waiting
from tracker.domain.identifiers import make_token, parse_s10
from tracker.domain.names import initials
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import LabelState, Leg
from tracker.store.models import Dossier, EarlyLabel, Item, Label, OpenLeg, Person, Procedure
from tracker.store.queries.early_labels import dossiers_awaiting_label, early_label_of_code, waiting_labels
from tracker.store.queries.numbers import lock_chains

FIRST = 1


def with_result_labels(
    session: Session, printed: Sequence[PrintedLabel], paper: str, by: Desk
) -> Iterator[PrintedLabel]:
    """After each submission's label those of the results that its dossiers wait for, where they come by post."""
    for label in printed:
        yield label
        yield from results_awaited(session, label.number, paper, by)


def results_awaited(session: Session, number: str, paper: str, by: Desk) -> list[PrintedLabel]:
    """Of a submission's dossiers, whose first label was spoiled or never printed."""
    waiting = dossiers_awaiting_label(session, number)
    return [print_result_label(session, dossier_id, paper, by) for dossier_id in waiting]


def print_result_label(session: Session, dossier_id: int, paper: str, by: Desk) -> PrintedLabel:
    """Raises Refusal: procedure_closed, open_item_exists, early_label_waits, no_post_office, range_exhausted."""
    dossier = session.get_one(Dossier, dossier_id)
    route = plan_route(session, Leg.RESULT, dossier, by.actor.office_id)
    offices = [by.actor.office_id, route.start.id, route.start.post_office_id]
    number, _ = take_number(session, [office for office in offices if office], by)
    # Who posts the result holds the dossier by its key: asked before that, this would print a label nobody waits for.
    session.refresh(dossier, with_for_update=True)
    _refuse_needless(session, dossier)
    label = Label(
        token=make_token(secrets.token_bytes),
        copy_number=FIRST,
        state=LabelState.CURRENT,
        format=paper,
        printed_at=by.at,
        printed_by=by.actor.account_id,
        office_id=by.actor.office_id,
    )
    session.add(label)
    session.flush()
    assert label.id is not None
    session.add(EarlyLabel(label_id=label.id, dossier_id=dossier_id, leg=Leg.RESULT, number=number))
    session.flush()
    note_audit(session, Deed("label of a result to come", f"item:{number}"), at=by.at, actor=by.actor.name)
    return _facts(session, dossier, label, number)


def _facts(session: Session, dossier: Dossier, label: Label, number: str) -> PrintedLabel:
    """As the result's own label will have them; when it is due nobody knows yet."""
    route = plan_route(session, Leg.RESULT, dossier, label.office_id)
    person = session.get_one(Person, dossier.applicant_id)
    ward = places.ward_of(person.ward_code)
    return PrintedLabel(
        number=number,
        leg=Leg.RESULT,
        token=label.token,
        copy_number=label.copy_number,
        due_on=None,
        destination=ward.short_name if ward else route.end.place_name,
        office_name=route.end.short_name,
        ward_code=ward.code if ward else None,
        from_name=route.start.short_name,
        person_initials=initials(person.name),
        person_ward=ward.abbreviated if ward else "",
        seal_number="",
    )


def early_copy_printed_lately(session: Session, label_id: int, by: Desk) -> FreshCopy | None:
    """As copy_printed_lately, of a label that still waits for its envelope; as long as any that no printer took."""
    label, early = session.get(Label, label_id), session.get(EarlyLabel, label_id)
    if label is None or early is None or label.item_id is not None or label.state != LabelState.CURRENT:
        return None
    if label.printed_by != by.actor.account_id or by.at - label.printed_at > UNSENT_WAITS:
        return None
    dossier = session.get_one(Dossier, early.dossier_id)
    return FreshCopy(_facts(session, dossier, label, early.number), label.format)


def _refuse_needless(session: Session, dossier: Dossier) -> None:
    procedure = session.get_one(Procedure, dossier.procedure_id)
    if not procedure.may_result:
        fields = {"with_result": Cause.PROCEDURE_CLOSED}
        raise Refusal(cause=Cause.PROCEDURE_CLOSED, fields=fields, facts={"reason": procedure.reason})
    if session.get(OpenLeg, (dossier.id, Leg.RESULT)) is not None:
        raise Refusal(cause=Cause.OPEN_ITEM_EXISTS, fields={"with_result": Cause.OPEN_ITEM_EXISTS})
    assert dossier.id is not None
    if waiting_labels(session, [dossier.id], Leg.RESULT):
        raise Refusal(cause=Cause.EARLY_LABEL_WAITS, fields={"with_result": Cause.EARLY_LABEL_WAITS})


def hold_early_codes(session: Session, number: str) -> None:
    """Both codes of the label at once and in one order for all: who scans one meanwhile waits, and finds the item."""
    told = parse_s10(number)
    early = early_label_of_code(session, told.text) if told else None
    if early is not None:
        lock_chains(session, sorted([f"code:{early.number}", f"code:{early.token}"]))


def settle_early_labels(session: Session, item: Item, dossier_ids: Sequence[int], by: Desk) -> int | None:
    """The label that became the item's first copy, if one did; every other that waited for it is void.

    Raises Refusal number_reserved: the number stands on a label of another dossier or leg, or on a void one.
    """
    assert item.id is not None
    waiting = waiting_labels(session, dossier_ids, Leg(item.leg))
    used = next((one for one in waiting if one.number == item.number), None)
    if used is None and early_label_of_code(session, item.number) is not None:
        raise Refusal(cause=Cause.NUMBER_RESERVED, fields={"number": Cause.NUMBER_RESERVED})
    void_waiting(session, [one.label_id for one in waiting if one is not used], by)
    if used is None:
        return None
    label = session.scalars(select(Label).where(col(Label.id) == used.label_id)).one()
    label.item_id = item.id
    session.flush()
    append(session, printed(item.number, FIRST, item.id, by))
    adopt_waiting(session, used.token, item.id, by)
    return used.label_id
