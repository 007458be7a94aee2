"""Who may do what, from which device, and what they did."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from tracker.store.models.base import Table


class Account(Table, table=True):
    """A person or program that signs in. `role` is a Role; hashes are argon2id."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=60, unique=True)
    display_name: str = Field(max_length=120)
    staff_code: str = Field(max_length=20)
    role: str = Field(max_length=20)
    office_id: int = Field(foreign_key="office.id", index=True)
    password_hash: str | None = None
    pin_hash: str | None = None
    is_active: bool = True
    failed_sign_ins: int = 0
    locked_until: datetime | None = None


class Device(Table, table=True):
    """What scans come from: one API token, or one browser session."""

    id: str = Field(primary_key=True, max_length=60)
    account_id: int = Field(foreign_key="account.id", index=True)
    kind: str = Field(max_length=10)
    created_at: datetime


class DeviceCounter(Table, table=True):
    """Counters a device has used, refused and malformed events included."""

    __tablename__ = "device_counter"
    device_id: str = Field(primary_key=True, max_length=60, foreign_key="device.id")
    counter: int = Field(primary_key=True, sa_type=BigInteger)


class ApiToken(Table, table=True):
    """`hash` is the SHA-256 of the token: it is random, so no slow hash is needed."""

    __tablename__ = "api_token"
    id: int | None = Field(default=None, primary_key=True)
    hash: str = Field(max_length=64, unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    device_id: str = Field(foreign_key="device.id")
    created_at: datetime
    revoked_at: datetime | None = None


class WebSession(Table, table=True):
    """`hash` is the SHA-256 of the cookie's value."""

    __tablename__ = "web_session"
    hash: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    device_id: str = Field(foreign_key="device.id")
    csrf_token: str = Field(max_length=64)
    created_at: datetime
    last_seen_at: datetime


class AuditRow(Table, table=True):
    """Every write and every reveal: who, what, whose; never personal data."""

    __tablename__ = "audit_row"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    actor: str = Field(max_length=60)
    action: str = Field(max_length=60)
    subject: str = Field(max_length=120)
    reason: str = ""


class IdempotentAnswer(Table, table=True):
    """The stored answer of a creating call."""

    __tablename__ = "idempotent_answer"
    account_id: int = Field(primary_key=True, foreign_key="account.id")
    key: str = Field(primary_key=True, max_length=255)
    body_sha256: str = Field(max_length=64)
    status: int
    answer: str
    created_at: datetime
