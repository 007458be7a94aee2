"""The standing as the item row keeps it."""

import json
from datetime import datetime
from uuid import UUID

from tracker.domain.events import Custodian, PendingClaim, Standing
from tracker.domain.vocabulary import Anomaly, Direction, Leg, Party, Status


def standing_to_json(standing: Standing) -> str:
    pending = standing.pending
    return json.dumps(
        {
            "status": standing.status,
            "direction": standing.direction,
            "leg": standing.leg,
            "custodian": {"kind": standing.custodian.kind, "ref": standing.custodian.ref},
            "office": standing.office,
            "bound_for": standing.bound_for,
            "attempts": standing.attempts,
            "attempt_open": standing.attempt_open,
            "invitations": standing.invitations,
            "verifying": standing.verifying,
            "pending": pending and _pending_to_json(pending),
            "last_event_at": _text(standing.last_event_at),
            "final_at": _text(standing.final_at),
            "legal_submission_at": _text(standing.legal_submission_at),
            "anomalies": list(standing.anomalies),
            "bag": standing.bag,
        },
        separators=(",", ":"),
    )


def standing_from_json(text: str) -> Standing:
    row = json.loads(text)
    if not row:
        return Standing()
    pending = row["pending"]
    return Standing(
        status=Status(row["status"]),
        direction=Direction(row["direction"]),
        leg=Leg(row["leg"]) if row["leg"] else None,
        custodian=Custodian(Party(row["custodian"]["kind"]), row["custodian"]["ref"]),
        office=row["office"],
        bound_for=row["bound_for"],
        attempts=row["attempts"],
        attempt_open=row["attempt_open"],
        invitations=row["invitations"],
        verifying=row["verifying"],
        pending=_pending_from_json(pending) if pending else None,
        last_event_at=_instant(row["last_event_at"]),
        final_at=_instant(row["final_at"]),
        legal_submission_at=_instant(row["legal_submission_at"]),
        anomalies=tuple(Anomaly(code) for code in row["anomalies"]),
        bag=row["bag"],
    )


def _pending_to_json(pending: PendingClaim) -> dict[str, str | None]:
    return {
        "to": pending.to,
        "to_ref": pending.to_ref,
        "since": pending.since.isoformat(),
        "handover": str(pending.handover) if pending.handover else None,
        "event": str(pending.event),
    }


def _pending_from_json(row: dict[str, str]) -> PendingClaim:
    return PendingClaim(
        to=Party(row["to"]),
        to_ref=row["to_ref"],
        since=datetime.fromisoformat(row["since"]),
        handover=UUID(row["handover"]) if row["handover"] else None,
        event=UUID(row["event"]),
    )


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
