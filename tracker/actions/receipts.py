"""What became of each event that was sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from tracker.domain.chain import instant
from tracker.domain.citizen import citizen_state
from tracker.domain.events import Standing
from tracker.domain.vocabulary import EventType, Outcome
from tracker.store.queries.parties import PartyRef, names_of_parties


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """`head` is the item's newest event, the next event's `prev`; `fields` names what a malformed event got wrong."""

    id: str | None
    outcome: Outcome
    item: str | None = None
    bag: str | None = None
    items: tuple[str, ...] | None = None
    seq: int | None = None
    hash: str | None = None
    head: UUID | None = None
    standing: Mapping[str, object] | None = None
    next: tuple[EventType, ...] = ()
    cause: str | None = None
    fields: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, object]:
        told: dict[str, object | None] = {
            "id": self.id,
            "outcome": self.outcome,
            "item": self.item,
            "seq": self.seq,
            "hash": self.hash,
            "head": str(self.head) if self.head else None,
            "standing": self.standing,
            "next": list(self.next),
        }
        optional = {
            "bag": self.bag,
            "items": list(self.items) if self.items is not None else None,
            "cause": self.cause,
            "fields": self.fields,
        }
        return told | {key: value for key, value in optional.items() if value is not None}


def standing_as_told(session: Session, standing: Standing) -> dict[str, object]:
    return tell_standing(standing, names_of_parties(session, parties_of(standing)))


def parties_of(standing: Standing) -> set[PartyRef]:
    """Whose names are needed to tell it."""
    parties = {(standing.custodian.kind, standing.custodian.ref)}
    if standing.pending:
        parties.add((standing.pending.to, standing.pending.to_ref))
    return parties


def tell_standing(standing: Standing, names: Mapping[PartyRef, str]) -> dict[str, object]:
    custodian, pending = standing.custodian, standing.pending
    return {
        "status": standing.status,
        "direction": standing.direction,
        "leg": standing.leg,
        "custodian": {"kind": custodian.kind, "name": names[custodian.kind, custodian.ref]},
        "office": standing.office,
        "attempts": standing.attempts,
        "attempt_open": standing.attempt_open,
        "invitations": standing.invitations,
        "verifying": standing.verifying,
        "citizen_state": citizen_state(standing),
        "pending": pending
        and {
            "to": {"kind": pending.to, "name": names[pending.to, pending.to_ref]},
            "since": instant(pending.since),
            "handover": str(pending.handover) if pending.handover else None,
        },
        "last_event_at": instant(standing.last_event_at) if standing.last_event_at else None,
        "legal_submission_at": instant(standing.legal_submission_at) if standing.legal_submission_at else None,
        "anomalies": list(standing.anomalies),
    }
