"""How each dossier came in, as the one-stop system tells it, kept so that shares can be counted without its number."""

import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import delete, or_, select
from sqlmodel import Session, col

from tracker.domain.dossier_numbers import compare_key
from tracker.domain.shares import month_of
from tracker.store.insert import insert_if_absent, upsert
from tracker.store.models import Setting, ToldDossier
from tracker.store.queries.shares import TOLD_SINCE
from tracker.store.tables import SETTING, TOLD_DOSSIER

KEY, KEY_BYTES = "told_dossiers.key", 32
MARK_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """None, or an empty text: the source does not say."""

    procedure: str = ""
    agency: str = ""
    received_on: date | None = None
    by_post: bool | None = None
    online: bool | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """`numbers` are all that the source calls the dossier by; `dossier_id` is ours, None for a stranger."""

    numbers: tuple[str, ...]
    dossier_id: int | None
    intake: Intake


@dataclass(frozen=True, slots=True)
class _Row:
    mark: int
    dossier_id: int | None = None
    procedure: str = ""
    agency: str = ""
    month: int | None = None
    by_post: bool | None = None
    online: bool | None = None

    def told(self, told: Told) -> "_Row":
        """What is not told this time stays as it was told before."""
        new = told.intake
        return replace(
            self,
            dossier_id=self.dossier_id if told.dossier_id is None else told.dossier_id,
            procedure=new.procedure or self.procedure,
            agency=new.agency or self.agency,
            month=month_of(new.received_on) if new.received_on else self.month,
            by_post=self.by_post if new.by_post is None else new.by_post,
            online=self.online if new.online is None else new.online,
        )

    @property
    def columns(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class _Rows:
    """By mark. A row's mark is that of the number it was called by last; the other numbers only lead to it."""

    before: Mapping[int, _Row]
    now: dict[int, _Row] = field(init=False)

    def __post_init__(self) -> None:
        self.now = dict(self.before)

    def take(self, told: Told, marks: Sequence[int]) -> None:
        """One row per dossier: two that turn out to be one, by another number or as ours, become one."""
        found = [*(row for mark in marks if (row := self.now.get(mark))), *self._of_ours(told.dossier_id)]
        for row in found:
            self.now.pop(row.mark, None)
        row = found[0] if found else _Row(marks[0])
        self.now[marks[0]] = replace(row, mark=marks[0]).told(told)

    def _of_ours(self, dossier_id: int | None) -> list[_Row]:
        return [row for row in self.now.values() if dossier_id is not None and row.dossier_id == dossier_id]

    @property
    def gone(self) -> list[int]:
        return sorted(self.before.keys() - self.now.keys())

    @property
    def changed(self) -> list[_Row]:
        return [row for row in self.now.values() if self.before.get(row.mark) != row]


def note_told(session: Session, told: Sequence[Told], *, at: datetime) -> None:
    """The same told twice changes nothing; a later word takes the place of the former."""
    if not told:
        return
    key = _key(session, at)
    marks = [[mark_of(key, number) for number in one.numbers] for one in told]
    rows = _Rows(_before(session, (mark for some in marks for mark in some), told))
    for one, its_marks in zip(told, marks, strict=True):
        rows.take(one, its_marks)
    if rows.gone:
        session.execute(delete(ToldDossier).where(col(ToldDossier.mark).in_(rows.gone)))
    upsert(session, TOLD_DOSSIER, [row.columns for row in rows.changed])


def mark_of(key: bytes, number: str) -> int:
    """Of 64 bits: among ten million dossiers two are taken for one with a chance of three in a million."""
    digest = hmac.digest(key, compare_key(number).encode(), "sha256")
    return int.from_bytes(digest[:MARK_BYTES], "big", signed=True)


def _key(session: Session, at: datetime) -> bytes:
    """The installation's own, made when it is first needed; from then on strangers are counted."""
    value = _setting(session, KEY)
    if value is None:
        insert_if_absent(session, SETTING, {"key": KEY, "value": secrets.token_hex(KEY_BYTES)})
        insert_if_absent(session, SETTING, {"key": TOLD_SINCE, "value": at.isoformat()})
        value = _setting(session, KEY) or ""
    return bytes.fromhex(value)


def _setting(session: Session, key: str) -> str | None:
    return session.scalar(select(col(Setting.value)).where(col(Setting.key) == key))


def _before(session: Session, marks: Iterable[int], told: Iterable[Told]) -> dict[int, _Row]:
    ours = sorted({one.dossier_id for one in told if one.dossier_id is not None})
    asked = or_(col(ToldDossier.mark).in_(sorted(set(marks))), col(ToldDossier.dossier_id).in_(ours))
    rows = session.execute(select(*[TOLD_DOSSIER.c[name] for name in _Row.__slots__]).where(asked))
    return {row.mark: _Row(*row) for row in rows}
