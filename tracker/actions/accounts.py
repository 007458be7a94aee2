"""Accounts, sign-in, browser sessions and API tokens."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audit
from tracker.actions.passwords import refuse_weak_password
from tracker.config import SessionLimits
from tracker.domain.actor import Actor
from tracker.domain.names import clean_text
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Role
from tracker.store.models import Account, ApiToken, Device, Office, WebSession
from tracker.store.queries.accounts import account_by_name, actor_of

HASHER = PasswordHasher()
# Verified for a name nobody has, so that an unknown name takes as long as a wrong password.
# Written down: hashing takes half a second, and every command would wait for it.
NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=4$QMGS2A0Hkyg9w7Bw2wKiQw$EqlK5HODHfPexU9p91eYPTwBt2T0rCg1x3JdVU5SHJE"
FREE_TRIES = 10
LOCK_STEP = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=15)
LONGEST_NAME, LONGEST_DISPLAY_NAME, LONGEST_STAFF_CODE = 60, 120, 20
PIN = re.compile(r"[0-9]{6,12}")


@dataclass(frozen=True, slots=True)
class NewAccount:
    name: str
    display_name: str
    role: Role
    office_code: str
    password: str
    pin: str | None = None
    staff_code: str = ""


@dataclass(frozen=True, slots=True)
class Hashes:
    """What is kept of a password and a PIN."""

    password: str
    pin: str | None


@dataclass(frozen=True, slots=True)
class Credentials:
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Tried:
    """`stored` is the hash that the password was held against, None for a name nobody has."""

    name: str
    stored: str | None
    is_right: bool


@dataclass(frozen=True, slots=True)
class SignIn:
    cookie: str
    csrf_token: str
    actor: Actor
    last_seen_at: datetime


def hashes_of(new: NewAccount) -> Hashes:
    """Dear on purpose: some tenths of a second."""
    return Hashes(_hashed(new.password), _hashed(new.pin) if new.pin else None)


def add_account(session: Session, new: NewAccount, *, at: datetime, hashes: Hashes | None = None) -> int:
    """`hashes` for accounts that share their secrets, which only a demo's do.

    Raises Refusal: bad_value, field_too_long, name_taken, unknown_office, weak_password.
    """
    _check_names(new)
    if account_by_name(session, new.name) is not None:
        raise Refusal(cause=Cause.NAME_TAKEN, fields={"name": Cause.NAME_TAKEN})
    office_id = session.scalar(select(col(Office.id)).where(col(Office.code) == new.office_code))
    if office_id is None:
        raise Refusal(cause=Cause.UNKNOWN_OFFICE, fields={"office": Cause.UNKNOWN_OFFICE})
    refuse_weak_password(new.password, new.name)
    kept = hashes or hashes_of(new)
    account = Account(
        name=new.name,
        display_name=new.display_name,
        staff_code=new.staff_code or new.name[:LONGEST_STAFF_CODE],
        role=new.role,
        office_id=office_id,
        password_hash=kept.password,
        pin_hash=kept.pin,
    )
    session.add(account)
    session.flush()
    note_audit(session, Deed("account added", f"account:{new.name}"), at=at, actor="command line")
    assert account.id is not None
    return account.id


def _check_names(new: NewAccount) -> None:
    """A sign-in name stands in events and in addresses: one word, as it is seen."""
    if not new.name or clean_text(new.name, LONGEST_NAME) != new.name or " " in new.name:
        raise Refusal(cause=Cause.BAD_VALUE, fields={"name": Cause.BAD_VALUE})
    if new.pin is not None and not PIN.fullmatch(new.pin):
        raise Refusal(cause=Cause.BAD_VALUE, fields={"pin": Cause.BAD_VALUE})
    for field, text, limit in (
        ("display_name", new.display_name, LONGEST_DISPLAY_NAME),
        ("staff_code", new.staff_code, LONGEST_STAFF_CODE),
    ):
        if len(text) > limit:
            raise Refusal(cause=Cause.FIELD_TOO_LONG, fields={field: Cause.FIELD_TOO_LONG}, facts={"limit": str(limit)})


def _hashed(secret: str) -> str:
    return HASHER.hash(_composed(secret))


def _composed(secret: str) -> str:
    """Some keyboards send a letter and its tone mark apart: to the person it is one password."""
    return normalize("NFC", secret)


def _matches(stored: str | None, secret: str) -> bool:
    try:
        HASHER.verify(stored or NOBODYS_HASH, _composed(secret))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def try_password(session: Session, given: Credentials) -> Tried:
    """Reads only: the hash is dear, and nobody should wait for the writer's lock as long as that takes."""
    account = account_by_name(session, given.name)
    stored = account.password_hash if account else None
    return Tried(given.name, stored, _matches(stored, given.password))


