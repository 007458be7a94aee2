"""A small province to try things in, built through the product's own actions: nothing is inserted beside them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from argon2 import PasswordHasher
from sqlmodel import Session

from tracker.actions import accounts
from tracker.actions.accounts import NewAccount, actor_of_token, add_account, create_token
from tracker.actions.desk import Desk
from tracker.actions.door import Door
from tracker.actions.founding import (
    NewOffice,
    NewProcedure,
    NewRange,
    enter_procedures,
    found_offices,
    found_system_account,
    grant_ranges,
)
from tracker.actions.people import DocumentGiven, PersonGiven
from tracker.actions.post import NewItem, RegisteredItem, register_item
from tracker.actions.receipts import Receipt
from tracker.actions.record import record
from tracker.actions.register import NewDossier, register_dossier
from tracker.config import Config, load_config
from tracker.domain.actor import Actor
from tracker.domain.chain import instant
from tracker.domain.vocabulary import DocumentKind, EventType, Leg, OfficeKind, Role
from tracker.store.models import Dossier

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""A Monday at 10:00 in Vietnam."""

ROOT, CENTRE, AGENCY, COMMUNE = "H12", "H12.TT", "H12.NNMT", "H12.32002"
POST, POST_AFAR = "BC.CM", "BC.BL"
ELSEWHERE, POST_ELSEWHERE = "H04", "BC.CB"
OPEN_PROCEDURE, CLOSED_PROCEDURE, RESULT_ONLY = "1.004873", "1.000894", "1.001193"
PASSWORD, PIN = "đủ dài và không ai đoán", "261126"


@cache
def the_config() -> Config:
    return load_config(Path(__file__).parent.parent / "config.toml", {})


def an_office(
    session: Session, code: str, kind: OfficeKind = OfficeKind.COMMUNE, *, at: datetime = NOW, **columns: object
) -> NewOffice:
    """Known by its code; `columns` are those of NewOffice."""
    given: dict[str, object] = {"name": f"Cơ quan {code}", "short_name": code, "place_name": "Cà Mau"}
    office = replace(NewOffice(code=code, kind=kind, name="", short_name="", place_name=""), **(given | columns))  # type: ignore[arg-type]  # a builder's keywords
    found_offices(session, [office], at=at)
    return office


def found_province(session: Session, *, at: datetime = NOW) -> None:
    """A province of Cà Mau: centre, agency, commune, two post offices; and one office with a post office elsewhere."""
    ours = {"province_code": "96", "ward_code": "32014"}
    an_office(session, ROOT, OfficeKind.AGENCY, at=at, name="Văn phòng UBND tỉnh Cà Mau", **ours)
    an_office(session, POST, OfficeKind.POST_OFFICE, at=at, parent=ROOT, name="Bưu cục Cà Mau", service_point=True,
              serves_wards=("32014", "32002"), **ours)  # fmt: skip
    an_office(session, POST_AFAR, OfficeKind.POST_OFFICE, at=at, parent=ROOT, name="Bưu cục Bạc Liêu",
              place_name="Bạc Liêu", serves_wards=("31825",), province_code="96", ward_code="31825")  # fmt: skip
    for code, kind, name in (
        (CENTRE, OfficeKind.CENTRE, "Trung tâm Phục vụ hành chính công tỉnh Cà Mau"),
        (AGENCY, OfficeKind.AGENCY, "Sở Nông nghiệp và Môi trường tỉnh Cà Mau"),
        (COMMUNE, OfficeKind.COMMUNE, "Bộ phận Một cửa phường An Xuyên"),
    ):
        an_office(session, code, kind, at=at, name=name, parent=ROOT, post_office=POST,
                  service_point=kind is OfficeKind.CENTRE, **ours)  # fmt: skip
    theirs = {"province_code": "04", "place_name": "Cao Bằng"}
    an_office(session, POST_ELSEWHERE, OfficeKind.POST_OFFICE, at=at, name="Bưu cục Cao Bằng", **theirs)
    an_office(session, ELSEWHERE, OfficeKind.CENTRE, at=at, name="Trung tâm Phục vụ hành chính công tỉnh Cao Bằng",
              post_office=POST_ELSEWHERE, **theirs)  # fmt: skip
    enter_procedures(session, _PROCEDURES, at=at)
    grant_ranges(session, _RANGES, at=at)
    found_system_account(session, ROOT, at=at)


