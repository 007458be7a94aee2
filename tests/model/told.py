"""An event as the second fold and the history generators write it: a plain dict, instants in milliseconds."""

from typing import Required, TypedDict


class Count(TypedDict):
    line: int
    kind: str
    count: int


class Policy(TypedDict, total=False):
    attempts: int


class Particulars(TypedDict, total=False):
    """The `details` of an event; a key that is absent was not told."""

    handover: str
    counts: list[Count]
    seal_number: str
    seal_ok: bool
    bag: str
    missing: list[str]
    surplus: list[str]
    action: str
    next_on: str
    until_on: str
    number: int
    receiver: str
    identity: str
    office: str
    address_version: int
    witness: str
    second_person: str
    approver: str
    event: str
    leg: str
    from_office: str
    to_office: str
    route: list[str]
    policy: Policy


class OtherParty(TypedDict, total=False):
    kind: Required[str]
    user: str
    verified: bool


class Told(TypedDict, total=False):
    """`at` is the corrected instant, `offset` what the device's clock was wrong by, both in milliseconds.

    `chain` names the bag for an event of a bag and is absent for an event of the item itself.
    """

    id: Required[str]
    type: Required[str]
    at: Required[int]
    device: Required[str]
    actor: Required[str]
    role: Required[str]
    details: Required[Particulars]
    offset: int
    counter: int
    prev: str
    hand: str
    counterparty: OtherParty
    office: str
    reason: str
    evidence: bool
    told: list[str]
    chain: str


class History(TypedDict):
    """Everything that was told about one item, in no particular order, and about the bags it may have been in."""

    number: str
    item: list[Told]
    bags: list[Told]


class Claim(TypedDict):
    to: str
    since: int
    handover: str | None


class Sum(TypedDict):
    """What a history adds up to. `borne` holds only events that bear an anomaly."""

    status: str
    direction: str
    custodian: tuple[str, str | None]
    office: str | None
    bound_for: str | None
    attempts: int
    attempt_open: bool
    invitations: int
    verifying: bool
    pending: Claim | None
    legal_submission_at: int | None
    anomalies: list[str]
    borne: dict[str, list[str]]
    void: list[str]
    citizen_state: str