def settle_try(session: Session, tried: Tried, *, at: datetime) -> Account | None:
    """None for an unknown name, a wrong password, a closed or a locked account alike; counts the failure."""
    account = account_by_name(session, tried.name)
    if account is None or not account.is_active:
        return None
    if account.locked_until is not None and at < account.locked_until:
        return None
    # Changed since it was tried: what was right is the old one.
    if tried.is_right and account.password_hash == tried.stored:
        _forget_failures(session, account)
        return account
    _count_failure(session, account, at)
    note_audit(session, Deed("sign-in failed", f"account:{account.name}"), at=at, actor=account.name)
    return None


def _lock_until(failures: int, at: datetime) -> datetime | None:
    """Grows with each failure past the free tries, and ends by itself: a stranger cannot shut anybody out for good."""
    if failures <= FREE_TRIES:
        return None
    return at + min(LOCK_STEP * (failures - FREE_TRIES), LONGEST_LOCK)


def _count_failure(session: Session, account: Account, at: datetime) -> None:
    """The database counts: of many guesses at once none is lost."""
    mine = col(Account.id) == account.id
    counted = update(Account).where(mine).values(failed_sign_ins=col(Account.failed_sign_ins) + 1)
    failures = session.scalars(counted.returning(col(Account.failed_sign_ins))).one()
    session.execute(update(Account).where(mine).values(locked_until=_lock_until(failures, at)))


def _forget_failures(session: Session, account: Account) -> None:
    """Nothing to forget, nothing to lock: two desks whose second persons cross must not wait for each other."""
    if account.failed_sign_ins or account.locked_until is not None:
        session.execute(
            update(Account).where(col(Account.id) == account.id).values(failed_sign_ins=0, locked_until=None)
        )


def open_session(session: Session, account: Account, *, at: datetime) -> SignIn:
    """A new identifier at each sign-in: a planted cookie is worth nothing."""
    assert account.id is not None
    cookie, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    device = _new_device(session, account.id, "session", at)
    session.add(
        WebSession(
            hash=_digest(cookie),
            account_id=account.id,
            device_id=device,
            csrf_token=csrf_token,
            created_at=at,
            last_seen_at=at,
        )
    )
    session.flush()
    note_audit(session, Deed("signed in", f"account:{account.name}"), at=at, actor=account.name)
    return SignIn(cookie, csrf_token, actor_of(session, account.id, device), at)


def session_of(session: Session, cookie: str, *, at: datetime, limits: SessionLimits) -> SignIn | None:
    """None when unknown, idle for too long, older than the absolute limit, or of a closed account."""
    row = session.get(WebSession, _digest(cookie))
    if row is None:
        return None
    actor = actor_of(session, row.account_id, row.device_id)
    idle = timedelta(hours=limits.courier_idle_hours)
    if actor.role not in {Role.COURIER, Role.DRIVER}:
        idle = timedelta(minutes=limits.idle_minutes)
    if at - row.last_seen_at > idle or at - row.created_at > timedelta(hours=limits.absolute_hours):
        return None
    account = session.get_one(Account, row.account_id)
    return SignIn(cookie, row.csrf_token, actor, row.last_seen_at) if account.is_active else None


def touch_session(session: Session, cookie: str, *, at: datetime) -> None:
    session.execute(update(WebSession).where(col(WebSession.hash) == _digest(cookie)).values(last_seen_at=at))


def sign_out(session: Session, cookie: str, *, at: datetime) -> None:
    ended = delete(WebSession).where(col(WebSession.hash) == _digest(cookie)).returning(col(WebSession.account_id))
    account_id = session.scalar(ended)
    if account_id is not None:
        name = session.get_one(Account, account_id).name
        note_audit(session, Deed("signed out", f"account:{name}"), at=at, actor=name)


def sign_out_everywhere(session: Session, account_id: int) -> None:
    session.execute(delete(WebSession).where(col(WebSession.account_id) == account_id))


