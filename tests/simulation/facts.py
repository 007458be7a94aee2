"""What a story adds up to at an instant, by the simulator's own reading of the life cycle."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from tests.simulation.story import CLAIM, ENROL, PRINT, RESULT, SUBMISSION, VOIDING, WORD, Act, Story, due_on

FINAL = frozenset({"delivered", "returned", "cancelled"})
# Status after a scan that was taken in; what is not named leaves the status as it was.
_LEADS_TO: Mapping[str, str] = MappingProxyType(
    {
        "accepted": "at_office",
        "collected": "collected",
        "bagged": "bagged",
        "unbagged": "at_office",
        "departed": "in_transit",
        "arrived": "at_office",
        "given_to_courier": "with_courier",
        "back_at_office": "at_office",
        "held": "held",
        "damaged": "damaged",
        "repacked": "at_office",
        "missing": "missing",
        "found": "at_office",
        "cancelled": "cancelled",
        "return_started": "at_office",
    }
)
_ACCEPTING = frozenset({"accepted", "collected"})
_ENDING = frozenset({"handed_out", "delivered"})
_TURNING = frozenset({"refused", "return_started", "recalled"})
_TO_A_COURIER = frozenset({"given_to_courier", "collected"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A give nobody has answered."""

    act: Act
    since_at: datetime
    is_departure: bool

    @property
    def handover(self) -> str:
        return str(self.act.told.get("handover") or self.act.id)


@dataclass(slots=True, kw_only=True)
class ItemFacts:
    place: int
    leg: str
    registered_at: datetime
    due_on: date
    fee_due: int = 0
    is_resent: bool = False
    status: str = "registered"
    is_returning: bool = False
    courier: str | None = None
    offer: Offer | None = None
    last_at: datetime
    accepted_at: datetime | None = None
    failed_at: datetime | None = None
    final_at: datetime | None = None
    handed: Act | None = None

    @property
    def is_open(self) -> bool:
        return self.status not in FINAL

    def take(self, act: Act) -> None:
        self.last_at = act.true_at
        if act.told.get("is_lost_on"):
            return
        if act.told.get("hand") == "give" or act.what == "departed":
            self.status = "in_transit" if act.what == "departed" else self.status
            self.offer = Offer(act, act.true_at, act.what == "departed")
            return
        self._move(act)

    def _move(self, act: Act) -> None:
        self.status = _LEADS_TO.get(act.what, self.status)
        if act.what in _ENDING:
            self._end(act)
        if act.what in _TURNING:
            self.is_returning = True
        if act.what in _ACCEPTING and self.accepted_at is None:
            self.accepted_at = act.true_at
        if act.what == "attempt_failed" and self.failed_at is None:
            self.failed_at = act.true_at
        if act.what in _LEADS_TO and act.what not in {"missing", "damaged", "cancelled"}:
            self.courier = act.who if act.what in _TO_A_COURIER else None
        if act.what in _LEADS_TO and act.what != "missing":
            self.offer = None
        if act.what == "cancelled":
            self.final_at = act.true_at

    def _end(self, act: Act) -> None:
        receiver = act.told["receiver"]
        is_back = receiver == ("agency" if self.leg == RESULT else "sender")
        self.status = "returned" if is_back else "delivered"
        self.final_at, self.handed, self.courier, self.offer = act.true_at, act, None, None


@dataclass(slots=True)
class OrderFacts:
    """What the post said of one order, oldest first. `item` None: nobody has registered an envelope for it."""

    words: Sequence[Act]
    item: ItemFacts | None

    @property
    def name(self) -> object:
        return self.words[0].told["order"]

    @property
    def leg(self) -> str:
        return self.item.leg if self.item else SUBMISSION

    @property
    def status(self) -> object:
        """The newest that was told."""
        return next((word.told["status"] for word in reversed(self.words) if word.told["status"]), None)


@dataclass(slots=True)
class Facts:
    """`enrolled_at` None: nobody has entered the dossier."""

    story: Story
    enrolled_at: datetime | None
    items: list[ItemFacts] = field(default_factory=list)
    claims: list[Act] = field(default_factory=list)
    words: list[Act] = field(default_factory=list)

    def on_leg(self, leg: str) -> list[ItemFacts]:
        return [item for item in self.items if item.leg == leg and item.status != "cancelled"]

    @property
    def orders(self) -> list[OrderFacts]:
        """First told of first. One that names no item is for the newest envelope the citizen sends."""
        told: dict[object, list[Act]] = {}
        for word in self.words:
            told.setdefault(word.told["order"], []).append(word)
        sent = self.on_leg(SUBMISSION)
        newest = sent[-1] if sent else None
        return [
            OrderFacts(words, self.items[name] if isinstance(name, int) else newest) for name, words in told.items()
        ]

    @property
    def status(self) -> int | None:
        return int(str(self.claims[-1].told["status"])) if self.claims else None

    def within(self, statuses: Collection[object]) -> datetime | None:
        """Since when the one-stop system says one of these; None when it says something else."""
        since: datetime | None = None
        for claim in reversed(self.claims):
            if claim.told["status"] not in statuses:
                break
            since = claim.true_at
        return since


def facts_of(story: Story, known: Iterable[Act]) -> Facts:
    """`known` are the acts that the product has heard of."""
    acts = sorted(known, key=lambda act: (act.true_at, act.at))
    void = {id(act.told["target"]) for act in acts if act.what == VOIDING}
    facts = Facts(story, story.begins_at if story.is_enrolled else None)
    for act in acts:
        if act.what == CLAIM:
            facts.claims.append(act)
        elif act.what == WORD:
            facts.words.append(act)
        elif act.what == ENROL:
            facts.enrolled_at = act.true_at
        elif act.what == "registered":
            facts.items.append(_registered(act))
        elif act.what == VOIDING:
            facts.items[act.item].last_at = act.true_at
        elif act.what != PRINT and id(act) not in void and not act.told.get("is_elsewhere"):
            facts.items[act.item].take(act)
    return facts


def _registered(act: Act) -> ItemFacts:
    return ItemFacts(
        place=act.item,
        leg=str(act.told["leg"]),
        registered_at=act.true_at,
        due_on=due_on(act.true_at, afar=bool(act.told.get("afar"))),
        fee_due=int(str(act.told.get("fee", 0))),
        is_resent=bool(act.told.get("resend")),
        last_at=act.true_at,
    )
