"""Manifests: which handovers have a list, who may stand on which side, and when such a list may close."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from tracker.domain.events import Standing
from tracker.domain.identifiers import TOKEN_ALPHABET, TOKEN_LENGTH, own_path, parse_token
from tracker.domain.lifecycle import fits, row_of
from tracker.domain.vocabulary import EventType, Party, Role

SHORT_CODE_LENGTH = 8
_BITS = 5
_PATH = "g"


class ManifestKind(StrEnum):
    TO_COURIER = "to_courier"
    BACK_AT_OFFICE = "back_at_office"
    OFFICE_TO_POST = "office_to_post"
    POST_TO_OFFICE = "post_to_office"
    BAG = "bag"


class ManifestState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class LineOutcome(StrEnum):
    RECEIVED = "received"
    MISSING = "missing"
    SURPLUS = "surplus"


@dataclass(frozen=True, slots=True)
class HandoverRule:
    """`event` is what every item of the list goes through; `givers` and `receivers` may sign for the two parties.

    `recounts`: the receiver opens or recounts each item, so a PIN at the giver's screen is no receipt.
    """

    event: EventType
    giver: Party
    receiver: Party
    givers: frozenset[Role]
    receivers: frozenset[Role]
    recounts: bool = False


RULES: Mapping[ManifestKind, HandoverRule] = MappingProxyType(
    {
        ManifestKind.TO_COURIER: HandoverRule(
            EventType.GIVEN_TO_COURIER,
            Party.OFFICE,
            Party.COURIER,
            frozenset({Role.POSTCLERK}),
            frozenset({Role.COURIER}),
        ),
        ManifestKind.BACK_AT_OFFICE: HandoverRule(
            EventType.BACK_AT_OFFICE,
            Party.COURIER,
            Party.OFFICE,
            frozenset({Role.COURIER}),
            frozenset({Role.POSTCLERK}),
        ),
        ManifestKind.OFFICE_TO_POST: HandoverRule(
            EventType.COLLECTED, Party.OFFICE, Party.COURIER, frozenset({Role.OFFICER}), frozenset({Role.COURIER})
        ),
        ManifestKind.POST_TO_OFFICE: HandoverRule(
            EventType.DELIVERED,
            Party.COURIER,
            Party.OFFICE,
            frozenset({Role.COURIER}),
            frozenset({Role.OFFICER}),
            recounts=True,
        ),
        ManifestKind.BAG: HandoverRule(
            EventType.ARRIVED, Party.OFFICE, Party.OFFICE, frozenset({Role.POSTCLERK}), frozenset({Role.POSTCLERK})
        ),
    }
)


def kinds_given_by(role: Role) -> tuple[ManifestKind, ...]:
    """Bags have a desk of their own."""
    return tuple(kind for kind, rule in RULES.items() if role in rule.givers and kind is not ManifestKind.BAG)


def kinds_received_by(role: Role) -> tuple[ManifestKind, ...]:
    return tuple(kind for kind, rule in RULES.items() if role in rule.receivers and kind is not ManifestKind.BAG)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line as both sides see it: `is_expected` by the giver's list, `is_read` by the receiver's scan."""

    code: str
    is_expected: bool
    is_read: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Codes, in the order of the list."""

    received: tuple[str, ...]
    missing: tuple[str, ...]
    surplus: tuple[str, ...]

    @property
    def expected(self) -> int:
        return len(self.received) + len(self.missing)

    @property
    def counts(self) -> tuple[int, int, int]:
        return len(self.received), len(self.missing), len(self.surplus)

    @property
    def is_clean(self) -> bool:
        return not self.missing and not self.surplus


def outcome_of(line: Listed) -> LineOutcome:
    if not line.is_expected:
        return LineOutcome.SURPLUS
    return LineOutcome.RECEIVED if line.is_read else LineOutcome.MISSING


def tally(lines: Iterable[Listed]) -> Tally:
    """Every line falls to exactly one of the three: given = received ∪ missing, and the surplus stands by itself."""
    found: dict[LineOutcome, list[str]] = {outcome: [] for outcome in LineOutcome}
    for line in lines:
        found[outcome_of(line)].append(line.code)
    return Tally(
        tuple(found[LineOutcome.RECEIVED]), tuple(found[LineOutcome.MISSING]), tuple(found[LineOutcome.SURPLUS])
    )


def may_close(now: Tally, signed: Sequence[int]) -> bool:
    """Nobody signs for a list that changed behind the button: the counts shown above it are those that stand there."""
    return tuple(signed) == now.counts


def is_usual(kind: ManifestKind, standing: Standing, giver: tuple[Party, str]) -> bool:
    """Whether the record expects this item in this list: the giver holds it, and the life cycle lets it go."""
    row = row_of(RULES[kind].event)
    held = standing.custodian
    return fits(row, standing.status, standing.direction) and _holds(kind, (held.kind, held.ref), giver)


def _holds(kind: ManifestKind, holder: tuple[Party, str | None], giver: tuple[Party, str]) -> bool:
    """A result lies with its agency before the post has ever seen it; the record then still names the sender."""
    if kind is ManifestKind.OFFICE_TO_POST and holder[0] is Party.SENDER:
        return True
    return holder == giver


def handover_code(handover: UUID) -> str:
    """The id as a QR's alphanumeric mode holds it, of a label token's length."""
    value = handover.int
    return "".join(TOKEN_ALPHABET[value >> _BITS * place & 31] for place in reversed(range(TOKEN_LENGTH)))


def handover_address(base_url: str, handover: UUID) -> str:
    """What the giver's screen shows as a square."""
    return f"{base_url.rstrip('/')}/{_PATH}/{handover_code(handover)}".upper()


def read_handover(text: str, base_url: str) -> UUID | None:
    """From the address in the giver's square, or from its last part alone."""
    path = own_path(text, base_url)
    code = parse_token(text)
    if path is not None and path.lower().startswith(f"{_PATH}/"):
        code = parse_token(path[len(_PATH) + 1 :].removesuffix("/"))
    if code is None:
        return None
    value = 0
    for sign in code:
        value = value << _BITS | TOKEN_ALPHABET.index(sign)
    return UUID(int=value) if value < 1 << 128 else None


def read_short_code(text: str) -> str | None:
    """As it is read aloud: spaces and small letters do not count."""
    compact = "".join(text.split()).replace("-", "").upper()
    is_short_code = len(compact) == SHORT_CODE_LENGTH and all(sign in TOKEN_ALPHABET for sign in compact)
    return compact if is_short_code else None
