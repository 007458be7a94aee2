"""The dossier's page says whether the citizen was told of the supplement, and takes it down."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlmodel import col

from tests.builders import NOW, a_desk, a_dossier, a_number
from tests.web.conftest import Town
from tests.web.visitor import Page, Visitor
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading, transaction
from tracker.store.models import AuditRow, Notice

SignIn = Callable[[Role], Visitor]
NUMBER = a_number(7)
PAGE = f"/ban-quay/ho-so/{NUMBER}"
TELL = f"{PAGE}/bao-dan"


def asked_for(town: Town, status: int = 5) -> None:
    with transaction(town.engine) as session:
        a_dossier(session, a_desk(town.people[Role.CLERK].actor), NUMBER)
        claim = ClaimSeen(source="one_stop", number=NUMBER, status=status, word="waiting", said_at=NOW)
        take_claims(session, [claim], at=NOW)


def tell(person: Visitor, means: str) -> Page:
    return person.post(TELL, person.get(PAGE).fields(f'form[action="{TELL}"]') | {"notice_means": means})


def noted(town: Town) -> list[tuple[str, str, str]]:
    with reading(town.engine) as session:
        return [(row.kind, row.means, row.actor) for row in session.scalars(select(Notice))]


@pytest.mark.parametrize("role", [Role.CLERK, Role.OFFICER, Role.SUPERVISOR])
def test_who_told_the_citizen_notes_how(town: Town, signed_in: SignIn, role: Role) -> None:
    asked_for(town)
    person = signed_in(role)

    assert tell(person, "phone").status == 303

    assert noted(town) == [("supplement_asked", "phone", role.value)]
    assert "Yêu cầu bổ sung hồ sơ · Gọi điện" in person.get(PAGE).words
    with reading(town.engine) as session:
        reasons = session.scalars(select(col(AuditRow.reason)).where(col(AuditRow.action) == "citizen told"))
        assert list(reasons) == ["phone"]


@pytest.mark.parametrize("means", ["", "shouting"])
def test_without_means_nothing_is_noted_and_the_field_is_named(town: Town, signed_in: SignIn, means: str) -> None:
    asked_for(town)

    page = tell(signed_in(Role.CLERK), means)

    assert (page.status, noted(town)) == (422, [])
    assert page.soup.select_one('[name="notice_means"][aria-invalid="true"]')


def test_where_nothing_is_asked_of_the_citizen_nothing_is_offered(town: Town, signed_in: SignIn) -> None:
    asked_for(town, status=4)

    assert TELL not in signed_in(Role.CLERK).get(PAGE).answer.get_data(as_text=True)


def test_the_hotline_reads_it_and_notes_nothing(town: Town, signed_in: SignIn) -> None:
    asked_for(town)
    tell(signed_in(Role.CLERK), "letter")
    page = signed_in(Role.HOTLINE).get(PAGE)

    assert "Thư báo" in page.words
    assert page.soup.select_one(f'form[action="{TELL}"]') is None
