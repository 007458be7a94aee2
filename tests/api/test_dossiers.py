"""Dossiers are registered once, and read by whom they concern."""

import unicodedata

from sqlalchemy import select
from sqlmodel import col

from tests.builders import CLOSED_PROCEDURE, RESULT_ONLY, a_number
from tests.callers import Api, a_dossier_body, a_person_body
from tracker.store.models import AuditRow


def cause_and_fields(api: Api, **fields: object) -> tuple[int, str, list[str]]:
    answer = api.post("/dossiers", a_dossier_body(**fields))  # type: ignore[arg-type]  # fields of the body
    problem = answer.json or {}
    return answer.status_code, problem["cause"], [error["field"] for error in problem["errors"]]


def test_a_registered_dossier_is_told_with_its_address(api: Api) -> None:
    answer = api.post("/dossiers", a_dossier_body(portal_number="DVC-2026-77"))

    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v1/dossiers/{a_number()}")
    assert answer.json == {
        "number": a_number(),
        "aliases": ["DVC-2026-77"],
        "procedure": "1.004873",
        "items": [],
        "claims": [],
        "clocks": {"postal_due_on": None, "processing_due_on": None, "legal_submission_at": None},
    }


def test_a_dossier_is_found_by_any_of_its_numbers_however_typed(api: Api) -> None:
    api.post("/dossiers", a_dossier_body(portal_number="DVC-2026-77"))

    found = [api.get(f"/dossiers/{text}").json for text in (a_number(), a_number().lower(), "dvc-2026-77")]

    assert [row["number"] for row in found if row] == [a_number()] * 3


def test_a_known_number_is_a_conflict(api: Api) -> None:
    api.post("/dossiers", a_dossier_body())

    again = cause_and_fields(api)
    under_another = cause_and_fields(api, serial=2, portal_number=a_number().lower())

    assert again == (409, "dossier_exists", ["number"])
    assert under_another == (409, "dossier_exists", ["portal_number"])


def test_one_number_told_twice_is_no_conflict(api: Api) -> None:
    answer = api.post("/dossiers", a_dossier_body(portal_number=a_number()))

    assert (answer.status_code, (answer.json or {})["aliases"]) == (201, [])


def test_a_closed_procedure_is_refused_with_its_reason(api: Api) -> None:
    problem = api.post("/dossiers", a_dossier_body(procedure=CLOSED_PROCEDURE)).json or {}

    assert (problem["status"], problem["cause"]) == (422, "procedure_closed")
    assert "Hai bên phải có mặt tại cơ quan" in problem["detail"]


BAD_INPUT: tuple[tuple[dict[str, object], str, str], ...] = (
    ({"number": "không phải mã"}, "bad_number", "number"),
    ({"number": "000.00.22.H12-261131-0001"}, "bad_number", "number"),
    ({"number": "000.00.22.H12-261124-0001"}, "bad_number", "number"),
    ({"number": "000.00.22.Z99-261120-0001"}, "bad_number", "number"),
    ({"procedure": "9.999999"}, "unknown_procedure", "procedure"),
    ({"receiving_office": "H99"}, "unknown_office", "receiving_office"),
    ({"deciding_agency": "H99"}, "unknown_office", "deciding_agency"),
    ({"documents": []}, "documents_required", "documents"),
    ({"documents": [{"name": "Tờ khai", "kind": "photo", "count": 1}]}, "bad_value", "documents.0.kind"),
    ({"documents": [{"name": "Tờ khai", "kind": "copy", "count": 0}]}, "out_of_range", "documents.0.count"),
    ({"documents": [{"name": "Tờ khai", "kind": "copy", "count": "1"}]}, "bad_value", "documents.0.count"),
    ({"documents": [{"name": "\u200b\u0007", "kind": "copy", "count": 1}]}, "field_required", "documents.0.name"),
    ({"result_by_post": "yes"}, "bad_value", "result_by_post"),
    ({"applicant": a_person_body(name="Đ" * 301)}, "field_too_long", "applicant.name"),
    ({"applicant": a_person_body(name="  ")}, "field_required", "applicant.name"),
    ({"applicant": a_person_body(phone="12")}, "bad_phone", "applicant.phone"),
    (
        {"applicant": a_person_body(address={"line": "1", "ward_code": "99999", "province_code": "96"})},
        "bad_address",
        "applicant.address.ward_code",
    ),
)


def test_bad_input_is_refused_by_field_and_cause(api: Api) -> None:
    told = [cause_and_fields(api, **fields) for fields, _, _ in BAD_INPUT]

    assert told == [(422, cause, [field]) for _, cause, field in BAD_INPUT]


def test_a_name_of_three_hundred_letters_is_kept_whole_however_it_is_composed(api: Api) -> None:
    name = ("Nguyễn Thị Ánh Tuyết " * 20)[:300].strip()
    decomposed = unicodedata.normalize("NFD", name)

    answer = api.post("/dossiers", a_dossier_body(applicant=a_person_body(name=decomposed)))

    told = api.get(f"/dossiers/{a_number()}").json or {}
    assert (answer.status_code, told["applicant"]["name"]) == (201, name)


def test_a_result_only_procedure_takes_no_envelope_for_sending(api: Api) -> None:
    api.post("/dossiers", a_dossier_body(procedure=RESULT_ONLY))

    problem = api.post("/items", {"dossier": a_number(), "leg": "submission"}).json or {}

    assert (problem["status"], problem["cause"]) == (422, "procedure_closed")


def test_the_hotline_and_the_auditor_see_a_masked_applicant(api: Api) -> None:
    api.post("/dossiers", a_dossier_body())

    masked = [api.get(f"/dossiers/{a_number()}", who).json for who in ("hotline", "auditor")]

    assert [row["applicant"] for row in masked if row] == [
        {
            "name": "N••• T••• Á••• T•••",
            "phone": "•••678",
            "address": {"line": "•••", "ward_code": "32002", "province_code": "96"},
        }
    ] * 2


def test_whoever_reads_a_whole_person_leaves_a_line_in_the_audit(api: Api) -> None:
    api.post("/dossiers", a_dossier_body())
    before = lines_of_audit(api)

    api.get(f"/dossiers/{a_number()}")
    api.get(f"/dossiers/{a_number()}", "auditor")
    api.get("/dossiers")

    assert lines_of_audit(api)[len(before) :] == [("clerk", "person read", f"dossier:{a_number()}")]


def lines_of_audit(api: Api) -> list[tuple[str, str, str]]:
    with api.session() as session:
        rows = session.scalars(select(AuditRow).order_by(col(AuditRow.id)))
        return [(row.actor, row.action, row.subject) for row in rows]


def test_a_dossiers_clocks_follow_its_items(api: Api) -> None:
    number = api.register()

    told = api.get(f"/dossiers/{a_number()}").json or {}

    assert told["items"] == [number]
    assert told["clocks"]["postal_due_on"] == "2026-11-24"
