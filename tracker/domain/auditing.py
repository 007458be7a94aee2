"""What an examination of the books looks for, beyond what the database refuses by itself."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from tracker.domain.chain import instant
from tracker.domain.citizen import citizen_state
from tracker.domain.discrepancies import discrepancy_of
from tracker.domain.events import Event, Folded, Standing
from tracker.domain.roles import ROLE_MATRIX
from tracker.domain.vocabulary import Anomaly, EventType, Role, Status

# Of custody's thirty invariants, those that the stored rows alone can show.
CHECKED: Mapping[str, str] = MappingProxyType(
    {
        "I2": "the columns of an event agree with its chained bytes",
        "I3": "a chain is a path without a gap",
        "I4": "an item has the one custodian that its events tell",
        "I6": "a stored standing is what the events add up to",
        "I7": "an anomaly, a late one after a final status too, has its discrepancy",
        "I8": "every hash follows from the stored bytes, and the roots hold",
        "I9": "an open dossier and leg is taken once, by an open item",
        "I10": "what is delivered was accepted or collected, or is flagged",
        "I11": "the legal submission time is what the events tell",
        "I12": "an attempt has reason and action, or is flagged",
        "I16": "an item is in the bag that its events and the bag's tell",
        "I18": "a signed count names every envelope it counted, and each difference has its discrepancy",
        "I19": "an item has at most one label that counts",
        "I20": "a due date of an open item is a working day",
        "I22": "a device's counters have no gap, or it is told",
        "I23": "the citizen's state is that of the standing",
        "I24": "no event lies outside the role matrix",
        "I27": "lost and unclaimed have two different approvers",
        "I29": "a discrepancy has cause, owner and age; a closed one a reason",
        "I30": "every item has a status that the board counts",
    }
)
_TAKEN_IN = frozenset({EventType.ACCEPTED, EventType.COLLECTED})
_EXCUSED = frozenset({Anomaly.MISSED_SCAN, Anomaly.DETAILS_MISSING})
_APPROVED = frozenset({EventType.DECLARED_LOST, EventType.UNCLAIMED})


class Fault(NamedTuple):
    """`check` is a key of CHECKED; `chain`, `seq` and `event` name the event where there is one."""

    check: str
    cause: str
    chain: str | None = None
    seq: int | None = None
    event: str | None = None
    subject: str = ""

    def words(self) -> str:
        where = [] if self.chain is None else [f"{self.chain} seq {self.seq} event {self.event or 'absent'}"]
        return f"{self.check} {self.cause}: {', '.join([*where, *([self.subject] if self.subject else [])])}"


class ChainWalk:
    """Takes the events of all chains one after the other, each chain from its first; tells each chain's first fault."""

    def __init__(self) -> None:
        self.chains = 0
        self.events = 0
        self.is_broken = False
        self.seq = 0
        """The place in the chain that was last looked at: where a fault is, an event may be missing there."""
        self._chain = ""
        self._previous = bytes(32)

    def take(self, chain: str, seq: int, chained: str, digest: str) -> str | None:
        """The cause, or None; once a chain is broken the rest of it proves nothing."""
        if chain != self._chain:
            self._chain, self.seq, self._previous, self.is_broken = chain, 0, bytes(32), False
            self.chains += 1
        self.events += 1
        if self.is_broken:
            return None
        self.seq += 1
        if seq != self.seq:
            self.is_broken = True
            return "gap"
        reached = sha256(self._previous + chained.encode())
        if reached.hexdigest() != digest:
            self.is_broken = True
            return "hash"
        self._previous = reached.digest()
        return None


class Columns(NamedTuple):
    """One event as stored. A tuple: over a whole table a row's own look-up by name would be most of the cost."""

    event_id: UUID
    chain: str
    seq: int
    item_id: int | None
    type: str
    occurred_at: datetime
    effective_at: datetime
    recorded_at: datetime
    device: str
    device_counter: int | None
    actor: str
    actor_role: str
    hand: str | None
    second_person: str | None
    stands_for: str | None
    stands_for_role: str | None
    office_code: str | None
    bag: str | None
    told: str
    chained: str
    hash: str


