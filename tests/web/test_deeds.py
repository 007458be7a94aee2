"""Decisions from the item's page: what may be done now, its short form, and every refusal with its next step."""

from datetime import timedelta

import pytest

from tests.builders import PIN, POST, POST_AFAR
from tests.web.conftest import Town
from tests.web.test_scan import Envelope, SignIn
from tests.web.visitor import Page, Visitor
from tracker.domain.vocabulary import Direction, EventType, Leg, Role, Status
from tracker.store.engine import reading
from tracker.store.models import Person

HELD = {"details": {"until_on": "2026-12-31"}}
A_DAY = timedelta(days=1)


def _item(person: Visitor, envelope: Envelope) -> Page:
    return person.get(f"/ban-quay/buu-gui/{envelope.number}")


def _ask(person: Visitor, envelope: Envelope, kind: str) -> Page:
    return person.get(f"/ban-quay/buu-gui/{envelope.number}/viec/{kind}")


def _do(person: Visitor, envelope: Envelope, kind: str, **answers: str) -> Page:
    asked = _ask(person, envelope, kind)
    given = {name.replace("__", "-"): value for name, value in answers.items()}
    return person.post(f"/ban-quay/buu-gui/{envelope.number}/viec/{kind}", asked.fields() | given)


def _wrong_fields(page: Page) -> list[str]:
    return [str(link["href"]).removeprefix("#") for link in page.soup.select("#errors a")]


def _held(town: Town) -> Envelope:
    return (
        Envelope(town, Leg.RESULT)
        .did(Role.COURIER, EventType.COLLECTED)
        .did(Role.POSTCLERK, EventType.BACK_AT_OFFICE)
        .did(Role.POSTCLERK, EventType.HELD, **HELD)
    )


def _deeds(page: Page) -> set[str]:
    return {str(link["href"]).rsplit("/", 1)[1] for link in page.soup.select("#deeds a")}


def test_each_role_is_offered_what_it_may_do_now(signed_in: SignIn, town: Town) -> None:
    envelope = _held(town)

    offered = {role: _deeds(_item(signed_in(role), envelope)) for role in (Role.CLERK, Role.POSTCLERK, Role.AUDITOR)}

    assert offered[Role.CLERK] == {"forwarded", "redirected", "recalled"}
    assert offered[Role.POSTCLERK] >= {"released", "invited", "handed_out", "given_to_courier", "forwarded", "missing"}
    assert offered[Role.AUDITOR] == set()


def test_the_second_invitation_names_the_first_day_allowed(signed_in: SignIn, town: Town) -> None:
    envelope, clerk = _held(town), signed_in(Role.POSTCLERK)
    _do(clerk, envelope, "invited")

    shown = _item(clerk, envelope).words
    refused = _do(clerk, envelope, "invited")
    town.clock.at += 2 * A_DAY
    done = _do(signed_in(Role.POSTCLERK), envelope, "invited")

    assert "Làm được từ thứ Tư 25/11." in shown
    assert "Hai giấy mời phải cách nhau đủ ngày làm việc. Làm được từ thứ Tư 25/11." in refused.words
    assert "Đợi tới ngày đó rồi gửi giấy mời" in refused.words
    assert ("Gửi giấy mời" in done.words, envelope.item.invitations) == (True, 2)


def test_a_return_without_enough_invitations_says_how_many_are_missing(signed_in: SignIn, town: Town) -> None:
    envelope, supervisor = _held(town), signed_in(Role.SUPERVISOR)

    refused = _do(supervisor, envelope, "return_started", return_reason="invitations_used_up")
    done = _do(supervisor, envelope, "return_started", return_reason="bad_address")

    assert "Chưa gửi đủ giấy mời. Đã gửi 0 trên 2 giấy mời." in refused.words
    assert "Bưu cục Cà Mau giữ." in refused.words
    assert (done.status, envelope.item.direction) == (200, Direction.RETURNING)


def test_a_hold_that_runs_on_says_its_last_day(signed_in: SignIn, town: Town) -> None:
    envelope, clerk = _held(town), signed_in(Role.POSTCLERK)
    _do(clerk, envelope, "invited")
    town.clock.at += 2 * A_DAY
    _do(signed_in(Role.POSTCLERK), envelope, "invited")

    refused = _do(signed_in(Role.SUPERVISOR), envelope, "hold_expired")

    assert "Chưa hết thời gian lưu giữ. Làm được từ thứ Sáu 1/1/2027." in refused.words


