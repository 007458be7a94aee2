"""The stand-in of the one-stop system does what the wire format says, seen from the other end of a real connection."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest

from tests.standins.running import ROOT, OneStopServer, one_stop_server

HANOI = timezone(timedelta(hours=7))
NOW = datetime.now(UTC).replace(microsecond=0)
DOSSIER_FIELDS = """
    dossierId dossierIdCTN referenceUid dossierNo counter serviceCode serviceName govAgencyCode govAgencyName
    applicantName applicantIdType applicantIdNo address cityCode cityName districtCode districtName wardCode wardName
    contactName contactTelNo contactEmail delegateName delegateTelNo delegateIdNo createDate modifiedDate submitDate
    receiveDate dueDate extendDate releaseDate finishDate cancellingDate correctingDate dossierStatus dossierStatusText
    dossierSubStatus dossierSubStatusText viaPostal postalAddress postalCityCode postalCityName postalDistrictCode
    postalDistrictName postalTelNo vnpostalStatus vnpostalProfile fromViaPostal stepCode stepName stepDuedate
    lastActionDate lastActionCode lastActionName lastActionUser lastActionNote lockState dossierOverdue durationCount
    durationUnit online systemId serviceLevel originality
"""
ACTION_FIELDS = """
    fromStepCode fromStepName actionCode actionName actionUser actionNote actionOverdue stepCode stepName dueDate
    pending rollbackable createDate
