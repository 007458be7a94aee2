"""What a filled-in form has told so far, field by field, before it becomes an event."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.actions.people import PersonGiven

LONGEST_TEXT = 60


@dataclass
class Answers:
    """Filled while the fields are read; `errors` maps a field's id to its sentence.

    `event` are fields of the event itself that a form tells besides the usual ones, `addressee` whom the item
    goes to from now on.
    """

    details: dict[str, object] = field(default_factory=dict)
    counterparty: dict[str, object] = field(default_factory=dict)
    event: dict[str, object] = field(default_factory=dict)
    reason: str | None = None
    signature: bytes | None = None
    addressee: PersonGiven | None = None
    errors: dict[str, str] = field(default_factory=dict)


def text_of(given: Mapping[str, str], name: str) -> str:
    return given.get(name, "").strip()[:LONGEST_TEXT]
