"""What a code that was read stands for."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from tracker.domain.identifiers import CodeKind, read_code
from tracker.domain.vocabulary import LabelState
from tracker.store.queries.events import has_chain
from tracker.store.queries.numbers import item_id_of_number
from tracker.store.tables import ADOPTION, LABEL


@dataclass(frozen=True, slots=True)
class LabelRead:
    """The copy that was scanned; `copies` is the number of the newest one."""

    copy_number: int
    state: LabelState
    superseded_at: datetime | None
    copies: int = 1
    voided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The chain an event belongs to. Neither item nor bag: an orphan, named by its code."""

    code: str
    chain: str
    item_id: int | None = None
    bag: str | None = None
    label: LabelRead | None = None

    @property
    def is_orphan(self) -> bool:
        return self.item_id is None and self.bag is None


_COPIES = LABEL.alias("copies")
_LAST_COPY = (
    select(func.max(_COPIES.c.copy_number))
    .where(_COPIES.c.item_id == LABEL.c.item_id)
    .correlate(LABEL)
    .scalar_subquery()
)
_OF_TOKEN = select(
    LABEL.c.item_id, LABEL.c.copy_number, LABEL.c.state, LABEL.c.superseded_at, LABEL.c.voided_at,
    func.coalesce(_LAST_COPY, LABEL.c.copy_number).label("copies"),
).where(LABEL.c.token == bindparam("token"))  # fmt: skip


_ADOPTER = select(ADOPTION.c.item_id).where(ADOPTION.c.chain == bindparam("chain"))


def resolve_code(session: Session, text: str, base_url: str) -> Target | None:
    """None when the text is not shaped like anything of ours; its text must then not be kept."""
    read = read_code(text, base_url)
    if read.kind is CodeKind.BAG:
        return Target(read.value, f"bag:{read.value}", bag=read.value)
    if read.kind is CodeKind.TOKEN:
        return _by_token(session, read.value)
    if read.kind is CodeKind.ITEM:
        item_id = item_id_of_number(session, read.value)
        return _item(read.value, item_id) if item_id else _stray(session, read.value)
    return None


def _by_token(session: Session, token: str) -> Target:
    row = session.execute(_OF_TOKEN, {"token": token}).first()
    if row is None:
        return _stray(session, token)
    label = LabelRead(row.copy_number, LabelState(row.state), row.superseded_at, row.copies, row.voided_at)
    if row.item_id is None:
        # Printed before its envelope: its scans wait like those of any code that nobody knows yet.
        return replace(_stray(session, token), label=label)
    return _item(token, row.item_id, label)


def _item(code: str, item_id: int, label: LabelRead | None = None) -> Target:
    return Target(code, f"item:{item_id}", item_id=item_id, label=label)


def _stray(session: Session, code: str) -> Target:
    """An orphan, unless a supervisor has said which item bears this code."""
    chain = f"code:{code}"
    item_id = session.scalar(_ADOPTER, {"chain": chain})
    return _item(code, item_id) if item_id else Target(code, chain)


def is_waiting(session: Session, code: str) -> bool:
    """Was this code scanned before anybody knew it?"""
    return has_chain(session, f"code:{code}")