def disagreement(columns: Columns, body: Mapping[str, object]) -> str | None:
    """The first column that says something else than the chained bytes."""
    told = body.get
    if str(columns.event_id) != told("id"):
        return "event_id"
    if columns.chain != told("chain") or columns.seq != told("seq"):
        return "place"
    if columns.chain.startswith("item:") != (columns.item_id is not None) or not _is_own_item(columns):
        return "item_id"
    if columns.type != told("type"):
        return "type"
    if columns.actor != told("actor") or columns.actor_role != told("actor_role"):
        return "actor"
    if columns.device != told("device") or columns.device_counter != told("device_counter"):
        return "device"
    if columns.hand != told("hand"):
        return "hand"
    if columns.bag is not None and columns.bag != _details(body).get("bag"):
        return "bag"
    return _instant_that_differs(columns, body)


def _is_own_item(columns: Columns) -> bool:
    return columns.item_id is None or columns.chain == f"item:{columns.item_id}"


def _details(body: Mapping[str, object]) -> Mapping[str, object]:
    details = body.get("details")
    return details if isinstance(details, dict) else {}


def _instant_that_differs(columns: Columns, body: Mapping[str, object]) -> str | None:
    if _differs(columns.recorded_at, body.get("recorded_at")):
        return "recorded_at"
    if _differs(columns.effective_at, body.get("effective_at")):
        return "effective_at"
    return "occurred_at" if _differs(columns.occurred_at, body.get("occurred_at")) else None


def _differs(stored: datetime, told: object) -> bool:
    """The chained bytes hold milliseconds; reading one instant costs a fraction of writing the other."""
    try:
        return not isinstance(told, str) or (stored != datetime.fromisoformat(told) and instant(stored) != told)
    except ValueError:
        return True


def event_fault(event: Event, made_by: str, role: Role) -> tuple[str, str] | None:
    """Check and cause. Who made it, and by which role, is not who it is told of when a supervisor enters it."""
    if event.type not in ROLE_MATRIX[role]:
        return "I24", f"{role}_made_{event.type}"
    if event.type in _APPROVED and event.details.approver in {None, event.actor, made_by}:
        return "I27", "one_approver"
    return None


def story_faults(events: Collection[Event], folded: Folded) -> Iterator[tuple[str, str, Event | None]]:
    """Check, cause and event, of one item."""
    standing = folded.standing
    kinds = {event.type for event in events}
    if standing.status is Status.DELIVERED and not kinds & _TAKEN_IN and not _EXCUSED & set(standing.anomalies):
        yield "I10", "delivered_but_never_taken_in", None
    for event in events:
        if event.type is not EventType.ATTEMPT_FAILED or event.id in folded.void:
            continue
        is_flagged = Anomaly.DETAILS_MISSING in folded.borne.get(event.id, frozenset())
        if (event.reason is None or event.details.action is None) and not is_flagged:
            yield "I12", "attempt_without_reason_or_action", event


def columns_of(standing: Standing) -> dict[str, object]:
    """What an item's row must hold, by column, with the invariant each of them shows."""
    return {
        "custodian_kind": standing.custodian.kind,
        "custodian_ref": standing.custodian.ref,
        "legal_submission_at": standing.legal_submission_at,
        "citizen_state": citizen_state(standing),
        "status": standing.status,
        "direction": standing.direction,
        "office_code": standing.office,
        "attempts": standing.attempts,
        "invitations": standing.invitations,
        "pending_since": standing.pending.since if standing.pending else None,
        "last_event_at": standing.last_event_at,
        "final_at": standing.final_at,
        "is_final": standing.status.is_final,
    }


CHECK_OF_COLUMN: Mapping[str, str] = MappingProxyType(
    {
        "custodian_kind": "I4",
        "custodian_ref": "I4",
        "legal_submission_at": "I11",
        "citizen_state": "I23",
    }
)
"""Every other column shows I6."""


def untold_anomalies(standing: Standing, known: frozenset[str]) -> list[str]:
    """Anomalies of an item without a discrepancy of their kind, open or closed."""
    asked = (discrepancy_of(anomaly) for anomaly in standing.anomalies)
    return [code for code in asked if code is not None and code not in known]
