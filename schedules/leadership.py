"""Who leads: one row with a fencing token, judged by the database's clock."""

import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from tracker.store.engine import transaction
from tracker.store.models import Lease
from tracker.store.queries.runs import database_now

BY_HAND = "by_hand:"
# An end further off than this was written by a clock that ran ahead and was put right: nobody would lead until then.
LONGEST_IN_LEASES = 10


class LeaseLostError(Exception):
    """The lease went to another holder: whatever was about to be written must not be."""


@dataclass(frozen=True, slots=True)
class LeaseTerms:
    name: str
    holder: str
    lease_seconds: float


@dataclass(frozen=True, slots=True)
class Held:
    """`token` grows with every take-over and never with a renewal."""

    name: str
    token: int


def new_holder() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


def take_lease(session: Session, terms: LeaseTerms) -> Held | None:
    """A free or expired lease with the next token; None while somebody else holds it."""
    now, length = database_now(session), timedelta(seconds=terms.lease_seconds)
    until_at = now + length
    is_free = or_(col(Lease.until_at) <= now, col(Lease.until_at) > now + length * LONGEST_IN_LEASES)
    token = session.scalar(
        update(Lease)
        .where(col(Lease.name) == terms.name, is_free)
        .values(holder=terms.holder, token=Lease.token + 1, until_at=until_at)
        .returning(col(Lease.token))
    )
    if token is not None:
        return Held(terms.name, token)
    if session.scalar(select(col(Lease.name)).where(col(Lease.name) == terms.name)) is not None:
        return None
    try:
        with session.begin_nested():
            session.execute(insert(Lease).values(name=terms.name, holder=terms.holder, token=1, until_at=until_at))
    except IntegrityError:  # another process founded it between the two statements
        return None
    return Held(terms.name, 1)


def renew_lease(session: Session, held: Held, lease_seconds: float) -> bool:
    """False when it has run out, even if nobody took it: what was skipped meanwhile needs a new token."""
    now = database_now(session)
    renewed = session.scalar(
        update(Lease)
        .where(col(Lease.name) == held.name, col(Lease.token) == held.token, col(Lease.until_at) > now)
        .values(until_at=now + timedelta(seconds=lease_seconds))
        .returning(col(Lease.token))
    )
    return renewed is not None


def give_up_lease(session: Session, held: Held) -> None:
    """Ends it now, so that a successor need not wait and pages know since when nobody leads."""
    session.execute(
        update(Lease)
        .where(col(Lease.name) == held.name, col(Lease.token) == held.token)
        .values(until_at=database_now(session))
    )


def forget_expired_by_hand(session: Session) -> None:
    """Leases of runs by hand are named once and never taken again."""
    now = database_now(session)
    session.execute(delete(Lease).where(col(Lease.name).startswith(BY_HAND), col(Lease.until_at) <= now))


def hold_lease_row(session: Session, held: Held) -> None:
    """Keeps a successor waiting until this transaction ends; raises LeaseLostError when there already is one."""
    current = session.scalar(select(col(Lease.token)).where(col(Lease.name) == held.name).with_for_update())
    if current != held.token:
        raise LeaseLostError(f"lease {held.name}: token {held.token} is no longer current ({current})")


class Leadership:
    """One process's claim to a lease, counted on its own monotonic clock from before each request."""

    def __init__(self, engine: Engine, terms: LeaseTerms) -> None:
        self._engine = engine
        self._terms = terms
        self._held: Held | None = None
        self._until = 0.0

    @property
    def held(self) -> Held | None:
        """The lease for as long as this process may believe in it."""
        return self._held if time.monotonic() < self._until else None

    def keep(self) -> Held | None:
        """Renews the lease, or takes it when it is free."""
        return self._ask(self._renewed) or self._ask(self._taken)

    def resign(self) -> None:
        if self._held is None:
            return
        with transaction(self._engine) as session:
            give_up_lease(session, self._held)
        self._held, self._until = None, 0.0

    def _ask(self, question: Callable[[Session], Held | None]) -> Held | None:
        asked_at = time.monotonic()
        with transaction(self._engine) as session:
            held = question(session)
        self._held, self._until = held, asked_at + self._terms.lease_seconds
        return held

    def _renewed(self, session: Session) -> Held | None:
        if self._held is None or not renew_lease(session, self._held, self._terms.lease_seconds):
            return None
        return self._held

    def _taken(self, session: Session) -> Held | None:
        return take_lease(session, self._terms)
