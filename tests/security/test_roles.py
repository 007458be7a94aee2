"""Who may open which page, each role at each door, against the table as it was agreed."""

from collections.abc import Mapping

from tests.security.doors import Doors, Person, address_of, line_of
from tracker.domain.vocabulary import Role

STAFF = "clerk postclerk officer courier driver supervisor hotline admin auditor"
REGISTRARS = "clerk postclerk supervisor"
READERS = f"{REGISTRARS} officer hotline auditor"
SCANNERS = "clerk postclerk officer"
OVERSEERS = "supervisor auditor"
WRITERS = "clerk postclerk officer courier supervisor"
HANDS = "postclerk officer courier"
AGREED: Mapping[str, str] = {
    "GET /lam-viec": STAFF,
    "POST /dang-xuat": STAFF,
    "GET /ban-quay/": REGISTRARS,
    "GET /ban-quay/ho-so/moi": REGISTRARS,
    "POST /ban-quay/ho-so/moi": REGISTRARS,
    "GET /ban-quay/xa-phuong": REGISTRARS,
    "GET /ban-quay/thu-tuc/<code>": REGISTRARS,
    "GET /ban-quay/ho-so/<number>/gui": REGISTRARS,
    "POST /ban-quay/ho-so/<number>/gui": REGISTRARS,
    "POST /ban-quay/buu-gui/<number>/in-lai": REGISTRARS,
    "GET /ban-quay/nhan/<int:label_id>": REGISTRARS,
    "GET /ban-quay/nhan/<int:label_id>.pdf": REGISTRARS,
    "GET /ban-quay/nhan/<int:label_id>.zpl": REGISTRARS,
    "POST /ban-quay/nhan/<int:label_id>/gui": REGISTRARS,
    "GET /ban-quay/may-in": REGISTRARS,
    "POST /ban-quay/may-in": REGISTRARS,
    "GET /ban-quay/may-in/<int:printer_id>": f"{REGISTRARS} admin",
    "POST /ban-quay/may-in/<int:printer_id>": f"{REGISTRARS} admin",
    "GET /ban-quay/may-in/<int:printer_id>/trang-thu.pdf": f"{REGISTRARS} admin",
    "GET /ban-quay/so-nhan": f"{REGISTRARS} auditor",
    "POST /ban-quay/so-nhan": f"{REGISTRARS} auditor",
    "GET /ban-quay/so-nhan/<int:label_id>/huy": f"{REGISTRARS} auditor",
    "POST /ban-quay/so-nhan/<int:label_id>/huy": REGISTRARS,
    "POST /ban-quay/nhan/<int:label_id>/tu-in": REGISTRARS,
    "POST /ban-quay/tu-in": REGISTRARS,
    "GET /ban-quay/nhan/<int:label_id>/giay": REGISTRARS,
    "POST /ban-quay/nhan/<int:label_id>/giay": REGISTRARS,
    "GET /ban-quay/buu-gui/<number>/giay": REGISTRARS,
    "POST /ban-quay/buu-gui/<number>/giay": REGISTRARS,
    "GET /ban-quay/in-nhan/": REGISTRARS,
    "POST /ban-quay/in-nhan/": REGISTRARS,
    "GET /ban-quay/in-nhan/<int:batch_id>": REGISTRARS,
    "POST /ban-quay/in-nhan/<int:batch_id>": REGISTRARS,
    "GET /ban-quay/in-nhan/<int:batch_id>.pdf": REGISTRARS,
    "GET /ban-quay/in-nhan/<int:batch_id>.csv": REGISTRARS,
    "POST /ban-quay/in-nhan/<int:batch_id>/gui": REGISTRARS,
    "GET /ban-quay/tim": READERS,
    "POST /ban-quay/tim": READERS,
    "GET /ban-quay/ho-so/<number>": READERS,
    "GET /ban-quay/ho-so/<number>/hien": READERS,
    "POST /ban-quay/ho-so/<number>/hien": READERS,
    "GET /ban-quay/ho-so/<number>/bao-dan": "clerk officer supervisor",
    "POST /ban-quay/ho-so/<number>/bao-dan": "clerk officer supervisor",
    "GET /ban-quay/ho-so/<number>/chung-cu": OVERSEERS,
    "POST /ban-quay/ho-so/<number>/chung-cu": OVERSEERS,
    "GET /ban-quay/buu-gui/<number>": READERS,
    "GET /ban-quay/buu-gui/<number>/hien": READERS,
    "GET /ban-quay/buu-gui/<number>/in-lai": READERS,
    "POST /ban-quay/buu-gui/<number>/hien": READERS,
    "GET /ban-quay/buu-gui/<number>/viec/<kind>": f"{SCANNERS} supervisor",
    "POST /ban-quay/buu-gui/<number>/viec/<kind>": f"{SCANNERS} supervisor",
    "GET /ban-quay/buu-gui/<number>/dinh-chinh/<uuid:event_id>": "supervisor",
    "POST /ban-quay/buu-gui/<number>/dinh-chinh/<uuid:event_id>": "supervisor",
    "GET /ban-quay/quet": SCANNERS,
    "GET /ban-quay/quet/sua": SCANNERS,
    "POST /ban-quay/quet/sua": SCANNERS,
    "POST /ban-quay/quet": SCANNERS,
    "GET /ban-quay/buu-gui/<number>/tim-quanh": "clerk postclerk officer supervisor auditor",
    "GET /ban-quay/tui/": "postclerk",
    "POST /ban-quay/tui/": "postclerk",
    "GET /ban-quay/tui/<uuid:handover>": f"postclerk {OVERSEERS}",
    "POST /ban-quay/tui/<uuid:handover>": "postclerk",
    "GET /ban-quay/kiem-dem/": SCANNERS,
    "POST /ban-quay/kiem-dem/": SCANNERS,
    "GET /ban-quay/kiem-dem/<uuid:count>": f"{SCANNERS} {OVERSEERS}",
    "POST /ban-quay/kiem-dem/<uuid:count>": SCANNERS,
    "GET /ban-quay/kiem-dem/<uuid:count>/bien-ban": f"{SCANNERS} {OVERSEERS}",
    "GET /giao-nhan/": HANDS,
    "POST /giao-nhan/": HANDS,
    "GET /giao-nhan/<uuid:handover>": f"{HANDS} {OVERSEERS}",
    "POST /giao-nhan/<uuid:handover>": f"{HANDS} supervisor",
    "GET /giao-nhan/<uuid:handover>/bien-ban": f"{HANDS} {OVERSEERS}",
    "GET /giao-nhan/<uuid:handover>/giay": f"{HANDS} {OVERSEERS}",
    "POST /giao-nhan/<uuid:handover>/giay": f"{HANDS} {OVERSEERS}",
    "GET /g/<code>": f"{HANDS} {OVERSEERS}",
    "GET /G/<code>": f"{HANDS} {OVERSEERS}",
    "GET /ban-quay/phieu-giay/": WRITERS,
    "POST /ban-quay/phieu-giay/": WRITERS,
    "GET /ban-quay/phieu-giay/<sheet>": WRITERS,
    "POST /ban-quay/phieu-giay/<sheet>": WRITERS,
    "GET /ban-quay/phieu-giay/<sheet>.pdf": WRITERS,
    "GET /ban-quay/phieu-giay/<sheet>/<int:row>": WRITERS,
    "POST /ban-quay/phieu-giay/<sheet>/<int:row>": WRITERS,
    "GET /buu-ta/": "courier driver",
    "GET /buu-ta/quet": "courier driver",
    "POST /buu-ta/quet": "courier driver",
    "GET /buu-ta/quet/sua": "courier driver",
    "POST /buu-ta/quet/sua": "courier driver",
    "GET /buu-ta/kiem-dem/": "courier",
    "POST /buu-ta/kiem-dem/": "courier",
    "GET /buu-ta/kiem-dem/<uuid:count>": "courier",
    "POST /buu-ta/kiem-dem/<uuid:count>": "courier",
    "GET /buu-ta/kiem-dem/<uuid:count>/bien-ban": "courier",
    "GET /dieu-hanh/": OVERSEERS,
    "GET /dieu-hanh/bao-cao/so-ngay": OVERSEERS,
    "GET /dieu-hanh/bao-cao/so-ngay/tep": OVERSEERS,
    "GET /dieu-hanh/bao-cao/ty-le": OVERSEERS,
    "GET /dieu-hanh/bao-cao/ty-le/tep": OVERSEERS,
    "GET /dieu-hanh/bao-cao/quy": OVERSEERS,
    "GET /dieu-hanh/bao-cao/quy/tep": OVERSEERS,
    "GET /dieu-hanh/buu-gui": OVERSEERS,
    "GET /dieu-hanh/danh-sach/<listing>": OVERSEERS,
    "GET /dieu-hanh/danh-sach/<listing>/xuat": OVERSEERS,
    "POST /dieu-hanh/danh-sach/<listing>/xuat": OVERSEERS,
    "GET /dieu-hanh/so-sach": f"{OVERSEERS} admin",
    "GET /dieu-hanh/cho-nhan": f"{OVERSEERS} postclerk officer",
    "GET /dieu-hanh/den-muon": OVERSEERS,
    "POST /dieu-hanh/den-muon": "supervisor",
    "GET /dieu-hanh/ma-la": OVERSEERS,
    "GET /dieu-hanh/ma-la/<int:orphan_id>": OVERSEERS,
    "POST /dieu-hanh/ma-la/<int:orphan_id>": "supervisor",
    "GET /dieu-hanh/doi-soat": OVERSEERS,
    "GET /dieu-hanh/kiem-dem": OVERSEERS,
    "GET /dieu-hanh/doi-soat/da-dong": OVERSEERS,
    "GET /dieu-hanh/doi-soat/giao": OVERSEERS,
    "POST /dieu-hanh/doi-soat/giao": "supervisor",
    "GET /dieu-hanh/doi-soat/<int:number>/cho": OVERSEERS,
    "POST /dieu-hanh/doi-soat/<int:number>/cho": "supervisor",
    "GET /dieu-hanh/doi-soat/<int:number>/duyet": OVERSEERS,
    "POST /dieu-hanh/doi-soat/<int:number>/duyet": "supervisor",
    "GET /dieu-hanh/doi-soat/<int:number>/dong": OVERSEERS,
    "POST /dieu-hanh/doi-soat/<int:number>/dong": "supervisor",
    "GET /dieu-hanh/doi-soat/<int:number>/giao": OVERSEERS,
    "POST /dieu-hanh/doi-soat/<int:number>/giao": "supervisor",
    "GET /dieu-hanh/don-gui": OVERSEERS,
    "POST /dieu-hanh/don-gui": "supervisor",
    "GET /dieu-hanh/nguon-tin": f"{OVERSEERS} admin",
    "POST /dieu-hanh/nguon-tin": "supervisor",
    "GET /dieu-hanh/tac-vu": f"{OVERSEERS} admin",
    "GET /dieu-hanh/tac-vu/<int:run_id>": f"{OVERSEERS} admin",
    "POST /dieu-hanh/tac-vu/chay": "supervisor admin",
    "GET /tong-dai/": "hotline",
    "POST /tong-dai/": "hotline",
    "GET /tong-dai/buu-gui/<number>/hien": "hotline",
    "POST /tong-dai/buu-gui/<number>/hien": "hotline",
    "GET /quan-tri/": "admin",
    "GET /quan-tri/lich-nghi": "admin",
    "POST /quan-tri/lich-nghi": "admin",
    "GET /quan-tri/may-in": "admin",
    "POST /quan-tri/may-in": "admin",
    "GET /quan-tri/may-in/<int:printer_id>": "admin",
    "POST /quan-tri/may-in/<int:printer_id>": "admin",
}
ROLES = tuple(STAFF.split())
# Leaving is tried last: after it nobody is anybody.
LAST = "POST /dang-xuat"


