"""A stock count in the hands of the people of the shared province."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from tests.builders import NOW, PIN, a_desk, a_door
from tests.province import Province, accepted, posted
from tracker.actions.post import RegisteredItem
from tracker.actions.signing import Second
from tracker.actions.stock import Scanned, note_readings, open_count, own_place
from tracker.actions.stock_signing import Signature, sign_count
from tracker.domain.discrepancies import DiscrepancyState
from tracker.domain.refusal import Cause
from tracker.domain.stock import CountKind, Place
from tracker.domain.vocabulary import Party
from tracker.store.models import Discrepancy
from tracker.store.queries.numbers import item_id_of_number
from tracker.store.queries.stock import CountView, count_of, holder_by_record, lock_count
from tracker.store.tables import ITEM

BAG: Place = (Party.COURIER, "courier")
OFFICE: Place = (Party.OFFICE, "BC.CM")


class Counting:
    """One count; `who` opened it."""

    def __init__(
        self,
        session: Session,
        province: Province,
        who: str = "postclerk",
        place: Place | None = None,
        kind: CountKind = CountKind.CLOSING,
        *,
        at: datetime = NOW,
    ) -> None:
        self.session, self.province, self.who, self.at = session, province, who, at
        by = a_desk(province[who], at=at)
        self.id: UUID = open_count(session, kind, place or own_place(by), by, a_door(province[who]).random_bytes)

    @property
    def view(self) -> CountView:
        view = count_of(self.session, self.province[self.who], self.id)
        assert view is not None
        return view

    def reads(self, *codes: str, who: str | None = None, at: datetime | None = None) -> "Counting":
        by = a_desk(self.province[who or self.who], at=at or self.at)
        for code in codes:
            note_readings(self.session, lock_count(self.session, self.id), [_scanned(self.session, code)], by)
        return self

    def signed(
        self,
        *,
        by: str | None = None,
        second: str = "postclerk_b",
        pin: str = PIN,
        seals_ok: bool | None = True,
        stamp: str | None = None,
        at: datetime | None = None,
    ) -> CountView | Cause:
        signature = Signature(stamp or self.view.seen.stamp, Second(second, pin), seals_ok)
        return sign_count(self.session, self.id, signature, a_door(self.province[by or self.who], at=at or self.at))

    def is_signed(self, **told: object) -> CountView:
        done = self.signed(**told)  # type: ignore[arg-type]  # those of signed
        assert isinstance(done, CountView), done
        return done


def _scanned(session: Session, code: str) -> Scanned:
    item_id = item_id_of_number(session, code)
    if item_id is None:
        return Scanned(code, code, None, None)
    row = session.execute(
        select(ITEM.c.custodian_kind, ITEM.c.custodian_ref, ITEM.c.status).where(ITEM.c.id == item_id)
    ).one()
    return Scanned(code, code, item_id, holder_by_record(row.custodian_kind, row.custodian_ref, row.status))


def in_stock(session: Session, province: Province, number: int, *, at: datetime = NOW) -> list[RegisteredItem]:
    """Envelopes accepted at the post office."""
    items = [posted(session, province["postclerk"]) for _ in range(number)]
    for item in items:
        accepted(session, province, item, at=at)
    return items


def numbers_of(items: Sequence[RegisteredItem]) -> tuple[str, ...]:
    return tuple(item.number for item in items)


def mismatch_of(session: Session, item: RegisteredItem) -> Discrepancy | None:
    return session.scalar(
        select(Discrepancy)
        .where(col(Discrepancy.code) == "count_mismatch", col(Discrepancy.subject) == f"item:{item.item_id}")
        .execution_options(populate_existing=True)
    )


def is_open(session: Session, item: RegisteredItem) -> bool:
    found = mismatch_of(session, item)
    return found is not None and found.state == DiscrepancyState.OPEN