"""


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def local(at: datetime) -> str:
    return at.astimezone(HANOI).strftime("%d/%m/%Y %H:%M:%S")


def local_day(at: datetime) -> str:
    return at.astimezone(HANOI).strftime("%d/%m/%Y")


def a_dossier(serial: int, *steps: tuple[str, datetime], **more: object) -> dict[str, object]:
    history = [{"status": status, "at": at.isoformat()} for status, at in steps]
    return {
        "number": f"000.00.22.H12-261102-{serial:04d}",
        "service_code": "1.004873",
        "service_name": "Xác nhận tình trạng hôn nhân",
        "agency_code": "H12.22",
        "agency_name": "Sở Mẫu",
        "applicant_name": "Đặng Thị Mẫu",
        "history": history,
    } | more


DOSSIERS = [
    a_dossier(1, ("new", days_ago(9)), via_postal=2, from_via_postal=True, vnpostal_status=1),
    a_dossier(2, ("new", days_ago(8)), ("processing", days_ago(7)), portal_number="G22.99-261102-0002"),
    a_dossier(3, ("new", days_ago(7)), ("processing", days_ago(6)), ("releasing", days_ago(2)), via_postal=3),
    a_dossier(4, ("new", days_ago(6)), ("processing", days_ago(5)), ("done", days_ago(1)), agency_code="H12.31"),
    a_dossier(5, ("receiving", days_ago(5)), service_code="2.000635", service_name="Cấp bản sao trích lục"),
]
NUMBERS = [str(dossier["number"]) for dossier in DOSSIERS]


@pytest.fixture(scope="module")
def shared_server() -> Iterator[OneStopServer]:
    with one_stop_server(DOSSIERS) as server:
        yield server


@pytest.fixture
def untouched(shared_server: OneStopServer) -> Iterator[OneStopServer]:
    """For tests that move no dossier; the fault and the clock are put back."""
    yield shared_server
    shared_server.fault("none")
    shared_server.set_clock(0)


@pytest.fixture
def server() -> Iterator[OneStopServer]:
    with one_stop_server(DOSSIERS) as server:
        yield server


def fetch(
    server: OneStopServer, path: str = "/dossiers", query: Mapping[str, str | int] | None = None
) -> httpx.Response:
    return httpx.get(
        f"{server.rest_url}{path}",
        params=query,
        auth=(server.username, server.password),
        headers={"groupId": server.group_id},
        timeout=20,
    )


def rows(server: OneStopServer, **query: str | int) -> list[dict[str, object]]:
    answer = fetch(server, query=query)
    assert answer.status_code == 200, answer.text
    listed: list[dict[str, object]] = answer.json()["data"]
    return listed


def numbers(server: OneStopServer, **query: str | int) -> list[object]:
    return [row["dossierNo"] for row in rows(server, **query)]


def the_row(server: OneStopServer, number: str) -> dict[str, object]:
    return {str(row["dossierNo"]): row for row in rows(server)}[number]


def the_actions(server: OneStopServer, number: str) -> list[dict[str, object]]:
    answer = fetch(server, f"/dossiers/{the_row(server, number)['dossierId']}/actions").json()
    actions: list[dict[str, object]] = answer["data"]
    assert answer["total"] == len(actions)
    return actions


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "did not come about within 20 s"


# Sign-in


def test_without_a_sign_in_nothing_is_told(untouched: OneStopServer) -> None:
    answer = httpx.get(f"{untouched.rest_url}/dossiers", headers={"groupId": untouched.group_id})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert NUMBERS[0] not in answer.text


def test_a_wrong_password_is_refused(untouched: OneStopServer) -> None:
    answer = httpx.get(
        f"{untouched.rest_url}/dossiers", auth=(untouched.username, "wrong"), headers={"groupId": untouched.group_id}
    )

    assert answer.status_code == 401


@pytest.mark.parametrize("headers", [{}, {"groupId": "1"}])
def test_without_the_right_group_nothing_is_told(untouched: OneStopServer, headers: dict[str, str]) -> None:
    answer = httpx.get(f"{untouched.rest_url}/dossiers", auth=(untouched.username, untouched.password), headers=headers)

    assert answer.status_code == 403


def test_the_reader_cannot_write(untouched: OneStopServer) -> None:
    answer = httpx.post(
        f"{untouched.rest_url}/dossiers/70001/actions",
        json={"actionCode": "1"},
        auth=(untouched.username, untouched.password),
        headers={"groupId": untouched.group_id},
    )

    assert answer.status_code == 405


# Pages


def test_the_end_of_a_page_is_exclusive(untouched: OneStopServer) -> None:
    assert numbers(untouched, start=1, end=3) == NUMBERS[1:3]


def test_pages_put_together_are_the_whole(untouched: OneStopServer) -> None:
    pages = [numbers(untouched, start=start, end=start + 2) for start in (0, 2, 4)]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert pages[0] + pages[1] + pages[2] == NUMBERS


@pytest.mark.parametrize("query", [{}, {"end": 0}, {"start": 3, "end": 0}])
def test_an_end_of_zero_returns_everything(untouched: OneStopServer, query: dict[str, int]) -> None:
    assert numbers(untouched, **query) == NUMBERS


def test_the_total_counts_beyond_the_page(untouched: OneStopServer) -> None:
    answer = fetch(untouched, query={"start": 4, "end": 99}).json()

    assert answer.keys() == {"total", "data"}
    assert (answer["total"], len(answer["data"])) == (5, 1)


def test_a_page_behind_the_last_is_empty_and_keeps_the_total(untouched: OneStopServer) -> None:
    assert fetch(untouched, query={"start": 50, "end": 60}).json() == {"total": 5, "data": []}


def test_an_offset_that_is_no_number_is_refused_by_name(untouched: OneStopServer) -> None:
    answer = fetch(untouched, query={"start": "first"})

    assert answer.status_code == 400
    assert "start" in answer.json()["message"]


def test_there_is_no_modified_since_filter(untouched: OneStopServer) -> None:
    tomorrow = local(NOW + timedelta(days=1))

    assert numbers(untouched, modifiedSince=tomorrow, fromModifiedDate=tomorrow, lastModified=tomorrow) == NUMBERS


# Order


def test_the_default_order_is_creation_even_after_a_change(server: OneStopServer) -> None:
    server.move(NUMBERS[0], "processing")

    assert numbers(server) == NUMBERS


def test_order_true_is_descending(untouched: OneStopServer) -> None:
    assert numbers(untouched, order="true") == NUMBERS[::-1]
    assert numbers(untouched, order="false") == NUMBERS


def test_a_date_sorts_as_a_date_and_not_as_its_text(untouched: OneStopServer) -> None:
    by_change = [NUMBERS[place] for place in (0, 1, 4, 2, 3)]

    assert numbers(untouched, sort="modifiedDate") == by_change
    assert numbers(untouched, sort="modifiedDate", order="true", start=0, end=2) == by_change[:2:-1]


# Filters


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ({"status": "processing"}, [1]),
        ({"status": "cancelled"}, []),
        ({"service": "2.000635"}, [4]),
        ({"agency": "H12.31"}, [3]),
        ({"dossierNo": NUMBERS[2]}, [2]),
        ({"dossierNo": "261102-000"}, [0, 1, 2, 3, 4]),
        ({"keyword": "đặng thị"}, [0, 1, 2, 3, 4]),
        ({"keyword": "trích lục"}, [4]),
        ({"viapostal": 2}, [0]),
        ({"viaPostal": 2}, [0, 1, 2, 3, 4]),
        ({"vnpostalStatus": 1}, [0]),
        ({"fromViaPostal": 1}, [0]),
        ({"status": "new", "agency": "H12.31"}, []),
    ],
)
def test_filters_narrow_the_list(untouched: OneStopServer, query: dict[str, str | int], places: list[int]) -> None:
    assert numbers(untouched, **query) == [NUMBERS[place] for place in places]


def test_the_sub_status_is_a_filter_of_its_own(server: OneStopServer) -> None:
    server.move(NUMBERS[1], "waiting", dossierSubStatus="supplement")

    assert numbers(server, substatus="supplement") == [NUMBERS[1]]
    assert numbers(server, status="waiting", substatus="payment") == []


@pytest.mark.parametrize(
    ("name", "at", "place"),
    [("SubmitDate", 8, 1), ("ReceiveDate", 6, 2), ("ReleaseDate", 2, 2), ("FinishDate", 1, 3)],
)
def test_a_window_holds_both_its_days(untouched: OneStopServer, name: str, at: int, place: int) -> None:
    day, day_before = local_day(days_ago(at)), local_day(days_ago(at + 1))

    assert NUMBERS[place] in numbers(untouched, **{f"from{name}": day, f"to{name}": day})
    assert NUMBERS[place] in numbers(untouched, **{f"from{name}": day})
    assert NUMBERS[place] not in numbers(untouched, **{f"to{name}": day_before})


def test_a_dossier_without_the_date_is_in_no_window(untouched: OneStopServer) -> None:
    assert numbers(untouched, fromReceiveDate="01/01/2000") == NUMBERS[1:4]


def test_the_due_date_has_a_window(untouched: OneStopServer) -> None:
    due_day = str(the_row(untouched, NUMBERS[1])["dueDate"]).split(" ")[0]

    assert NUMBERS[1] in numbers(untouched, fromDueDate=due_day, toDueDate=due_day)


def test_a_day_written_another_way_is_refused_by_name(untouched: OneStopServer) -> None:
    answer = fetch(untouched, query={"fromReceiveDate": "2026-11-02"})

    assert answer.status_code == 400
    assert "fromReceiveDate" in answer.json()["message"]


# What a row looks like


def test_every_row_has_exactly_the_fields_of_the_wire(untouched: OneStopServer) -> None:
    assert [set(row) for row in rows(untouched)] == [set(DOSSIER_FIELDS.split())] * 5


def test_times_are_local_text_without_zone_and_absent_ones_are_empty(untouched: OneStopServer) -> None:
    fresh, finished = the_row(untouched, NUMBERS[0]), the_row(untouched, NUMBERS[3])

    assert (fresh["createDate"], fresh["submitDate"]) == (local(days_ago(9)), local(days_ago(9)))
    assert [fresh[name] for name in ("receiveDate", "dueDate", "releaseDate", "finishDate")] == [""] * 4
    assert [finished[name] for name in ("receiveDate", "releaseDate", "finishDate", "lastActionDate")] == [
        local(days_ago(days)) for days in (5, 1, 1, 1)
    ]


def test_some_numbers_are_texts_and_stay_so(untouched: OneStopServer) -> None:
    kinds = {type(row[name]) for row in rows(untouched) for name in ("dossierId", "viaPostal", "durationCount")}

    assert kinds == {int, str}
    assert rows(untouched) == rows(untouched)


def test_names_are_upper_case_in_lists_only(untouched: OneStopServer) -> None:
    listed = the_row(untouched, NUMBERS[0])
    read = fetch(untouched, f"/dossiers/{listed['referenceUid']}").json()

    assert (listed["applicantName"], read["applicantName"]) == ("ĐẶNG THỊ MẪU", "Đặng Thị Mẫu")
    assert {**read, "applicantName": ""} == {**listed, "applicantName": ""}


def test_lateness_is_a_sentence(untouched: OneStopServer) -> None:
    untouched.set_clock(30 * 86_400)

    assert str(the_row(untouched, NUMBERS[1])["dossierOverdue"]).startswith("Quá hạn ")


def test_the_portal_has_its_own_number_for_a_dossier(untouched: OneStopServer) -> None:
    assert the_row(untouched, NUMBERS[1])["dossierIdCTN"] == "G22.99-261102-0002"
    assert the_row(untouched, NUMBERS[0])["dossierIdCTN"] == ""


def test_the_due_date_counts_working_days_from_receipt(server: OneStopServer) -> None:
    friday = datetime(2026, 11, 6, 9, tzinfo=HANOI)
    server.add(a_dossier(90, ("processing", friday), processing_days=3))

    row = next(row for row in rows(server, dossierNo="0090"))
    assert (row["receiveDate"], row["dueDate"]) == ("06/11/2026 09:00:00", "11/11/2026 09:00:00")


# One dossier


def test_a_dossier_is_read_by_id_or_reference_but_not_by_number(untouched: OneStopServer) -> None:
    row = the_row(untouched, NUMBERS[2])

    assert fetch(untouched, f"/dossiers/{row['dossierId']}").json()["dossierNo"] == NUMBERS[2]
    assert fetch(untouched, f"/dossiers/{row['referenceUid']}").json()["dossierNo"] == NUMBERS[2]
    assert fetch(untouched, f"/dossiers/{NUMBERS[2]}").status_code == 404


@pytest.mark.parametrize("path", ["/dossiers/1", "/dossiers/1/actions", "/dossiers/1/other", "/dossiersyncs"])
def test_what_is_not_there_is_not_found(untouched: OneStopServer, path: str) -> None:
    assert fetch(untouched, path).status_code == 404


def test_actions_tell_the_way_of_a_dossier(untouched: OneStopServer) -> None:
    first, second, third = the_actions(untouched, NUMBERS[2])

    assert first.keys() == set(ACTION_FIELDS.split())
    assert (first["fromStepCode"], second["fromStepCode"], third["fromStepCode"]) == (
        "",
        first["stepCode"],
        second["stepCode"],
    )
    assert [action["createDate"] for action in (first, second, third)] == [local(days_ago(days)) for days in (7, 6, 2)]
    assert [action["rollbackable"] for action in (first, second, third)] == [False, False, True]


# Changes


def test_a_dossier_moves_when_it_is_told_to(server: OneStopServer) -> None:
    before = the_row(server, NUMBERS[1])
    server.move(NUMBERS[1], "releasing", dossierSubStatus="signed", note="đã ký")

    row = the_row(server, NUMBERS[1])
    assert (row["dossierStatus"], row["dossierSubStatus"], row["lastActionNote"]) == ("releasing", "signed", "đã ký")
    assert row["receiveDate"] == before["receiveDate"]
    assert row["releaseDate"] == row["modifiedDate"] == row["lastActionDate"] != before["modifiedDate"]
    assert row["finishDate"] == ""


def test_a_roll_back_is_a_step_and_takes_the_later_dates_away(server: OneStopServer) -> None:
    server.move(NUMBERS[3], "processing", user="Cán bộ Thử")

    row, last = the_row(server, NUMBERS[3]), the_actions(server, NUMBERS[3])[-1]
    assert (row["dossierStatus"], row["releaseDate"], row["finishDate"]) == ("processing", "", "")
    assert row["receiveDate"] == local(days_ago(5))
    assert last["actionUser"] == "Cán bộ Thử"
    assert str(last["actionName"]).startswith("Quay lại")
    assert len(the_actions(server, NUMBERS[3])) == 4


def test_a_roll_back_before_receipt_takes_the_receipt_away(server: OneStopServer) -> None:
    server.move(NUMBERS[1], "new")

    row = the_row(server, NUMBERS[1])
    assert (row["dossierStatus"], row["receiveDate"], row["dueDate"]) == ("new", "", "")


def test_a_change_dated_back_holds_at_once_and_looks_old(server: OneStopServer) -> None:
    server.move(NUMBERS[2], "done", at=days_ago(20).isoformat())

    row = the_row(server, NUMBERS[2])
    assert (row["dossierStatus"], row["finishDate"]) == ("done", local(days_ago(20)))
    assert row["modifiedDate"] == row["lastActionDate"] == local(days_ago(20))


def test_a_planned_step_comes_when_the_clock_reaches_it(server: OneStopServer) -> None:
    server.add(a_dossier(91, ("new", days_ago(1)), ("processing", NOW + timedelta(hours=2))))
    number = str(a_dossier(91)["number"])
    assert the_row(server, number)["dossierStatus"] == "new"

    server.set_clock(3 * 3600)

    assert the_row(server, number)["dossierStatus"] == "processing"
    assert the_row(server, number)["receiveDate"] == local(NOW + timedelta(hours=2))


def test_a_planned_step_comes_by_the_real_clock(server: OneStopServer) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    server.add(a_dossier(92, ("new", days_ago(1)), ("processing", soon)))
    number = str(a_dossier(92)["number"])

    until(lambda: the_row(server, number)["dossierStatus"] == "processing")

    assert datetime.now(UTC) >= soon


def test_a_change_by_hand_does_not_undo_the_plan(server: OneStopServer) -> None:
    server.add(a_dossier(93, ("new", days_ago(1)), ("releasing", NOW + timedelta(hours=2))))
    number = str(a_dossier(93)["number"])

    server.move(number, "processing")
    assert the_row(server, number)["dossierStatus"] == "processing"

    server.set_clock(3 * 3600)
    assert the_row(server, number)["dossierStatus"] == "releasing"


def test_a_dossier_is_not_there_before_its_first_step(server: OneStopServer) -> None:
    server.add(a_dossier(94, ("new", NOW + timedelta(hours=2)), reference_uid="later"))

    assert numbers(server, dossierNo="0094") == []
    assert fetch(server, "/dossiers/later").status_code == 404


def test_a_dossier_can_be_added_live_with_a_status_alone(server: OneStopServer) -> None:
    server.add({"number": "000.00.31.H12-261102-0099", "service_code": "1.001612", "status": "receiving"})

    row = the_row(server, "000.00.31.H12-261102-0099")
    assert (row["dossierStatus"], row["serviceCode"]) == ("receiving", "1.001612")
    assert row["createDate"] == row["modifiedDate"] != ""
    assert row["contactTelNo"] != "" != row["applicantName"]


@pytest.mark.parametrize(
    ("path", "body", "status", "names"),
    [
        (f"dossiers/{NUMBERS[0]}/status", {"dossierStatus": "9"}, 422, "dossierStatus"),
        (f"dossiers/{NUMBERS[0]}/status", {}, 422, "dossierStatus"),
        (f"dossiers/{NUMBERS[0]}/status", {"dossierStatus": "done", "at": "2026-11-02T08:00:00"}, 422, "offset"),
        (f"dossiers/{NUMBERS[0]}/status", {"dossierStatus": "done", "colour": "red"}, 422, "colour"),
        (f"dossiers/{NUMBERS[0]}/status", ["done"], 422, "object"),
        ("dossiers/000.00.22.H12-261102-9999/status", {"dossierStatus": "done"}, 404, "9999"),
        ("dossiers", {"number": "1"}, 422, "service_code"),
        ("dossiers", a_dossier(95), 422, "history"),
        ("dossiers", DOSSIERS[0], 409, NUMBERS[0]),
        ("faults", {"kind": "tired"}, 422, "kind"),
        ("clock", {"offset_seconds": 1e300}, 422, "offset_seconds"),
        ("elsewhere", {}, 404, "address"),
    ],
)
def test_a_demand_that_cannot_be_met_is_refused_by_name(
    untouched: OneStopServer, path: str, body: object, status: int, names: str
) -> None:
    answer = httpx.post(f"{untouched.base_url}/demo/{path}", json=body)

    assert (answer.status_code, names in answer.json()["message"]) == (status, True)
    assert the_row(untouched, NUMBERS[0])["dossierStatus"] == "new"


def test_a_body_that_is_not_json_is_refused(untouched: OneStopServer) -> None:
    answer = httpx.post(f"{untouched.base_url}/demo/faults", content=b"kind=down")

    assert (answer.status_code, answer.json()["message"]) == (422, "the body is not JSON")


# Faults


def test_when_down_the_connection_closes_without_an_answer(untouched: OneStopServer) -> None:
    untouched.fault("down")

    with pytest.raises(httpx.RemoteProtocolError):
        fetch(untouched)


def test_when_slow_the_answer_does_not_come_in_time(untouched: OneStopServer) -> None:
    untouched.fault("slow", seconds=60)

    with pytest.raises(httpx.ReadTimeout):
        httpx.get(
            f"{untouched.rest_url}/dossiers",
            auth=(untouched.username, untouched.password),
            headers={"groupId": untouched.group_id},
            timeout=0.2,
        )


def test_when_slow_the_answer_comes_after_all_and_is_right(untouched: OneStopServer) -> None:
    untouched.fault("slow", seconds=0.2)

    assert numbers(untouched) == NUMBERS


def test_when_the_login_page_answers_it_is_html_with_status_200(untouched: OneStopServer) -> None:
    untouched.fault("html")
    answer = fetch(untouched)

    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, "text/html")
    assert "Đăng nhập" in answer.text


def test_when_truncated_the_json_begins_well_and_breaks_off(untouched: OneStopServer) -> None:
    untouched.fault("truncated")
    answer = fetch(untouched)

    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, "application/json")
    assert answer.text.startswith('{"total": ')
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()


def test_when_truncated_on_the_way_even_the_length_is_broken(untouched: OneStopServer) -> None:
    untouched.fault("truncated", declares_whole_length=True)

    with pytest.raises(httpx.RemoteProtocolError):
        fetch(untouched)


def test_when_empty_the_office_has_no_dossiers_at_all(untouched: OneStopServer) -> None:
    untouched.fault("empty")

    assert fetch(untouched).json() == {"total": 0, "data": []}


@pytest.mark.parametrize("kind", ["down", "slow", "html", "truncated", "empty"])
def test_after_a_fault_everything_is_as_before(untouched: OneStopServer, kind: str) -> None:
    before = fetch(untouched).json()

    untouched.fault(kind)
    untouched.fault("none")

    assert fetch(untouched).json() == before


# The process


def test_it_ends_in_order_when_told_to() -> None:
    with one_stop_server(DOSSIERS) as server:
        url = server.base_url
        assert numbers(server) == NUMBERS

    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.standins.one_stop", "--port", "0", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_no_word_of_error(sent: signal.Signals) -> None:
    with started() as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("one-stop stand-in on 127.0.0.1:")
        process.send_signal(sent)
        _, errors = process.communicate(timeout=20)

    assert (process.returncode, errors) == (0, "")


def test_it_does_not_outlive_whoever_started_it() -> None:
    with started("--end-with-stdin") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.communicate(timeout=20)

    assert process.returncode == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"number": "1"}', "the file of dossiers must be a list"),
        ('[{"number": "1", "service_code": "2", "history": [{"status": "9", "at": ""}]}]', "dossier 1 of the file: "),
        ('[{"number": "1", "service_code": "2", "colour": "red"}]', "dossier 1 of the file: unknown key colour"),
        ('[{"number": "1", "service_code"', "Expecting"),
    ],
)
def test_a_file_that_cannot_be_read_stops_the_start(tmp_path: Path, content: str, sentence: str) -> None:
    file = tmp_path / "dossiers.json"
    file.write_text(content)
    with started("--dossiers", str(file)) as process:
        output, errors = process.communicate(timeout=20)

    assert (process.returncode, output, sentence in errors) == (1, "", True)


def test_the_stand_in_and_the_product_do_not_know_each_other() -> None:
    importing = "import sys, tests.standins.one_stop.__main__; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", importing], cwd=ROOT, capture_output=True, text=True, check=True)
    product = [
        file.read_text() for folder in ("tracker", "labels", "schedules") for file in ROOT.glob(f"{folder}/**/*.py")
    ]

    assert {"tracker", "schedules", "labels"}.isdisjoint(loaded.stdout.split())
    assert [text for text in product if "tests.standins" in text] == []
