"""Reasons that screens offer; the words stand in the catalogues as `<kind>.<code>`."""

from collections.abc import Mapping

from tracker.domain.decisions import INVITATIONS_USED_UP
from tracker.domain.vocabulary import EventType
from tracker.domain.withdrawal import LIST_WITHDRAWN
from tracker.web.language import gettext

REFUSAL_REASONS = ("not_wanted", "seal_broken", "wrong_contents", "unpaid", "other")
CANCEL_REASONS = ("sender_asks", "entered_wrongly", "entered_twice")
RETURN_REASONS = ("bad_address", "sender_asks", "refused", INVITATIONS_USED_UP)
CORRECTION_REASONS = ("wrong_item", "wrong_event", "wrong_details", "not_happened")

OFFERED: Mapping[EventType, tuple[str, tuple[str, ...]]] = {
    EventType.REFUSED: ("refusal_reason", REFUSAL_REASONS),
    EventType.CANCELLED: ("cancel_reason", CANCEL_REASONS),
    EventType.RETURN_STARTED: ("return_reason", RETURN_REASONS),
    EventType.CORRECTED: ("correction_reason", CORRECTION_REASONS),
}


def offered_reasons(kind: EventType) -> list[tuple[str, str]]:
    """Pairs of code and words, as a form offers them."""
    prefix, codes = OFFERED[kind]
    return [(code, gettext(f"{prefix}.{code}")) for code in codes]


def reason_words(kind: EventType, reason: str) -> str:
    """Our own words for what screens offer; what came through the API stands as it was written."""
    if (kind, reason) == (EventType.CORRECTED, LIST_WITHDRAWN):
        return gettext("correction_reason.list_withdrawn")
    prefix, codes = OFFERED.get(kind, ("", ()))
    return gettext(f"{prefix}.{reason}") if reason in codes else gettext("story.reason", reason=reason)