def test_a_recall_needs_the_slip(signed_in: SignIn, town: Town) -> None:
    envelope, clerk = _held(town), signed_in(Role.CLERK)

    without = _do(clerk, envelope, "recalled")
    done = _do(clerk, envelope, "recalled", proof="seen")

    assert (without.status, _wrong_fields(without)) == (422, ["proof"])
    assert (done.status, envelope.item.direction) == (200, Direction.RETURNING)


def test_an_item_is_forwarded_to_an_office_that_is_chosen(signed_in: SignIn, town: Town) -> None:
    envelope, clerk = _held(town), signed_in(Role.POSTCLERK)

    nowhere = _do(clerk, envelope, "forwarded")
    _do(clerk, envelope, "forwarded", office=POST_AFAR)

    assert _wrong_fields(nowhere) == ["office"]
    assert POST_AFAR in envelope.item.standing


def _addressee(envelope: Envelope) -> Person:
    with reading(envelope.town.engine) as session:
        return session.get_one(Person, envelope.item.recipient_id)


NEW_ADDRESS = {
    "applicant__name": "Trần Văn Bình",
    "applicant__phone": "0913 222 333",
    "applicant__line": "5 Phan Ngọc Hiển",
    "applicant__ward_code": "31825",
    "proof": "seen",
}


def test_a_redirection_keeps_each_address_and_taking_it_back_restores_the_former_one(
    signed_in: SignIn, town: Town
) -> None:
    envelope, clerk, supervisor = _held(town), signed_in(Role.POSTCLERK), signed_in(Role.SUPERVISOR)
    before = _addressee(envelope).name

    _do(clerk, envelope, "redirected", **NEW_ADDRESS)
    redirected = _addressee(envelope).name
    path = f"/ban-quay/buu-gui/{envelope.number}/dinh-chinh/{envelope.events()[-1].event_id}"
    taken_back = supervisor.post(path, supervisor.get(path).fields("main form") | {"correction_reason": "wrong_item"})

    assert redirected == "Trần Văn Bình"
    assert (taken_back.status, _addressee(envelope).name) == (303, before)
    assert "Trần Văn Bình" not in "".join(event.chained for event in envelope.events())


def test_a_redirection_sent_twice_is_one_event(signed_in: SignIn, town: Town) -> None:
    envelope, clerk = _held(town), signed_in(Role.POSTCLERK)
    path = f"/ban-quay/buu-gui/{envelope.number}/viec/redirected"
    given = clerk.get(path).fields() | {name.replace("__", "-"): value for name, value in NEW_ADDRESS.items()}

    first, again = clerk.post(path, given), clerk.post(path, given)

    assert "Thay đổi họ tên, địa chỉ người nhận" in first.words
    assert "Ghi rồi" in again.words
    assert [event.type for event in envelope.events()].count("redirected") == 1


def test_a_redirection_without_an_address_asks_for_it(signed_in: SignIn, town: Town) -> None:
    envelope = _held(town)

    page = _do(signed_in(Role.POSTCLERK), envelope, "redirected", proof="seen")

    assert _wrong_fields(page) == ["applicant-name", "applicant-phone", "applicant-line", "applicant-ward"]


@pytest.mark.parametrize(
    ("given", "field", "cause"),
    [
        ({"approver": "supervisor", "approver_pin": PIN}, "approver", "Người duyệt phải là người khác."),
        ({"approver": "postclerk", "approver_pin": "000000"}, "approver_pin", "mã PIN của người thứ hai không đúng"),
        ({"approver": "postclerk"}, "approver_pin", "Người duyệt chưa bấm mã PIN"),
        ({}, "approver", "Chưa có người duyệt."),
    ],
)
def test_a_loss_is_not_declared_by_one_person(
    signed_in: SignIn, town: Town, given: dict[str, str], field: str, cause: str
) -> None:
    envelope = _held(town).did(Role.POSTCLERK, EventType.MISSING)

    page = _do(signed_in(Role.SUPERVISOR), envelope, "declared_lost", **given)

    assert (page.status, _wrong_fields(page), cause in page.words) == (422, [field], True)
    assert page.fields().get("approver_pin") == ""
    assert envelope.item.status == Status.MISSING


