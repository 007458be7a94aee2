"""What leaves the house as a file: by a command that says what is missing, and is noted."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from tests.builders import POST, a_desk, a_dossier, a_number, an_account, an_item, found_province
from tests.cli.test_commands import giaonhan
from tests.packs import verified
from tracker.domain.vocabulary import Role
from tracker.store.engine import transaction
from tracker.store.models import AuditRow

NUMBER = a_number(7)


@pytest.fixture
def filed(engine: Engine, database_url: str) -> str:
    with transaction(engine) as session:
        found_province(session)
        by = a_desk(an_account(session, Role.POSTCLERK, POST).actor)
        an_item(session, by, a_dossier(session, by, NUMBER))
    return database_url


def test_a_dossiers_evidence_is_exported_verified_and_noted(filed: str, engine: Engine, tmp_path: Path) -> None:
    published = tmp_path / "published"
    giaonhan(filed, "roots", GIAONHAN__ROOTS__FOLDER=str(published))

    made = giaonhan(filed, "export", "evidence", NUMBER, "-o", str(tmp_path / "out.zip"), "--json")

    assert (made.returncode, made.stderr) == (0, "")
    content = (tmp_path / "out.zip").read_bytes()
    assert json.loads(made.stdout) == {"file": str(tmp_path / "out.zip"), "bytes": len(content), "unproven": 0}
    told = verified(content, tmp_path, [file.read_bytes() for file in published.iterdir()], ("--complete",))
    assert told.status == 0, told.words
    with transaction(engine) as session:
        noted = session.scalars(select(AuditRow).where(col(AuditRow.action) == "evidence pack taken")).one()
    assert (noted.actor, noted.subject) == ("command line", f"dossier:{NUMBER}")


def test_what_no_root_holds_yet_is_said_with_the_remedy(filed: str, tmp_path: Path) -> None:
    made = giaonhan(filed, "export", "evidence", NUMBER, "-o", str(tmp_path / "out.zip"))

    assert made.returncode == 0
    assert made.stderr == "1 events or images have no proof yet: run `giaonhan roots` and export again\n"
    with ZipFile(tmp_path / "out.zip") as archive:
        assert "verify.py" in archive.namelist()


def test_an_unknown_dossier_and_a_folder_that_is_not_there_are_said(filed: str, tmp_path: Path) -> None:
    unknown = giaonhan(filed, "export", "evidence", a_number(9), "-o", str(tmp_path / "out.zip"))
    nowhere = giaonhan(filed, "export", "evidence", NUMBER, "-o", str(tmp_path / "not" / "there.zip"))

    assert (unknown.returncode, unknown.stderr) == (1, f"Error: no dossier is known by {a_number(9)}\n")
    assert (nowhere.returncode, "No such file or directory" in nowhere.stderr) == (1, True)
    assert list(tmp_path.glob("*.zip")) == []