def change_password(session: Session, name: str, password: str, *, at: datetime) -> None:
    """Ends every session of the account."""
    account = account_by_name(session, name)
    if account is None or account.id is None:
        raise Refusal(cause=Cause.UNKNOWN_ACCOUNT, fields={"name": Cause.UNKNOWN_ACCOUNT})
    refuse_weak_password(password, name)
    session.execute(update(Account).where(col(Account.id) == account.id).values(password_hash=_hashed(password)))
    sign_out_everywhere(session, account.id)
    note_audit(session, Deed("password changed", f"account:{name}"), at=at, actor=name)


def change_pin(session: Session, name: str, pin: str, *, at: datetime) -> None:
    """The first one too: without it nobody can be a second person. Raises Refusal: unknown_account, bad_value."""
    account = account_by_name(session, name)
    if account is None:
        raise Refusal(cause=Cause.UNKNOWN_ACCOUNT, fields={"name": Cause.UNKNOWN_ACCOUNT})
    if not PIN.fullmatch(pin):
        raise Refusal(cause=Cause.BAD_VALUE, fields={"pin": Cause.BAD_VALUE})
    session.execute(update(Account).where(col(Account.id) == account.id).values(pin_hash=_hashed(pin)))
    note_audit(session, Deed("PIN changed", f"account:{name}"), at=at, actor="command line")


def close_account(session: Session, name: str, *, at: datetime) -> None:
    """Nobody signs in with it again; its sessions and tokens are dead at the next request. What it did stays."""
    account = account_by_name(session, name)
    if account is None or account.id is None:
        raise Refusal(cause=Cause.UNKNOWN_ACCOUNT, fields={"name": Cause.UNKNOWN_ACCOUNT})
    session.execute(update(Account).where(col(Account.id) == account.id).values(is_active=False))
    sign_out_everywhere(session, account.id)
    note_audit(session, Deed("account closed", f"account:{name}"), at=at, actor="command line")


def create_token(session: Session, name: str, *, at: datetime) -> str:
    """One token, one device. Only its hash is kept."""
    account = account_by_name(session, name)
    if account is None or account.id is None:
        raise Refusal(cause=Cause.UNKNOWN_ACCOUNT, fields={"user": Cause.UNKNOWN_ACCOUNT})
    token = secrets.token_urlsafe(32)
    device = _new_device(session, account.id, "token", at)
    session.add(ApiToken(hash=_digest(token), account_id=account.id, device_id=device, created_at=at))
    session.flush()
    note_audit(session, Deed("token created", f"account:{name}"), at=at, actor="command line")
    return token


def revoke_token(session: Session, device: str, *, at: datetime) -> str | None:
    """Of a lost device, by the name that its events bear; answers whose it was, None when no living token is its."""
    living = update(ApiToken).where(col(ApiToken.device_id) == device, col(ApiToken.revoked_at).is_(None))
    account_id = session.scalar(living.values(revoked_at=at).returning(col(ApiToken.account_id)))
    if account_id is None:
        return None
    name = session.get_one(Account, account_id).name
    note_audit(session, Deed("token revoked", f"account:{name}", device), at=at, actor="command line")
    return name


def actor_of_token(session: Session, token: str) -> Actor | None:
    row = session.execute(
        select(col(ApiToken.account_id), col(ApiToken.device_id))
        .join(Account, col(Account.id) == col(ApiToken.account_id))
        .where(col(ApiToken.hash) == _digest(token), col(ApiToken.revoked_at).is_(None), col(Account.is_active))
    ).first()
    return actor_of(session, row.account_id, row.device_id) if row else None


def verify_pin(session: Session, name: str, pin: str, *, at: datetime) -> Account | None:
    """The second person of a handover; failures count as those of a password do."""
    account = account_by_name(session, name)
    right = _matches(account.pin_hash if account else None, pin)
    if account is None or not account.is_active:
        return None
    if account.locked_until is not None and at < account.locked_until:
        return None
    if right:
        _forget_failures(session, account)
        return account
    _count_failure(session, account, at)
    note_audit(session, Deed("PIN failed", f"account:{account.name}"), at=at, actor=account.name)
    return None


def _new_device(session: Session, account_id: int, kind: str, at: datetime) -> str:
    device = f"{kind}-{secrets.token_hex(8)}"
    session.add(Device(id=device, account_id=account_id, kind=kind, created_at=at))
    session.flush()
    return device


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
