"""A day's digest in a test: its configuration, one run of its job, and what stands in the outbox."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from schedules.digests import send_digest
from schedules.runs import RunResult
from tests.schedules.planting import CONFIG, NOW, Place, a_dossier, a_place, an_item
from tests.schedules.pulling import a_run
from tracker.config import Config
from tracker.domain.runs import JobName
from tracker.mail_settings import DigestRecipient
from tracker.store.engine import reading, transaction
from tracker.store.models import DigestMail, Discrepancy

SENDER = "giao-nhan@so.example.vn"
HEAD, DEPUTY = "phamvanlanh@example.vn", "tranthimo@example.vn"


def mailing(port: int, *recipients: str, office: str = "H12", **mail: object) -> Config:
    terms: dict[str, object] = {"host": "127.0.0.1", "port": port, "security": "none", "sender": SENDER}
    told = tuple(DigestRecipient(office=office, address=one) for one in recipients or (HEAD,))
    return CONFIG.model_copy(
        update={
            "mail": CONFIG.mail.model_copy(update=terms | {"timeout_seconds": 5.0} | mail),
            "digest": CONFIG.digest.model_copy(update={"recipients": told}),
        }
    )


def digested(engine: Engine, config: Config, at_minute: int = 0) -> RunResult:
    now = NOW + timedelta(minutes=at_minute)
    return send_digest(engine, config, a_run(engine, JobName.SEND_DIGEST, at_minute), now)


def mails(engine: Engine) -> list[DigestMail]:
    with reading(engine) as session:
        return list(session.scalars(select(DigestMail).order_by(col(DigestMail.day), col(DigestMail.created_at))))


def states(engine: Engine) -> list[str]:
    return sorted(mail.state for mail in mails(engine))


def an_office(engine: Engine) -> None:
    with transaction(engine) as session:
        a_place(session)


def a_busy_day(session: Session) -> Place:
    """Two late of which one is silent, one due today, one silent at the post office and one with a courier."""
    place, today, long_ago = a_place(session), NOW.date(), NOW - timedelta(hours=25)
    columns: list[dict[str, object]] = [
        {"due_on": today - timedelta(days=4)},
        {"due_on": today - timedelta(days=1), "last_event_at": long_ago},
        {"due_on": today},
        {"last_event_at": long_ago},
        {"custodian_kind": "courier", "custodian_ref": "Phạm Văn Lành", "last_event_at": long_ago},
    ]
    for serial, told in enumerate(columns, 1):
        dossier = a_dossier(session, place, f"000.00.22.H12-261112-{serial:04}")
        an_item(session, place, [dossier], number=f"EE{serial:08}5VN", **told)
    for serial, days in enumerate((0, 3, 9), 1):
        session.add(_discrepancy("misrouted", place, NOW - timedelta(days=days, hours=1), serial))
    session.add(_discrepancy("missed_scan", place, NOW - timedelta(hours=2), 4))
    return place


def _discrepancy(code: str, place: Place, opened_at: datetime, serial: int) -> Discrepancy:
    return Discrepancy(
        code=code,
        subject=f"item:{serial}",
        state="open",
        severity="medium",
        owner_role="supervisor",
        office_id=place.post,
        rule_version=1,
        since_at=opened_at,
        opened_at=opened_at,
        evidence="{}",
        evidence_hash="",
    )
