"""Labels that were printed before there was a ledger get the office of whoever printed them."""

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, select

from tests.builders import CENTRE, a_desk, a_dossier, a_number, an_account, an_item, found_province
from tracker.actions.early_labels import print_result_label
from tracker.actions.labels import print_labels
from tracker.actions.spoiled_labels import void_copy
from tracker.domain.vocabulary import Role
from tracker.store.engine import transaction
from tracker.store.migrate import _alembic, is_at_head
from tracker.store.models import Dossier
from tracker.store.tables import EARLY_LABEL, LABEL, OFFICE

LEDGER = "0009"


def _some_labels(engine: Engine) -> None:
    """One in use, one void, one that waits for its envelope."""
    with transaction(engine) as session:
        found_province(session)
        by = a_desk(an_account(session, Role.CLERK, CENTRE).actor)
        numbers = [an_item(session, by, a_dossier(session, by, a_number(serial))).number for serial in (1, 2)]
        print_labels(session, numbers, "a6", None, by)
        spoiled = session.execute(select(LABEL.c.id).order_by(LABEL.c.id)).scalars().first()
        void_copy(session, spoiled or 0, "jammed", by)
        dossier = session.execute(select(Dossier.__table__.c.id)).scalars().first()  # type: ignore[attr-defined]  # a table class has a table
        print_result_label(session, dossier or 0, "a6", by)


def test_a_database_from_before_the_ledger_keeps_its_labels_and_learns_where_they_were_printed(engine: Engine) -> None:
    _some_labels(engine)
    kept = (LABEL.c.token, LABEL.c.item_id, LABEL.c.copy_number, LABEL.c.state)

    with engine.begin() as connection:
        alembic = _alembic(connection)
        older = ScriptDirectory.from_config(alembic).get_revision(LEDGER).down_revision
        before = connection.execute(select(*kept).where(LABEL.c.item_id.is_not(None)).order_by(LABEL.c.id)).all()
        command.downgrade(alembic, str(older))
        command.upgrade(alembic, "head")
        after = connection.execute(select(*kept).order_by(LABEL.c.id)).all()
        places = connection.execute(select(OFFICE.c.code).join(LABEL, LABEL.c.office_id == OFFICE.c.id)).scalars().all()
        waiting = connection.execute(select(EARLY_LABEL)).all()

    assert is_at_head(engine)
    assert (len(after), after, waiting) == (2, before, [])
    assert set(places) == {CENTRE}
