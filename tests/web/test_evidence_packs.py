"""The evidence pack on a dossier's page, and pictures on an item's: how many there are and which have not arrived."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from zipfile import ZipFile

import pytest
from sqlalchemy import select
from sqlmodel import col

from tests.api.test_evidence import a_photo, sha256
from tests.builders import a_desk, a_dossier, a_number, a_scan, an_item, scanned
from tests.web.conftest import Town
from tests.web.visitor import Page, Visitor
from tracker.actions.evidence import store_evidence
from tracker.domain.vocabulary import EventType, Role
from tracker.store.engine import reading, transaction
from tracker.store.models import AuditRow

SignIn = Callable[[Role], Visitor]
NUMBER = a_number(7)
PACK = f"/ban-quay/ho-so/{NUMBER}/chung-cu"


@dataclass
class Sent:
    town: Town
    item: str

    def audited(self) -> list[tuple[str, str, str]]:
        with reading(self.town.engine) as session:
            rows = session.execute(select(AuditRow).where(col(AuditRow.action) == "evidence pack taken")).scalars()
            return [(row.actor, row.subject, row.reason) for row in rows]


@pytest.fixture
def sent(town: Town) -> Sent:
    """A failed attempt with two pictures, of which one has arrived."""
    courier = town.people[Role.COURIER].actor
    with transaction(town.engine) as session:
        by = a_desk(town.people[Role.CLERK].actor)
        item = an_item(session, by, a_dossier(session, by, NUMBER)).number
        pictures = [sha256(a_photo()), "e" * 64]
        failed = a_scan(
            item, EventType.ATTEMPT_FAILED, reason="absent", details={"action": "reattempt"}, evidence=pictures
        )
        assert [receipt.outcome for receipt in scanned(session, courier, failed)] == ["recorded"]
        store_evidence(session, sha256(a_photo()), a_photo(), a_desk(courier))
    return Sent(town, item)


def take(person: Visitor, **given: str) -> Page:
    form = person.get(f"/ban-quay/ho-so/{NUMBER}").fields(f'form[action="{PACK}"]')
    return person.post(PACK, form | given)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_a_pack_is_taken_for_a_reason_that_is_noted(sent: Sent, signed_in: SignIn, role: Role) -> None:
    page = take(signed_in(role), pack_reason="complaint")

    assert (page.status, page.answer.mimetype) == (200, "application/zip")
    assert page.answer.headers["Content-Disposition"] == f'attachment; filename="{NUMBER}.zip"'
    with ZipFile(io.BytesIO(page.answer.data)) as archive:
        assert {"timeline.pdf", "verify.py", "proofs.json"} <= set(archive.namelist())
    assert sent.audited() == [(role.value, f"dossier:{NUMBER}", "complaint")]


@pytest.mark.parametrize("reason", ["", "because"])
def test_without_a_reason_nothing_leaves_and_the_field_is_named(sent: Sent, signed_in: SignIn, reason: str) -> None:
    page = take(signed_in(Role.SUPERVISOR), pack_reason=reason)

    error = page.soup.find(id="pack_reason-error")
    assert page.status == 422
    assert error is not None
    assert sent.audited() == []


def test_whoever_may_not_take_it_is_not_offered_it(sent: Sent, signed_in: SignIn) -> None:
    clerk = signed_in(Role.CLERK)

    page = clerk.get(f"/ban-quay/ho-so/{NUMBER}")

    assert page.soup.select(f'form[action="{PACK}"]') == []
    assert clerk.post(PACK, {"form_token": clerk.form_token(), "pack_reason": "complaint"}).status == 403
    assert sent.audited() == []


def test_an_unknown_dossier_has_no_pack(sent: Sent, signed_in: SignIn) -> None:
    supervisor = signed_in(Role.SUPERVISOR)
    token = supervisor.get(f"/ban-quay/ho-so/{NUMBER}").fields(f'form[action="{PACK}"]')["form_token"]

    page = supervisor.post(PACK.replace("0007", "0008"), {"form_token": token, "pack_reason": "complaint"})

    assert (page.status, sent.audited()) == (404, [])


SPOKEN = {
    "vi": ("2 ảnh hoặc chữ ký", "1 ảnh chưa gửi đến"),
    "en": ("2 pictures or signatures", "1 picture has not arrived yet"),
}


@pytest.mark.parametrize("language", SPOKEN)
def test_the_items_page_says_which_pictures_have_not_arrived(sent: Sent, signed_in: SignIn, language: str) -> None:
    page = signed_in(Role.SUPERVISOR).get(f"/ban-quay/buu-gui/{sent.item}?lang={language}")

    assert [words for words in SPOKEN[language] if words not in page.words] == []
    assert page.soup.select("main img") == []
