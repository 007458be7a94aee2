"""The log tells faults without telling on people, one record on one line."""

import logging

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from tests.builders import SignedOn, a_desk, a_dossier, a_person, an_account, found_province
from tracker.domain.vocabulary import Role
from tracker.log_lines import OneLine
from tracker.store.engine import transaction

NAME, PHONE, LINE = "Trần Thị Kín Đáo", "0912 345 678", "Số 7 hẻm Vắng"


def _written(message: str, *given: object, error: BaseException | None = None) -> str:
    fault = (type(error), error, error.__traceback__) if error else None
    return OneLine().format(logging.LogRecord("giaonhan.web", logging.ERROR, "", 0, message, given, fault))


def _raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as raised:  # noqa: BLE001  the fault is what is looked at
        return raised


@pytest.mark.parametrize("forged", ["\n", "\r\n", "\x1b[2J", "\x85", "\u2028", "\x00"])
def test_what_was_typed_cannot_begin_a_record_of_its_own(forged: str) -> None:
    line = _written("stopped %s", f"script{forged}2026-11-23T00:00:00 ERROR forged")

    assert line.isprintable()
    assert "forged" in line


def test_a_fault_is_told_by_kind_and_place_without_its_words() -> None:
    line = _written("a page failed", error=_raised(ValueError(f"cannot read {NAME}")))

    assert "a page failed ValueError at" in line
    assert "test_log_lines:" in line
    assert NAME not in line
    assert "/" not in line.partition("ValueError")[2]


def test_what_caused_a_fault_is_told_as_well() -> None:
    error = _raised(LookupError("outer"))
    error.__cause__ = _raised(KeyError(NAME))

    line = _written("a call failed", error=error)

    assert "LookupError at" in line
    assert "because of KeyError at" in line


def test_a_fault_that_caused_itself_is_told_once() -> None:
    error = _raised(LookupError("circle"))
    error.__cause__ = error

    assert _written("a call failed", error=error).count("LookupError") == 1


def test_a_row_that_the_database_refuses_stays_out_of_the_log(engine: Engine) -> None:
    """Both engines put the row, or the statement with its values, into the words of the fault."""
    with transaction(engine) as session:
        found_province(session)
        clerk = an_account(session, Role.CLERK)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE person RENAME COLUMN province_code TO province")

    with pytest.raises(SQLAlchemyError) as fault:
        _register(engine, clerk)

    line = _written("a page failed", error=fault.value)
    assert [secret for secret in (NAME, PHONE, LINE, "0912345678", "912345678") if secret in line] == []
    assert [secret for secret in (NAME, LINE, "912345678") if secret in str(fault.value)] == []


def _register(engine: Engine, clerk: SignedOn) -> None:
    with transaction(engine) as session:
        a_dossier(session, a_desk(clerk.actor), applicant=a_person(name=NAME, phone=PHONE, address_line=LINE))