_SINCE = date(2025, 7, 1)
_PAPERS = (("Tờ khai", DocumentKind.ORIGINAL, 1), ("Căn cước của người nộp", DocumentKind.COPY, 1))
_PROCEDURES = (
    NewProcedure(code=OPEN_PROCEDURE, name="Cấp giấy xác nhận tình trạng hôn nhân", days=3, may_send=True,
                 may_result=True, valid_from=_SINCE, components=_PAPERS, fees=(("Lệ phí", 15_000),)),
    NewProcedure(code=CLOSED_PROCEDURE, name="Đăng ký kết hôn", days=0, may_send=False, may_result=False,
                 valid_from=_SINCE, reason="Hai bên phải có mặt tại cơ quan"),
    NewProcedure(code=RESULT_ONLY, name="Đăng ký khai sinh", days=0, may_send=False, may_result=True,
                 valid_from=_SINCE, reason="Chỉ trả kết quả qua bưu chính"),
)  # fmt: skip
_RANGES = (
    NewRange(CENTRE, "EI", 26_011_500, 26_012_499),
    NewRange(COMMUNE, "EI", 26_014_500, 26_014_999),
    NewRange(POST, "RI", 30_100_000, 30_100_999),
    NewRange(POST_AFAR, "RI", 30_110_000, 30_110_999),
    NewRange(ELSEWHERE, "EI", 27_000_000, 27_000_999),
    NewRange(POST_ELSEWHERE, "RI", 31_000_000, 31_000_999),
)


class SignedOn(NamedTuple):
    """An account, and the token its device speaks with."""

    actor: Actor
    token: str


def use_quick_passwords() -> None:
    """For tests that do not measure hashing: the same code, the smallest cost."""
    accounts.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def an_account(
    session: Session, role: Role, office: str = CENTRE, name: str | None = None, *, at: datetime = NOW
) -> SignedOn:
    """Password and PIN are PASSWORD and PIN."""
    given = name or role.value
    new = NewAccount(given, f"Cán bộ {given}", role, office, PASSWORD, PIN, staff_code=f"CB-{given}"[:20])
    add_account(session, new, at=at)
    token = create_token(session, given, at=at)
    actor = actor_of_token(session, token)
    assert actor is not None
    return SignedOn(actor, token)


def a_desk(actor: Actor, *, at: datetime = NOW) -> Desk:
    return Desk(actor, at, the_config())


def a_door(actor: Actor, *, at: datetime = NOW, device_time: datetime | None = None) -> Door:
    return Door(actor, at, the_config(), device_time)


def a_person(**columns: str) -> PersonGiven:
    given = {
        "name": "Nguyễn Thị Ánh Tuyết",
        "phone": "0912 345 678",
        "address_line": "12 Lý Bôn",
        "ward_code": "32002",
        "province_code": "96",
    }
    return PersonGiven(**(given | columns))


def a_number(serial: int = 1, prefix: str = "000.00.22.H12", day: str = "261120") -> str:
    return f"{prefix}-{day}-{serial:04d}"


PAPERS = (
    DocumentGiven("Tờ khai xác nhận tình trạng hôn nhân", DocumentKind.ORIGINAL, 1),
    DocumentGiven("Căn cước của người nộp", DocumentKind.COPY, 2),
)


def a_dossier(session: Session, by: Desk, number: str | None = None, **columns: object) -> str:
    """Its number. Received at the centre and decided by the agency unless told; `columns` are those of NewDossier."""
    given = NewDossier(
        number=number or a_number(),
        procedure=OPEN_PROCEDURE,
        receiving_office=CENTRE,
        deciding_agency=AGENCY,
        applicant=a_person(),
        documents=PAPERS,
        result_by_post=True,
    )
    new = replace(given, **columns)  # type: ignore[arg-type]  # a builder's keywords
    dossier_id = register_dossier(session, new, by)
    assert session.get(Dossier, dossier_id) is not None
    return new.number


def an_item(session: Session, by: Desk, *dossiers: str, leg: Leg = Leg.SUBMISSION, **columns: object) -> RegisteredItem:
    """Of a dossier of its own unless one is named; `columns` are those of NewItem."""
    numbers = dossiers or (a_dossier(session, by),)
    new = replace(NewItem(dossiers=numbers, leg=leg), **columns)  # type: ignore[arg-type]  # a builder's keywords
    return register_item(session, new, by)


def a_scan(of: str, kind: EventType, *, at: datetime = NOW, **fields: object) -> dict[str, object]:
    """An event as a device sends it; `of` is the code read."""
    return {"id": str(uuid4()), "code": of, "type": kind.value, "occurred_at": instant(at), **fields}


def scanned(session: Session, by: Actor, *events: dict[str, object], at: datetime = NOW) -> list[Receipt]:
    return record(session, events, a_door(by, at=at))
