"""Stock counts: what the record says lies at a place against what was scanned there, and who may sign for it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from uuid import UUID

from tracker.domain.events import Standing
from tracker.domain.lifecycle import fits, row_of
from tracker.domain.lifecycle_table import LIFECYCLE
from tracker.domain.roles import OFFICE_ROLES
from tracker.domain.vocabulary import EventType, Party, Role, Status

Place = tuple[Party, str | None]
"""Who answers for an item: a kind of party, and an office's code or a person's sign-in name."""


class CountKind(StrEnum):
    CLOSING = "closing"
    OPENING = "opening"


class CountState(StrEnum):
    OPEN = "open"
    SIGNED = "signed"


class StockOutcome(StrEnum):
    """`away`: the place answers for it, and it has left with the post; `taken_in`: opening stock that was recorded."""

    FOUND = "found"
    MISSING = "missing"
    SURPLUS = "surplus"
    AWAY = "away"
    TAKEN_IN = "taken_in"


DIFFERENCES = frozenset({StockOutcome.MISSING, StockOutcome.SURPLUS})
# A truck has it, and the office answers for it until somebody takes it: nobody can scan it here.
AWAY_IN = frozenset({Status.IN_TRANSIT})


@dataclass(frozen=True, slots=True)
class Reading:
    """One code as it was scanned: who held it by the record then, and who holds it now. None: nobody knew the code."""

    code: str
    then: Place | None
    now: Place | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Codes. by record = found ∪ missing ∪ away; `moved_on` were scanned, and by the record have left since.

    `taken_in` is what the signing of an opening made stock: until then it is surplus.
    """

    found: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    moved_on: tuple[str, ...] = ()
    taken_in: tuple[str, ...] = ()

    @property
    def expected(self) -> int:
        return len(self.found) + len(self.missing)

    @property
    def counts(self) -> tuple[int, int, int]:
        return len(self.found), len(self.missing), len(self.surplus)

    @property
    def is_clean(self) -> bool:
        return not self.missing and not self.surplus

    @property
    def stamp(self) -> str:
        """The three counts, and which envelopes they stand for: one that left for one that came is another truth."""
        named = "|".join(",".join(sorted(codes)) for codes in (self.found, self.missing, self.surplus))
        return "-".join([*map(str, self.counts), sha256(named.encode()).hexdigest()[:8]])


def compare(here: Place, by_record: Mapping[str, Status], readings: Iterable[Reading]) -> Compared:
    """`by_record` holds the open items this place answers for, by code, each with its status."""
    found: dict[str, None] = {}
    surplus: dict[str, None] = {}
    moved_on: dict[str, None] = {}
    for reading in readings:
        if reading.code in by_record or reading.now == here:
            found[reading.code] = None
        elif reading.then is None or reading.then == reading.now:
            surplus[reading.code] = None
        else:
            moved_on[reading.code] = None
    rest = {code: status for code, status in by_record.items() if code not in found}
    away = tuple(code for code, status in rest.items() if status in AWAY_IN)
    missing = tuple(code for code, status in rest.items() if status not in AWAY_IN)
    return Compared(tuple(found), missing, tuple(surplus), away, tuple(moved_on))


def may_sign(now: Compared, stamp: str) -> bool:
    """Nobody signs for a stock that changed behind the button."""
    return stamp == now.stamp


def may_count(role: Role, place: Party) -> bool:
    """Of the own office, or the courier's own bag; a post office's clerk counts the bag together with the courier."""
    if place is Party.OFFICE:
        return role in OFFICE_ROLES
    return place is Party.COURIER and role in {Role.COURIER, Role.POSTCLERK}


def may_take_over(place: Party, signer: Role, other: Role) -> bool:
    """The second signature: a colleague of the office; of a courier's bag one is the courier, the other the clerk."""
    if place is Party.OFFICE:
        return other in OFFICE_ROLES
    return {signer, other} == {Role.COURIER, Role.POSTCLERK}


_TAKEN_AT: Mapping[tuple[Party, Role], tuple[EventType, ...]] = MappingProxyType(
    {
        (Party.OFFICE, Role.POSTCLERK): (EventType.ARRIVED, EventType.BACK_AT_OFFICE),
        (Party.COURIER, Role.COURIER): (EventType.GIVEN_TO_COURIER,),
        (Party.COURIER, Role.POSTCLERK): (EventType.GIVEN_TO_COURIER,),
    }
)


def presence_of(place: Party, role: Role, standing: Standing) -> EventType | None:
    """The scan that says: it is here. The first that the life cycle expects, else the first; None: not for this role.

    An officer's receipt is a delivery with a recount and makes the legal time: no count may stand for it.
    """
    scans = _TAKEN_AT.get((place, role), ())
    usual = (scan for scan in scans if fits(row_of(scan), standing.status, standing.direction))
    return next(usual, scans[0] if scans else None)


# Who makes one of these has the envelope in hand.
SHOWS_IT = frozenset(kind for kind, row in LIFECYCLE.items() if row.presence) | {EventType.BAGGED}


@dataclass(frozen=True, slots=True)
class Noted:
    """What one signed count says of one item."""

    count: UUID
    place: Place
    signed_at: datetime
    outcome: StockOutcome
    record: Place | None


@dataclass(frozen=True, slots=True)
class Since:
    """What is known of the item beside the counts. `last_signed` is each place's last count, this item in it or not."""

    holder: Place
    is_final: bool
    seen_at: Collection[datetime]
    last_signed: Mapping[Place, UUID]


def differences_left(noted: Sequence[Noted], since: Since) -> tuple[Noted, ...]:
    """Those on which count and record still disagree.

    They agree when the item was scanned later, when a later count found it or no longer names it, when what was
    missing is by the record no longer there, or when the item came to its end.
    """
    if since.is_final:
        return ()
    return tuple(one for one in noted if one.outcome in DIFFERENCES and not _is_settled(one, noted, since))


def _is_settled(one: Noted, noted: Sequence[Noted], since: Since) -> bool:
    if since.last_signed.get(one.place, one.count) != one.count:
        return True
    if one.outcome is StockOutcome.MISSING and since.holder != one.place:
        return True
    if any(at > one.signed_at for at in since.seen_at):
        return True
    found = (other.signed_at for other in noted if other.outcome in {StockOutcome.FOUND, StockOutcome.TAKEN_IN})
    return any(at > one.signed_at for at in found)


def moves(held_before: bool, held_after_each: Iterable[bool]) -> tuple[int, int]:
    """How often an item came and left, from whether the place held it before and after each of its events."""
    came, left, held = 0, 0, held_before
    for holds in held_after_each:
        came += holds and not held
        left += held and not holds
        held = holds
    return came, left


@dataclass(frozen=True, slots=True)
class Balance:
    """Opening + came = left + closing, each by item number; who came twice stands twice. `closing` is by the record."""

    opening: tuple[str, ...]
    came: tuple[str, ...]
    left: tuple[str, ...]
    closing: tuple[str, ...]

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Items whose own events do not lead from the opening stock to the closing one."""
        sides: dict[str, int] = {}
        for numbers, sign in ((self.opening, 1), (self.came, 1), (self.left, -1), (self.closing, -1)):
            for number in numbers:
                sides[number] = sides.get(number, 0) + sign
        return tuple(sorted(number for number, rest in sides.items() if rest))
