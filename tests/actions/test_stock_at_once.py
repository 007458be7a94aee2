"""Two desks at one instant: one count, and every envelope in it once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.builders import a_desk, a_door
from tests.province import Province
from tracker.actions.stock import Scanned, give_up, note_readings, open_count, own_place
from tracker.domain.stock import CountKind
from tracker.store.engine import transaction
from tracker.store.queries.stock import lock_count
from tracker.store.tables import STOCK_LINE

CODES = tuple(f"RR40100{serial:04d}VN" for serial in range(20))


@pytest.fixture
def province(own_province: Province) -> Province:
    """These tests commit."""
    return own_province


def test_two_who_begin_and_scan_at_once_share_one_count(province: Province) -> None:
    together = Barrier(2)

    def count(who: str) -> UUID:
        by = a_desk(province[who])
        together.wait()
        with transaction(province.engine) as session:
            count_id = open_count(session, CountKind.CLOSING, own_place(by), by, a_door(by.actor).random_bytes)
        for code in CODES:
            with transaction(province.engine) as session:
                note_readings(session, lock_count(session, count_id), [Scanned(code, code, None, None)], by)
        return count_id

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(count, ("postclerk2", "postclerk2_b"))

    with transaction(province.engine) as session:
        lines = session.execute(select(STOCK_LINE.c.line, STOCK_LINE.c.code).where(STOCK_LINE.c.count_id == one)).all()
        give_up(session, lock_count(session, one), a_desk(province["postclerk2"]))
    assert one == other
    assert sorted(code for _, code in lines) == sorted(CODES)
    assert sorted(line for line, _ in lines) == list(range(1, len(CODES) + 1))
