"""Looking behind the mask: only for a reason, and only after it is written down who looked."""

from collections.abc import Callable
from enum import StrEnum

from flask import request
from sqlmodel import Session

from tracker.actions.audit import Deed, note_audit
from tracker.domain.actor import Actor
from tracker.domain.vocabulary import Role
from tracker.store.engine import transaction
from tracker.store.queries.item_page import WholePerson
from tracker.web.access import actor
from tracker.web.house import house
from tracker.web.language import gettext

ACTION = "personal data shown"
# Who may take a dossier's images out of the house, all at once.
PACK_TAKERS = (Role.SUPERVISOR, Role.AUDITOR)


class RevealReason(StrEnum):
    """Fixed words: a free text would put personal data into the book of who saw what."""

    CALLER_ASKS = "caller_asks"
    CHECK_ADDRESS = "check_address"
    CALL_PERSON = "call_person"
    COMPLAINT = "complaint"
    INSPECTION = "inspection"


def reveal(subject: str, find: Callable[[Session, Actor], WholePerson | None]) -> tuple[WholePerson | None, str]:
    """The person and no error, or nobody and the sentence why. `subject` is a kind and a number."""
    reason = request.form.get("reveal_reason", "")
    if reason not in set(RevealReason):
        return None, gettext("refusal.reason_missing")
    with transaction(house().engine) as session:
        person = find(session, actor())
        if person is not None:
            note_audit(session, Deed(ACTION, subject, reason), at=house().clock(), actor=actor().name)
    return person, ""
