"""What a rule answers, and what it is asked with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from schedules.reconciliation.grace import Grace
from tracker.domain.cases import Case
from tracker.domain.discrepancies import DiscrepancyCode, Evidence
from tracker.domain.working_time import WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`ten_means`: what offices mean by status 10 (configuration of the feed)."""

    now: datetime
    calendar: WorkCalendar
    ten_means: Literal["returned", "handed_to_post"] = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A contradiction that holds now, past its grace or not.

    `since_at` is when the later side became true; `grace` replaces the rule's own, `not_before` puts it off.
    `cites_last_event`: the item's last event belongs to its evidence, so that the next one is news.
    """

    subject: str
    since_at: datetime
    evidence: Evidence
    item_id: int | None = None
    office_id: int | None = None
    grace: Grace | None = None
    not_before: datetime | None = None
    cites_last_event: bool = False


class ClaimUse(StrEnum):
    """What a rule makes of the one-stop system's word, and so what a feed that fails does to it.

    `stated`: rests on what was said, so only its end waits for the feed. `silent`: accuses because nothing newer
    was said, so while the feed fails it neither begins nor ends.
    """

    NONE = "none"
    STATED = "stated"
    SILENT = "silent"


Look = Callable[[Case, Terms], Iterator[Seen]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the decision table; severity, owner and version stand beside the code in the domain."""

    code: DiscrepancyCode
    grace: Grace
    claims: ClaimUse
    look: Look
