"""What a rule answers, and what it is asked with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from schedules.reconciliation.grace import Grace
from tracker.domain.cases import Case
from tracker.domain.discrepancies import DiscrepancyCode, Evidence
from tracker.domain.working_time import WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`ten_means`: what offices mean by status 10 (configuration of the feed).

    `post_since`: the post's own feed answers and has told of orders since then; None while there is none to trust.
    """

    now: datetime
    calendar: WorkCalendar
    ten_means: Literal["returned", "handed_to_post"] = "returned"
    post_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A contradiction that holds now, past its grace or not.

    `since_at` is when the later side became true. `branch` names the grace of the rule that counts instead of its
    first. `waits_for_phone`: what the holder's phone saw before the claim may still be in it.
    `cites_last_event`: the item's last event belongs to its evidence, so that the next one is news.
    """

    subject: str
    since_at: datetime
    evidence: Evidence
    item_id: int | None = None
    office_id: int | None = None
    branch: str | None = None
    waits_for_phone: bool = False
    cites_last_event: bool = False


class Why(StrEnum):
    """Why a rule has nothing to say of a case; a rule may give several."""

    NOT_REGISTERED = "not_registered"
    STATUS_OTHER = "status_other"
    CHANNEL_OTHER = "channel_other"
    NO_ITEM = "no_item"
    ITEM_THERE = "item_there"
    ITEM_OTHER = "item_other"
    NOT_BY_POST = "not_by_post"
    TEN_MEANS_POSTED = "ten_means_posted"
    INFORMED = "informed"
    NO_STEP_BACK = "no_step_back"
    NOT_TWICE = "not_twice"
    RECEIVER_RIGHT = "receiver_right"
    MONEY_RIGHT = "money_right"
    NOTHING_PENDING = "nothing_pending"
    NOT_LATE = "not_late"
    NO_DUE_DATE = "no_due_date"
    BOTH_KNOW = "both_know"
    POST_FEED_OFF = "post_feed_off"


class ClaimUse(StrEnum):
    """What a rule makes of an outside system's word, and so what a feed that fails does to it.

    `stated`: rests on what the one-stop system said, so only its end waits for the feed. `silent`: accuses because
    nothing newer was said, so while the feed fails it neither begins nor ends. `post`: the same of the post's feed.
    """

    NONE = "none"
    STATED = "stated"
    SILENT = "silent"
    POST = "post"


class CalendarOf(StrEnum):
    """Whose working time a grace runs in: the office that owns the next step."""

    RECEIVING = "receiving_office"
    DECIDING = "deciding_agency"
    COLLECTING = "collecting_post_office"
    HOLDING = "holding_office"
    TAKING = "taking_office"
    DESTINATION = "destination_office"


Look = Callable[[Case, Terms], Iterator[Seen | Why]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the decision table; severity and owner stand beside the code in the domain.

    `branches` are graces that count instead of `grace` where the rule says so; a silent phone is waited for
    `phone_hours` by the clock of the wall at the latest.
    """

    code: DiscrepancyCode
    version: int
    grace: Grace
    claims: ClaimUse
    calendar: CalendarOf
    look: Look
    branches: Mapping[str, Grace] = field(default_factory=dict)
    phone_hours: int = 0

    def grace_for(self, seen: Seen) -> Grace:
        return self.branches.get(seen.branch, self.grace) if seen.branch else self.grace

    def due_at(self, seen: Seen, calendar: WorkCalendar) -> datetime:
        """The instant from which a person must hear of it."""
        due_at = self.grace_for(seen)(calendar, seen.since_at)
        return max(due_at, seen.since_at + timedelta(hours=self.phone_hours)) if seen.waits_for_phone else due_at
