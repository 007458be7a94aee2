"""What the queue is narrowed to: every part stands in the address, so that an act leads back to the same place."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from flask import request

from tracker.domain.actor import Actor
from tracker.domain.discrepancies import DiscrepancyCode, Progress
from tracker.store.queries.discrepancies import QueueFilter
from tracker.web.house import house
from tracker.web.row_numbers import row_number


class Age(StrEnum):
    OVERDUE = "overdue"
    DAY = "day"
    WEEK = "week"


_OLDER = {Age.DAY: timedelta(days=1), Age.WEEK: timedelta(days=7)}
NOBODY, ME = "none", "me"


@dataclass(frozen=True, slots=True)
class Asked:
    """`after` is the last row of the page before."""

    code: str
    whose: str
    office: str
    progress: str
    age: str
    after: int

    @property
    def kept(self) -> dict[str, str | int | None]:
        """What an address carries on; nothing for what was not asked."""
        told = {"loai": self.code, "nguoi": self.whose, "don_vi": self.office, "buoc": self.progress, "tuoi": self.age}
        return {name: value or None for name, value in (told | {"sau": self.after}).items()}

    @property
    def is_narrowed(self) -> bool:
        return any((self.code, self.whose, self.office, self.progress, self.age))


def asked_of_queue() -> Asked:
    """Words that say nothing narrow nothing."""
    given = request.args
    return Asked(
        code=_known(given.get("loai", ""), set(DiscrepancyCode)),
        whose=_known(given.get("nguoi", ""), {NOBODY, ME}),
        office=given.get("don_vi", "")[:40],
        progress=_known(given.get("buoc", ""), set(Progress)),
        age=_known(given.get("tuoi", ""), set(Age)),
        after=given.get("sau", 0, type=row_number),
    )


def _known(text: str, words: set[str]) -> str:
    return text if text in words else ""


def filter_of(asked: Asked, reader: Actor) -> QueueFilter:
    now, progress = house().clock(), Progress(asked.progress) if asked.progress else None
    age = Age(asked.age) if asked.age else None
    return QueueFilter(
        code=DiscrepancyCode(asked.code) if asked.code else None,
        office=asked.office or None,
        owner_id=reader.account_id if asked.whose == ME else None,
        is_unowned=asked.whose == NOBODY,
        progress=progress,
        overdue_at=now if age is Age.OVERDUE else None,
        opened_before=now - _OLDER[age] if age in _OLDER else None,
    )
