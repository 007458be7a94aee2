"""What the citizen of a dossier was told, newest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from tracker.domain.notices import NoticeKind, NoticeMeans
from tracker.store.queries.item_page import display_names
from tracker.store.tables import NOTICE

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class NoticeLine:
    kind: NoticeKind
    means: NoticeMeans
    at: datetime
    who: str


def notices_of(session: Session, dossier_id: int) -> list[NoticeLine]:
    """Of a dossier the reader was found to see."""
    asked = select(NOTICE).where(NOTICE.c.dossier_id == dossier_id).order_by(NOTICE.c.id.desc()).limit(MOST_SHOWN)
    rows = session.execute(asked).all()
    names = display_names(session, {row.actor for row in rows})
    return [
        NoticeLine(NoticeKind(row.kind), NoticeMeans(row.means), row.at, names.get(row.actor, row.actor))
        for row in rows
    ]
