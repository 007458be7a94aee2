"""A scan as SQLModel's manual writes rows: Session, add, commit, refresh. No chain, no fold, no idempotency."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import Engine
from sqlmodel import Field, Session, SQLModel, select


class TutorialItem(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(index=True)
    status: str
    custodian: str
    last_event_at: datetime


class TutorialEvent(SQLModel, table=True):
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    item_id: int = Field(foreign_key="tutorialitem.id", index=True)
    type: str
    actor: str
    office: str
    occurred_at: datetime
    note: str


def create_tables(engine: Engine, items: int) -> None:
    tables = [SQLModel.metadata.tables[name] for name in ("tutorialitem", "tutorialevent")]
    SQLModel.metadata.create_all(engine, tables=tables)
    with Session(engine) as session:
        for serial in range(items):
            item = TutorialItem(
                number=f"RI{serial:09d}VN", status="registered", custodian="sender", last_event_at=datetime.now(UTC)
            )
            session.add(item)
        session.commit()


def scan(engine: Engine, number: str) -> TutorialEvent:
    with Session(engine) as session:
        item = session.exec(select(TutorialItem).where(TutorialItem.number == number)).one()
        assert item.id is not None
        event = TutorialEvent(
            item_id=item.id,
            type="arrived",
            actor="postclerk",
            office="BC.CM",
            occurred_at=datetime.now(UTC),
            note="x" * 200,
        )
        item.status = "at_office"
        item.custodian = "BC.CM"
        item.last_event_at = event.occurred_at
        session.add(event)
        session.add(item)
        session.commit()
        session.refresh(event)
        session.refresh(item)
        return event
