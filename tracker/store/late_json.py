"""What a story said, as the book of late evidence keeps it: codes only."""

import json
from datetime import datetime

from tracker.domain.events import Custodian
from tracker.domain.late_evidence import StoryFacts
from tracker.domain.vocabulary import Direction, Party, Status


def facts_to_json(facts: StoryFacts) -> str:
    told = {
        "status": facts.status,
        "custodian": {"kind": facts.custodian.kind, "ref": facts.custodian.ref},
        "direction": facts.direction,
        "attempts": facts.attempts,
        "legal_time": facts.legal_time.isoformat() if facts.legal_time else None,
    }
    return json.dumps(told, separators=(",", ":"))


def facts_from_json(text: str) -> StoryFacts:
    told = json.loads(text)
    return StoryFacts(
        Status(told["status"]),
        Custodian(Party(told["custodian"]["kind"]), told["custodian"]["ref"]),
        Direction(told["direction"]),
        told["attempts"],
        datetime.fromisoformat(told["legal_time"]) if told["legal_time"] else None,
    )
