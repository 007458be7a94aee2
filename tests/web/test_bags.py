"""The sorting desk: what one office packs, the other opens and counts."""

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select
from sqlmodel import col

from tests.builders import POST_AFAR, an_account
from tests.web.conftest import Town
from tests.web.test_handovers import stock, tone_of
from tests.web.visitor import Page, Visitor
from tracker.domain.vocabulary import Party, Role
from tracker.store.engine import reading, transaction
from tracker.store.models import Discrepancy
from tracker.store.standing_json import standing_from_json
from tracker.store.tables import ITEM

BAG = "TUI-BCCM-261123-01"


@dataclass
class Desk:
    """One post clerk at the bag pages."""

    visitor: Visitor
    path: str = "/ban-quay/tui/"

    def does(self, act: str, **given: str) -> Page:
        token = self.visitor.get("/ban-quay/tui/").fields("#scan-form")["form_token"]
        return self.visitor.post(self.path, {"form_token": token, "act": act, **given})

    def scans(self, *codes: str) -> list[str]:
        return [tone_of(self.does("scan", code=code).soup) for code in codes]

    @property
    def words(self) -> str:
        return self.visitor.get(self.path).words


@pytest.fixture
def here(town: Town, app: Flask) -> Desk:
    desk = Desk(_signed_in(app, "postclerk"))
    desk.path = str(desk.does("", to_office=POST_AFAR).answer.location)
    return desk


@pytest.fixture
def afar(town: Town, app: Flask, here: Desk) -> Desk:
    with transaction(town.engine) as session:
        an_account(session, Role.POSTCLERK, POST_AFAR, "postclerk_afar")
    desk = Desk(_signed_in(app, "postclerk_afar"))
    desk.path = str(here.path)
    return desk


def _signed_in(app: Flask, name: str) -> Visitor:
    visitor = Visitor(app.test_client())
    visitor.sign_in(name)
    return visitor


def holder_of(town: Town, number: str) -> tuple[str, str | None, str]:
    with reading(town.engine) as session:
        standing = standing_from_json(session.scalars(select(ITEM.c.standing).where(ITEM.c.number == number)).one())
        return standing.status, standing.custodian.ref, standing.custodian.kind


def test_a_bag_is_packed_sealed_sent_received_and_opened_with_differences_named(
    town: Town, here: Desk, afar: Desk
) -> None:
    inside, lacking, stray, slip = stock(town, 4)
    assert here.scans(inside, lacking, slip, slip) == ["ok", "ok", "ok", "warn"]
    here.does("drop", code=slip)
    assert here.does("seal", seal_number="").status == 422
    here.does("seal", seal_number="NP 118 205")
    here.does("send")
    assert holder_of(town, inside)[0] == "in_transit"

    found = afar.does("scan", code=inside)
    assert found.status == 422
    afar.does("receive", seal_ok="yes")
    assert afar.scans(inside, stray, inside) == ["ok", "warn", "warn"]
    assert "Thiếu 1" in afar.words
    assert "Thừa 1" in afar.words
    assert afar.does("finish", counts="2-0-0").status == 422
    afar.does("finish", counts="1-1-1")

    assert "Nhận 1, thiếu 1, thừa 1" in here.words
    assert holder_of(town, inside) == ("at_office", POST_AFAR, Party.OFFICE)
    assert holder_of(town, stray) == ("at_office", POST_AFAR, Party.OFFICE)
    assert holder_of(town, lacking)[0] == "in_transit"
    assert holder_of(town, slip)[0] == "at_office"
    with reading(town.engine) as session:
        codes = session.scalars(select(col(Discrepancy.subject)).where(col(Discrepancy.code) == "count_mismatch")).all()
    assert {subject.partition(":")[0] for subject in codes} == {"item", "handover"}


def test_a_bag_is_found_by_its_number_at_both_ends_and_nowhere_else(
    town: Town, app: Flask, here: Desk, afar: Desk
) -> None:
    own = Desk(afar.visitor)

    assert own.does("", code=BAG.lower()).answer.location == here.path
    assert own.does("", code="TUI-BCCM-261123-99").status == 422
    assert _signed_in(app, "courier").get(here.path).status == 403
    assert _signed_in(app, "supervisor").get(here.path).status == 200


def test_a_sealed_bag_takes_nothing_more_and_an_unsealed_one_does_not_leave(town: Town, here: Desk) -> None:
    first, second = stock(town, 2)
    here.scans(first)
    assert here.does("send").status == 422
    here.does("seal", seal_number="NP 1")

    assert here.does("scan", code=second).status == 422
    assert here.does("drop", code=first).status == 422
    assert holder_of(town, second)[0] == "at_office"


def test_the_bags_of_a_day_count_on_and_go_to_other_post_offices_only(town: Town, here: Desk) -> None:
    start = Desk(here.visitor)

    second = start.does("", to_office=POST_AFAR).answer.location

    assert BAG in here.words
    assert f"{BAG[:-1]}2" in here.visitor.get(str(second)).words
    assert start.does("", to_office="BC.CM").status == 422
