"""What outside systems said, and the calendar both clocks run on."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field

from tracker.store.models.base import Table


class Claim(Table, table=True):
    """What a source said of a dossier, once per change; never moves custody.

    `status` is the national code 1 to 10, None when the source's word is unknown (kept in `word`).
    `said_at` is the instant the source states, else the instant it was first seen.
    `channel` is how the dossier came in: 1 in person, 2 online, 3 by post; None when the source does not say.
    `mapping` names the table of codes that read the word; empty for claims older than that column.
    """

    __table_args__ = (
        Index("ix_claim_dossier_source", "dossier_id", "source", "id"),
        Index("ix_claim_status", "dossier_id", "source", "status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=40)
    dossier_id: int | None = Field(default=None, foreign_key="dossier.id")
    number: str = Field(max_length=60, index=True)
    status: int | None = None
    word: str = Field(max_length=80)
    channel: int | None = None
    said_at: datetime
    first_seen_at: datetime
    run_id: int | None = Field(default=None, foreign_key="job_run.id")
    mapping: str = Field(max_length=40, default="")


class ToldDossier(Table, table=True):
    """How a dossier came in by the one-stop system's newest word: one row each, ours and those nobody registered here.

    `mark` is a keyed hash of its number, which stands nowhere in it. `month` is that of its receipt, 202611 for
    November 2026. None, or an empty text: never told.
    """

    __tablename__ = "told_dossier"
    mark: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    dossier_id: int | None = Field(default=None, foreign_key="dossier.id", index=True)
    procedure: str = Field(max_length=40)
    agency: str = Field(max_length=40)
    month: int | None = Field(default=None, index=True)
    by_post: bool | None = None
    online: bool | None = None


class PushedClaim(Table, table=True):
    """A signed message that an outside system sent by itself, once for ever; what it said stands in the claims.

    `webhook_id` is the sender's own id of it. `details` of a message are kept nowhere: they may tell of people.
    """

    __tablename__ = "pushed_claim"
    __table_args__ = (UniqueConstraint("source", "webhook_id"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=40)
    webhook_id: str = Field(max_length=255)
    number: str = Field(max_length=60)
    word: str = Field(max_length=80)
    mapping: str = Field(max_length=40)
    said_at: datetime
    received_at: datetime


class PostalClaim(Table, table=True):
    """One thing the post's own system said of an order, once for ever; never moves custody.

    `reference` is the source's own id of what it said. `code` is its word, `status` what table `mapping` makes of it
    (one of ours), None while it is unknown: then `text` is the source's text. `item_id` and `dossier_id` are
    ours by the numbers it named, None for an order nobody knows here. `said_at` as in Claim.
    """

    __tablename__ = "postal_claim"
    __table_args__ = (UniqueConstraint("source", "reference"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=40)
    reference: str = Field(max_length=40)
    order_number: str = Field(max_length=60, index=True)
    item_code: str = Field(max_length=60, index=True)
    item_id: int | None = Field(default=None, foreign_key="item.id", index=True)
    dossier_id: int | None = Field(default=None, foreign_key="dossier.id", index=True)
    code: str = Field(max_length=20)
    text: str = Field(max_length=80)
    mapping: str = Field(max_length=20)
    status: str | None = Field(default=None, max_length=20)
    place: str = Field(max_length=20)
    said_at: datetime
    first_seen_at: datetime
    run_id: int | None = Field(default=None, foreign_key="job_run.id")


class PostalOrder(Table, table=True):
    """The one order for an envelope that we give to the post, and the outbox it waits in. Nobody is named here.

    `number` is its number at the post, for ever. `state` is an OrderState. `attempts` counts the calls begun in
    it, `tried_at` is when the last one began: None while the post cannot have heard of it. `fault` is why
    there was no answer, or that it could not be asked; `status` and `reason` are the post's last word.
    """

    __tablename__ = "postal_order"
    item_id: int = Field(primary_key=True, foreign_key="item.id")
    number: str = Field(max_length=40, unique=True)
    state: str = Field(max_length=16, index=True)
    created_at: datetime
    attempts: int = 0
    tried_at: datetime | None = None
    answered_at: datetime | None = None
    fault: str = Field(max_length=40, default="")
    status: str = Field(max_length=20, default="")
    reason: str = Field(max_length=200, default="")


class DigestMail(Table, table=True):
    """The digest of one office and day for one recipient, and the outbox it waits in. Nobody's address is here.

    `recipient` is the fingerprint of an address. `message_id` is fixed before the mail is sent, so that a mail sent
    twice is known as one. `state` is a DigestState; `code` is the server's last answer, 0 when there was none.
    """

    __tablename__ = "digest_mail"
    office_id: int = Field(primary_key=True, foreign_key="office.id")
    day: date = Field(primary_key=True)
    recipient: str = Field(primary_key=True, max_length=32)
    message_id: str = Field(max_length=320, unique=True)
    state: str = Field(max_length=16, index=True)
    created_at: datetime
    attempts: int = 0
    tried_at: datetime | None = None
    answered_at: datetime | None = None
    code: int = 0
    fault: str = Field(max_length=40, default="")


class Notice(Table, table=True):
    """That a citizen was told something, once per telling: `kind` and `means` are codes, `actor` told it. No words."""

    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = Field(foreign_key="dossier.id", index=True)
    kind: str = Field(max_length=20)
    means: str = Field(max_length=20)
    at: datetime
    actor: str = Field(max_length=60)


class FeedState(Table, table=True):
    """How a feed fares. `watermark` is the newest instant it stated, `cursor` where its next page begins.

    `listed_last` is how many rows the last answer held that was believed, None where that is not measured.
    `doubted_rows` is how many the answer held that waits for a person to believe it; None while none waits.
    `breaker` is closed, open or half_open; an open one lets nobody call before `resting_until`. `failures` counts
    the calls that failed one after the other, `breaker_at` is since when the breaker is as it is.
    """

    __tablename__ = "feed_state"
    source: str = Field(primary_key=True, max_length=40)
    watermark: datetime | None = None
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    failing_since: datetime | None = None
    fault: str = ""
    rows_last: int = 0
    cursor: str = Field(max_length=100, default="")
    listed_last: int | None = None
    doubted_rows: int | None = None
    breaker: str = Field(max_length=10, default="closed")
    breaker_at: datetime | None = None
    failures: int = 0
    resting_until: datetime | None = None


class DroppedFile(Table, table=True):
    """A file of the drop folder that was read to its end, for ever, so that the same one twice tells nothing twice."""

    __tablename__ = "dropped_file"
    sha256: str = Field(primary_key=True, max_length=64)
    rows: int
    rejected: int
    done_at: datetime
    run_id: int | None = Field(default=None, foreign_key="job_run.id")


class CalendarDay(Table, table=True):
    """A day that differs from the week's rule: `kind` is closed or opened (a swapped day)."""

    __tablename__ = "calendar_day"
    day: date = Field(primary_key=True)
    kind: str = Field(max_length=8)
    name: str = Field(max_length=200)


class OfficeDay(Table, table=True):
    """A day on which one office differs from all others: `kind` as in CalendarDay. Closed wins, whoever said it."""

    __tablename__ = "office_day"
    office_id: int = Field(primary_key=True, foreign_key="office.id")
    day: date = Field(primary_key=True)
    kind: str = Field(max_length=8)
    name: str = Field(max_length=200)


class CalendarChange(Table, table=True):
    """Days that were changed at once, and how far the due dates that follow from them have been recomputed.

    `office_id` None: for all. `kind` is a DayKind. `after_item` is the last item looked at by the sweep that began
    at `swept_from`; `moved` counts the due dates that fell on another day since.
    """

    __tablename__ = "calendar_change"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    actor: str = Field(max_length=60)
    office_id: int | None = Field(default=None, foreign_key="office.id")
    kind: str = Field(max_length=10)
    first_on: date
    last_on: date
    days: int
    name: str = Field(max_length=200)
    swept_from: datetime | None = None
    after_item: int = 0
    moved: int = 0
    done_at: datetime | None = Field(default=None, index=True)
