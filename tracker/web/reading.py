"""What a code that was read turned out to be, before anything is recorded."""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from tracker.actions.codes import LabelRead, Target, resolve_code
from tracker.config import Config
from tracker.domain.actor import Actor
from tracker.domain.handover import far_end_is_citizen
from tracker.domain.identifiers import CodeKind, read_code
from tracker.domain.lifecycle import kind_of, next_events
from tracker.domain.roles import may_make
from tracker.domain.vocabulary import EventType, Kind, LabelState, Role
from tracker.store.models import Office
from tracker.store.queries.early_labels import EarlyCopy, dossier_of_early, early_label_of_code
from tracker.store.queries.scanning import ScannedItem, scanned_item
from tracker.web.formats import moment
from tracker.web.language import gettext

_E = EventType
POSTING = frozenset({Role.CLERK, Role.POSTCLERK, Role.SUPERVISOR})
MISHAPS = frozenset({_E.DAMAGED, _E.MISSING, _E.REFUSED})


class Found(StrEnum):
    """What stands behind a code; all but the first four stop the scan."""

    ITEM = "item"
    OLD_LABEL = "old_label"
    UNKNOWN = "unknown"
    EARLY = "early"
    BAG = "bag"
    VOID_LABEL = "void_label"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Reading:
    """`choices` are the scans this person may make here, the likeliest first.

    `early` is a label printed before its envelope, `dossier` the one it waits for, where the reader may post it.
    """

    found: Found
    code: str
    item: ScannedItem | None = None
    label: LabelRead | None = None
    choices: tuple[EventType, ...] = ()
    early: EarlyCopy | None = None
    dossier: str | None = None

    @property
    def likely(self) -> EventType | None:
        """What the person most probably came for; damage or loss is never proposed."""
        return self.choices[0] if self.choices and self.choices[0] not in MISHAPS else None

    @property
    def shown(self) -> str:
        if self.item:
            return self.item.number
        return self.early.number if self.early else self.code


def early_words(found: Reading) -> str:
    """That its envelope is still to be registered; empty for any other code."""
    early = found.early if found.found is Found.EARLY else None
    return gettext("scan.early.why", moment=moment(early.printed_at)) if early else ""


def unknown_words(found: Reading) -> str:
    """Of a code without an item: why it has none."""
    return early_words(found) or gettext("scan.unknown_number")


def old_label_words(found: Reading) -> str:
    """Which copy it is and since when there is a newer one; empty for the label in use."""
    label = found.label
    if found.found is not Found.OLD_LABEL or label is None:
        return ""
    which = {"copy": label.copy_number, "copies": label.copies}
    if label.superseded_at is None:
        return gettext("scan.old_label_plain", **which)
    return gettext("scan.old_label", **which, moment=moment(label.superseded_at))


# The everyday work of each role, in the order in which it is likelier than what stands behind it.
LIKELY: dict[Role, tuple[EventType, ...]] = {
    Role.CLERK: (_E.ACCEPTED,),
    Role.POSTCLERK: (_E.ARRIVED, _E.ACCEPTED, _E.BACK_AT_OFFICE, _E.GIVEN_TO_COURIER, _E.HANDED_OUT, _E.DEPARTED),
    Role.OFFICER: (_E.DELIVERED, _E.HANDED_OUT, _E.COLLECTED, _E.ACCEPTED),
    Role.COURIER: (_E.COLLECTED, _E.DELIVERED, _E.GIVEN_TO_COURIER),
    Role.DRIVER: (_E.LOADED, _E.ARRIVED, _E.DELIVERED),
}
# Bags have screens of their own; an item's unbagging names what was missing in the bag.
ELSEWHERE = frozenset({_E.BAGGED, _E.UNBAGGED, _E.CORRECTED})
OF_UNKNOWN_ITEMS = (_E.ARRIVED, _E.COLLECTED, _E.GIVEN_TO_COURIER, _E.DELIVERED)
OF_BAGS = (_E.DEPARTED, _E.LOADED, _E.ARRIVED)


def read(session: Session, code: str, actor: Actor, config: Config) -> Reading:
    target = resolve_code(session, code, config.public.base_url)
    if target is None:
        return _strange(code, config)
    if target.bag is not None:
        return Reading(Found.BAG, target.bag, choices=_allowed(OF_BAGS, actor))
    if target.item_id is None:
        return _without_item(session, target, actor)
    item = scanned_item(session, target.item_id, actor)
    state = target.label.state if target.label else LabelState.CURRENT
    if state is LabelState.VOID:
        return Reading(Found.VOID_LABEL, code, item, target.label)
    found = Found.OLD_LABEL if state is LabelState.SUPERSEDED else Found.ITEM
    return Reading(found, code, item, target.label, scans_now(session, item, actor))


def _without_item(session: Session, target: Target, actor: Actor) -> Reading:
    """A code nobody knows, or a label whose envelope is still to be registered."""
    early = early_label_of_code(session, target.code)
    choices = _allowed(OF_UNKNOWN_ITEMS, actor)
    if early is None:
        return Reading(Found.UNKNOWN, target.code, choices=choices)
    if early.is_void:
        return Reading(Found.VOID_LABEL, target.code, label=target.label, early=early)
    dossier = dossier_of_early(session, actor, early) if actor.role in POSTING else None
    return Reading(Found.EARLY, target.code, choices=choices, early=early, dossier=dossier)


def _strange(code: str, config: Config) -> Reading:
    """Of a foreign label the host is shown; an unreadable text is shown to nobody, it may be personal."""
    known = read_code(code, config.public.base_url)
    if known.kind is CodeKind.FOREIGN:
        return Reading(Found.FOREIGN, known.value)
    return Reading(Found.UNREADABLE, "")


def scans_now(session: Session, item: ScannedItem, actor: Actor) -> tuple[EventType, ...]:
    """The likeliest first."""
    point = session.get_one(Office, actor.office_id).service_point
    scans = [
        event
        for event in next_events(item.standing, actor.role, at_service_point=point)
        if kind_of(event, actor.role) is Kind.SCAN and event not in ELSEWHERE and not _is_for_others(event, item, actor)
    ]
    likely = LIKELY.get(actor.role, ())
    order = {event: at for at, event in enumerate(likely)}
    return tuple(sorted(scans, key=lambda event: order.get(event, len(likely))))


def _is_for_others(event: EventType, item: ScannedItem, actor: Actor) -> bool:
    """An officer signs for what comes into an office, never for what a citizen receives."""
    ends = event in {EventType.DELIVERED, EventType.HANDED_OUT}
    return actor.role is Role.OFFICER and ends and far_end_is_citizen(item.leg, item.standing.direction, None)


def _allowed(events: tuple[EventType, ...], actor: Actor) -> tuple[EventType, ...]:
    return tuple(event for event in events if may_make(actor.role, event))
