"""Lists come page by page, without a gap and without a row twice."""

from collections.abc import Iterator

from tests.builders import a_desk
from tests.callers import Api, a_dossier_body
from tracker.actions.runs import ask_run, jobs_of
from tracker.store.engine import transaction

LISTS = ("/offices", "/procedures", "/dossiers", "/items", "/discrepancies", "/runs")


def pages(api: Api, path: str, limit: int, who: str = "supervisor") -> Iterator[list[dict[str, object]]]:
    after = ""
    while True:
        page = api.get(f"{path}?limit={limit}{after}", who).json or {}
        yield page["data"]
        if page["next"] is None:
            return
        after = f"&after={page['next']}"


def names(rows: list[dict[str, object]]) -> list[object]:
    return [row.get("number") or row.get("code") or row.get("name") for row in rows]


def test_pages_together_are_the_whole_list(api: Api) -> None:
    for serial in range(1, 6):
        api.register(serial)
    with transaction(api.engine) as session:
        asked_by = a_desk(api.people["supervisor"].actor)
        jobs = jobs_of(asked_by.config)
        for job in jobs:
            ask_run(session, job, asked_by)

    whole = {path: names((api.get(path, "supervisor").json or {})["data"]) for path in LISTS}
    piecewise = {path: [name for page in pages(api, path, 2) for name in names(page)] for path in LISTS}

    assert piecewise == whole
    assert len(whole["/items"]) == 5
    assert len(whole["/runs"]) == len(jobs)


def test_a_page_that_is_just_full_is_the_last(api: Api) -> None:
    for serial in (1, 2):
        api.post("/dossiers", a_dossier_body(serial))

    page = api.get("/dossiers?limit=2").json or {}

    assert (len(page["data"]), page["next"]) == (2, None)


def test_limits_and_cursors_that_cannot_be_are_refused(api: Api) -> None:
    bad_limits = [api.get(f"/items?limit={limit}").json or {} for limit in ("0", "201", "-1", "x", "1.5", "")]
    bad_cursors = [
        api.get(f"{path}?after={after}").json or {}
        for path in ("/items", "/dossiers", "/discrepancies")
        for after in ("x", "-1", "1.5", "99999999999999999999", "%00", "١")
    ]
    bad_code = api.get("/offices?after=%00").json or {}

    assert {(one["status"], one["errors"][0]["field"]) for one in bad_limits} == {(422, "limit")}
    assert {(one["status"], one["errors"][0]["field"]) for one in (*bad_cursors, bad_code)} == {(422, "after")}


def test_a_page_holds_at_most_two_hundred_rows_and_fifty_unless_told(api: Api) -> None:
    for serial in range(1, 53):
        api.post("/dossiers", a_dossier_body(serial))

    assert len((api.get("/dossiers").json or {})["data"]) == 50
    assert len((api.get("/dossiers?limit=200").json or {})["data"]) == 52