def _guarded(doors: Doors) -> dict[str, tuple[str, str]]:
    """Method and address of every page that is not for everybody, by its line in the table."""
    lines = {
        line_of(method, rule): (method, address_of(rule))
        for method, rule in doors.routes()
        if getattr(doors.app.view_functions[rule.endpoint], "access", ()) != ()
    }
    return lines | {LAST: lines.pop(LAST)}


def test_every_guarded_page_stands_in_the_table(quick_doors: Doors) -> None:
    assert set(_guarded(quick_doors)) == set(AGREED)


def test_only_the_roles_that_are_named_are_let_in(quick_doors: Doors) -> None:
    people = [quick_doors.enter(role) for role in ROLES]

    admitted = {
        line: {person.name for person in people if _is_let_in(person, *door)}
        for line, door in _guarded(quick_doors).items()
    }

    assert admitted == {line: set(AGREED[line].split()) for line in admitted}


def _is_let_in(person: Person, method: str, path: str) -> bool:
    answer = person.ask(method, path)
    assert answer.status_code < 500, f"{method} {path}"
    return answer.status_code != 403 and "/dang-nhap?" not in answer.headers.get("Location", "")


def test_nobody_is_let_in_without_a_session(quick_doors: Doors) -> None:
    stranger = quick_doors.stranger()

    answers = {line: stranger.ask(method, path) for line, (method, path) in _guarded(quick_doors).items()}

    assert {answer.status_code for answer in answers.values()} == {303}
    assert {answer.headers["Location"].partition("?")[0] for answer in answers.values()} == {"/dang-nhap"}


def test_a_made_up_session_is_no_session(quick_doors: Doors) -> None:
    forged = quick_doors.stranger()

    answers = [forged.ask("GET", "/lam-viec", Cookie=f"giaonhan_session={value}") for value in FORGED]

    assert {answer.status_code for answer in answers} == {303}


FORGED = ("", "1", "clerk", "A" * 43, "A" * 4000, "%00", "../../etc", "eyJhY2NvdW50X2lkIjoxfQ.x.y", "'; --", '"q"')


def test_every_role_is_tried() -> None:
    assert set(ROLES) == set(Role) - {Role.SYSTEM}
