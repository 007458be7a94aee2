"""Who may print a paper, for which reason, and what is said where it cannot be printed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from tests.builders import SignedOn, a_number
from tests.engines import sqlite_copy
from tests.web.conftest import Clock, Town
from tests.web.prints import ADDRESS, NAME, Posted, lacking, noted, prints, words_of
from tests.web.test_handovers import Hand, SignIn, giver, stock
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, transaction
from tracker.store.models import Account, Label, Person

__all__ = ["giver"]  # a fixture of another desk


@pytest.fixture
def town(sqlite_province: tuple[Path, dict[str, SignedOn]], tmp_path: Path) -> Iterator[Town]:
    """For what no database decides."""
    template, people = sqlite_province
    engine = create_engine(sqlite_copy(template, tmp_path))
    yield Town(engine, Clock(), {one.actor.role: one for name, one in people.items() if name == one.actor.role.value})
    engine.dispose()


def test_the_receipt_names_nobody_and_asks_for_no_reason(town: Town, signed_in: SignIn) -> None:
    posted = Posted(town)

    pdf = prints(signed_in(Role.CLERK), posted.path, paper="receipt").answer.data

    (page,) = words_of(pdf)
    assert lacking(pdf, ["Biên nhận gửi hồ sơ", a_number(7), "Tờ khai xác nhận", "26.000 đ", "1900"]) == []
    assert [word for word in (*NAME.split(), "0912", "Lý Bôn") if word in page] == []
    assert noted(town) == [("clerk", "paper BN-01 version 1", f"item:{posted.number}", "")]


def test_the_form_of_an_earlier_day_may_be_asked_for_and_any_other_day_is_today(town: Town, signed_in: SignIn) -> None:
    clerk, path = signed_in(Role.CLERK), Posted(town).path

    days = ("2026-01-05", "2999-01-01", "hôm qua")
    papers = [prints(clerk, path, paper="receipt", as_of=day).answer.data for day in days]

    assert [lacking(pdf, ["Mẫu BN-01, bản 1"]) for pdf in papers] == [[]] * 3


@pytest.mark.parametrize("reason", ["", "because"])
def test_a_paper_with_a_name_needs_a_reason_that_is_noted(town: Town, signed_in: SignIn, reason: str) -> None:
    posted = Posted(town)

    page = prints(signed_in(Role.CLERK), posted.path, paper="slip", paper_reason=reason)

    assert (page.status, page.soup.find(id="paper_reason-error") is not None) == (422, True)
    assert NAME not in page.words
    assert noted(town) == []


def test_right_after_posting_no_reason_is_asked_as_nothing_new_is_shown(town: Town, signed_in: SignIn) -> None:
    posted, clerk = Posted(town), signed_in(Role.CLERK)
    shown = clerk.get("/ban-quay/nhan/1")

    forms = shown.soup.select('form[action="/ban-quay/nhan/1/giay"] button')
    answer = prints(clerk, "/ban-quay/nhan/1/giay", paper="slip").answer

    assert [str(button["value"]) for button in forms] == ["slip", "receipt"]
    assert lacking(answer.data, [NAME, ADDRESS]) == []
    assert noted(town) == [("clerk", "paper PG-01 version 1", f"item:{posted.number}", "posted just now")]
    assert prints(signed_in(Role.POSTCLERK), "/ban-quay/nhan/1/giay", paper="slip").status == 404


def test_a_namesake_of_the_one_who_posted_is_asked_for_the_reason(town: Town, signed_in: SignIn) -> None:
    Posted(town)
    with transaction(town.engine) as session:
        clerks = session.scalar(select(col(Account.display_name)).where(col(Account.name) == "clerk"))
        session.execute(update(Account).where(col(Account.name) == "postclerk").values(display_name=clerks))
        session.execute(update(Label).values(printed_by=town.people[Role.POSTCLERK].actor.account_id))

    assert prints(signed_in(Role.POSTCLERK), "/ban-quay/nhan/1/giay", paper="slip").status == 422


def test_printing_a_label_again_is_no_way_around_the_reason(town: Town, signed_in: SignIn) -> None:
    posted, other = Posted(town), signed_in(Role.POSTCLERK)
    given = {"form_token": other.form_token(), "reason": "faint", "format": "a6"}
    path = str(other.post(f"/ban-quay/buu-gui/{posted.number}/in-lai", given).answer.location)

    slip, receipt = (prints(other, f"{path}/giay", paper=kind) for kind in ("slip", "receipt"))

    assert other.get(path).soup.select("button[name=paper]") == []
    assert (slip.status, slip.soup.find(id="paper_reason-error") is not None, NAME in slip.words) == (422, True, False)
    assert (receipt.status, [row[1] for row in noted(town)]) == (200, ["paper BN-01 version 1"])


def test_a_list_that_was_taken_back_has_no_papers(town: Town, giver: Hand) -> None:
    giver.opens("to_courier", "courier")
    giver.scans(*stock(town, 1))
    giver.does("offer")
    giver.does("withdraw")

    assert prints(giver.visitor, f"{giver.path}/giay", paper="cover").status == 422
    assert giver.page().soup.select("button[name=paper]") == []


def test_a_letter_that_cannot_be_printed_is_told_with_where_it_stands(town: Town, signed_in: SignIn) -> None:
    posted = Posted(town)
    with transaction(town.engine) as session:
        session.execute(update(Person).values(address_line="12 Lý Bôn 😀"))

    vietnamese = prints(signed_in(Role.CLERK), posted.path, paper="slip", paper_reason="file")

    assert vietnamese.status == 422
    assert "mục “Địa chỉ” có ký tự U+1F600" in vietnamese.words
    assert noted(town) == []


def test_looking_at_where_papers_are_asked_for_leads_back_to_the_page(town: Town, giver: Hand) -> None:
    posted = Posted(town)
    giver.opens("to_courier", "courier")

    ways = [giver.visitor.get(path).answer.location for path in (posted.path, f"{giver.path}/giay")]

    assert ways == [f"/ban-quay/buu-gui/{posted.number}", giver.path]