def test_a_loss_is_declared_by_two(signed_in: SignIn, town: Town) -> None:
    envelope = _held(town).did(Role.POSTCLERK, EventType.MISSING)

    _do(signed_in(Role.SUPERVISOR), envelope, "declared_lost", approver="postclerk", approver_pin=PIN)

    last = envelope.events()[-1]
    assert (envelope.item.status, last.actor, last.second_person) == (Status.LOST, "supervisor", "postclerk")


def test_a_damaged_envelope_names_a_witness_and_may_be_recounted(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town).collected().did(Role.POSTCLERK, EventType.ARRIVED)
    clerk = signed_in(Role.POSTCLERK)

    _do(clerk, envelope, "damaged", witness="courier", count__1="1", count__2="1")
    _do(clerk, envelope, "repacked")

    kinds = [event.type for event in envelope.events()][-2:]
    assert (kinds, envelope.item.status) == (["damaged", "repacked"], Status.AT_OFFICE)
    assert '"witness":"courier"' in envelope.events()[-2].chained


def test_a_supervisor_enters_what_somebody_else_did(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town).collected()
    supervisor = signed_in(Role.SUPERVISOR)

    bare = _do(supervisor, envelope, "arrived", seal_ok="yes")
    future = {"on_behalf_of": "postclerk", "hand": "take", "happened_at": "2026-11-25T10:00", "seal_ok": "yes"}
    too_soon = _do(supervisor, envelope, "arrived", **future)
    _do(supervisor, envelope, "arrived", **(future | {"happened_at": "2026-11-23T10:00"}))

    last = envelope.events()[-1]
    assert _wrong_fields(bare) == ["on_behalf_of", "happened_at", "hand"]
    assert _wrong_fields(too_soon) == ["happened_at"]
    assert (last.type, last.hand, last.office_code) == ("arrived", "take", POST)
    assert '"source":"back_entry"' in last.chained
    assert last.effective_at.isoformat() == "2026-11-23T03:00:00+00:00"


def test_nobody_enters_for_a_person_who_could_not_have_done_it(signed_in: SignIn, town: Town) -> None:
    asked = _ask(signed_in(Role.SUPERVISOR), Envelope(town).collected(), "attempt_failed")

    offered = {str(one["value"]) for one in asked.soup.select("select[name=on_behalf_of] option")} - {""}

    assert offered == {"courier", "supervisor"}


def test_a_correction_of_the_supervisor_stays_visible_and_needs_a_reason(signed_in: SignIn, town: Town) -> None:
    envelope, supervisor = _held(town), signed_in(Role.SUPERVISOR)
    path = f"/ban-quay/buu-gui/{envelope.number}/dinh-chinh/{envelope.events()[-1].event_id}"
    form = supervisor.get(path).fields("main form")

    bare = supervisor.post(path, form)
    supervisor.post(path, form | {"correction_reason": "wrong_event", "note": "nhầm ngăn"})

    page = _item(supervisor, envelope)
    assert _wrong_fields(bare) == ["correction_reason"]
    assert [struck.get_text() for struck in page.soup.select(".line s")] == ["Lưu giữ chờ nhận"]
    assert "bỏ “Lưu giữ chờ nhận” · Chọn nhầm việc" in page.words
    assert envelope.item.status == Status.AT_OFFICE


def test_a_decision_of_another_role_is_no_page(signed_in: SignIn, town: Town) -> None:
    envelope = _held(town)

    assert _ask(signed_in(Role.CLERK), envelope, "declared_lost").status == 404
    assert _ask(signed_in(Role.SUPERVISOR), envelope, "registered").status == 404
    assert signed_in(Role.COURIER).get(f"/ban-quay/buu-gui/{envelope.number}/viec/released").status == 403


def test_a_decision_that_the_status_does_not_bear_says_so_before_anything_is_filled_in(
    signed_in: SignIn, town: Town
) -> None:
    asked = _ask(signed_in(Role.SUPERVISOR), _held(town), "declared_lost")

    assert "Tình trạng hiện tại chưa cho làm việc này." in asked.words
