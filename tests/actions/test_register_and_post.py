"""A dossier enters the book, an envelope gets its number, and a label names both."""

import json
from dataclasses import replace
from datetime import timedelta
from unicodedata import normalize

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from tests.builders import (
    AGENCY,
    CENTRE,
    CLOSED_PROCEDURE,
    NOW,
    PAPERS,
    POST,
    RESULT_ONLY,
    a_desk,
    a_dossier,
    a_person,
)
from tests.province import Province, Tale, a_fresh_number, posted, tale_of
from tracker.actions.desk import Desk
from tracker.actions.labels import print_labels
from tracker.actions.people import DocumentGiven
from tracker.actions.post import NewItem, RegisteredItem, register_item
from tracker.domain.identifiers import make_s10
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import DocumentKind, EventType, Leg
from tracker.store.models import (
    AuditRow,
    DossierDocument,
    DossierNumberRow,
    EventRow,
    Item,
    ItemDocument,
    Label,
    Office,
    OpenLeg,
    Person,
    SerialPool,
)


@pytest.fixture
def desk(province: Province) -> Desk:
    return a_desk(province["clerk"])


def refusal_of(session: Session, desk: Desk, **columns: object) -> Refusal:
    with pytest.raises(Refusal) as refused:
        a_dossier(session, desk, str(columns.pop("number", a_fresh_number())), **columns)
    return refused.value


def refused_item(session: Session, desk: Desk, new: NewItem) -> Refusal:
    with pytest.raises(Refusal) as refused:
        register_item(session, new, desk)
    return refused.value


def person(**columns: str) -> dict[str, object]:
    return {"applicant": a_person(**columns)}


# --- dossiers


@pytest.mark.parametrize(
    ("columns", "cause", "field"),
    [
        ({"number": "12345"}, Cause.BAD_NUMBER, "number"),
        ({"number": "000.00.22.H99-261120-0001"}, Cause.BAD_NUMBER, "number"),
        ({"number": "000.00.22.H12-261131-0001"}, Cause.BAD_NUMBER, "number"),
        ({"number": "000.00.22.H12-261124-0001"}, Cause.BAD_NUMBER, "number"),
        ({"number": "000.00.22.H12-261120-0000"}, Cause.BAD_NUMBER, "number"),
        ({"number": "9" * 300}, Cause.BAD_NUMBER, "number"),
        ({"portal_number": "G" * 61}, Cause.FIELD_TOO_LONG, "portal_number"),
        ({"portal_number": "ß" * 31}, Cause.FIELD_TOO_LONG, "portal_number"),
        ({"portal_number": "\u200b"}, Cause.FIELD_REQUIRED, "portal_number"),
        ({"procedure": "9.999999"}, Cause.UNKNOWN_PROCEDURE, "procedure"),
        ({"procedure": CLOSED_PROCEDURE}, Cause.PROCEDURE_CLOSED, "procedure"),
        ({"receiving_office": "H12.KHONGCO"}, Cause.UNKNOWN_OFFICE, "receiving_office"),
        ({"deciding_agency": "H12.KHONGCO"}, Cause.UNKNOWN_OFFICE, "deciding_agency"),
        ({"return_office": "H12.KHONGCO"}, Cause.UNKNOWN_OFFICE, "return_office"),
        ({"documents": ()}, Cause.DOCUMENTS_REQUIRED, "documents"),
        ({"documents": (DocumentGiven(" ", DocumentKind.COPY, 1),)}, Cause.FIELD_REQUIRED, "documents.0.name"),
        ({"documents": (*PAPERS, DocumentGiven("Đơn", DocumentKind.COPY, 0))}, Cause.OUT_OF_RANGE, "documents.2.count"),
        (person(name="\u200b\t"), Cause.FIELD_REQUIRED, "applicant.name"),
        (person(name="A" * 301), Cause.FIELD_TOO_LONG, "applicant.name"),
        (person(phone="12"), Cause.BAD_PHONE, "applicant.phone"),
        (person(phone="gọi sau"), Cause.BAD_PHONE, "applicant.phone"),
        (person(phone="0" * 300), Cause.BAD_PHONE, "applicant.phone"),
        (person(ward_code="99999"), Cause.BAD_ADDRESS, "applicant.address.ward_code"),
        (person(province_code="04"), Cause.BAD_ADDRESS, "applicant.address.ward_code"),
        (person(address_line=""), Cause.FIELD_REQUIRED, "applicant.address.line"),
    ],
)
def test_what_is_wrong_with_a_dossier_is_named(
    books: Session, desk: Desk, columns: dict[str, object], cause: Cause, field: str
) -> None:
    refusal = refusal_of(books, desk, **columns)

    assert (refusal.cause, list(refusal.fields)) == (cause, [field])


def test_a_closed_procedure_says_why(books: Session, desk: Desk) -> None:
    assert refusal_of(books, desk, procedure=CLOSED_PROCEDURE).facts["reason"] == "Hai bên phải có mặt tại cơ quan"


@pytest.mark.parametrize("spelling", [str.lower, lambda text: f" {text}\u00a0", lambda text: normalize("NFD", text)])
def test_a_known_number_is_known_in_every_spelling(books: Session, desk: Desk, spelling: object) -> None:
    number = a_dossier(books, desk, a_fresh_number())

    refusal = refusal_of(books, desk, number=spelling(number))  # type: ignore[operator]  # a parameter

    assert (refusal.cause, refusal.facts["number"]) == (Cause.DOSSIER_EXISTS, number)


def test_a_dossier_answers_to_both_its_numbers(books: Session, desk: Desk) -> None:
    number = a_dossier(books, desk, a_fresh_number(), portal_number="G01-2611-00042")

    again = refusal_of(books, desk, portal_number="g01-2611-00042")
    item = register_item(books, NewItem(dossiers=("g01-2611-00042",), leg=Leg.SUBMISSION), desk)

    rows = {
        row.text: row.kind for row in books.scalars(select(DossierNumberRow)) if row.text in {number, "G01-2611-00042"}
    }
    assert rows == {number: "local", "G01-2611-00042": "portal"}
    assert (again.cause, list(again.fields)) == (Cause.DOSSIER_EXISTS, ["portal_number"])
    assert refused_item(books, desk, NewItem(dossiers=(number,), leg=Leg.SUBMISSION)).facts["number"] == item.number


def test_one_number_given_twice_is_one_number(books: Session, desk: Desk) -> None:
    number = a_fresh_number()

    a_dossier(books, desk, number, portal_number=f"{number.lower()}\u200b")

    rows = select(col(DossierNumberRow.text)).where(col(DossierNumberRow.compared) == number)
    assert books.scalars(rows).all() == [number]


@pytest.mark.parametrize(
    ("name", "stored", "folded"),
    [
        (normalize("NFD", "Đặng Thị Huệ"), "Đặng Thị Huệ", "dang thi hue"),
        ("Lê\u202e Nam\x07\u200b", "Lê Nam", "le nam"),
        ("  Hoà   Bình\n", "Hoà Bình", "hoa binh"),
        ("Ý", "Ý", "y"),
        ("Nguyễn " * 42 + "An An", ("Nguyễn " * 42 + "An An"), ("nguyen " * 42 + "an an")),
        ("㍿" * 300, "㍿" * 300, "株式会社" * 75),
    ],
)
def test_a_name_is_stored_as_it_is_seen_and_found_without_its_marks(
    books: Session, desk: Desk, name: str, stored: str, folded: str
) -> None:
    a_dossier(books, desk, a_fresh_number(), **person(name=name))

    row = books.scalars(select(Person).order_by(col(Person.id).desc()).limit(1)).one()
    assert (row.name, row.folded_name) == (stored, folded)


@pytest.mark.parametrize(
    "phone", ["0912 345 678", "+84 912.345.678", "0084912345678", "84912345678", "０９１２３４５６７８"]
)
def test_a_phone_has_one_written_form(books: Session, desk: Desk, phone: str) -> None:
    a_dossier(books, desk, a_fresh_number(), **person(phone=phone))

    assert books.scalars(select(Person).order_by(col(Person.id).desc()).limit(1)).one().phone == "+84912345678"


def test_papers_are_kept_line_by_line(books: Session, desk: Desk) -> None:
    number = a_dossier(books, desk, a_fresh_number())

    of_number = select(col(DossierNumberRow.dossier_id)).where(col(DossierNumberRow.compared) == number)
    rows = books.scalars(select(DossierDocument).where(col(DossierDocument.dossier_id) == books.scalar(of_number)))
    assert [(row.line, row.name, row.kind, row.count) for row in rows] == [
        (line, paper.name, paper.kind, paper.count) for line, paper in enumerate(PAPERS, start=1)
    ]


# --- items and their numbers


def test_an_envelope_starts_at_the_desk_and_ends_at_the_receiving_office(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])

    details = registered_details(books, item)

    assert (details["leg"], details["from_office"], details["to_office"]) == ("submission", POST, CENTRE)
    assert details["policy"] == {"attempts": 3}
    assert books.scalars(select(col(OpenLeg.leg)).where(col(OpenLeg.item_id) == item.item_id)).all() == ["submission"]


def registered_details(session: Session, item: RegisteredItem) -> dict[str, object]:
    chained = session.scalars(select(col(EventRow.chained)).where(col(EventRow.item_id) == item.item_id)).first()
    return dict(json.loads(str(chained))["details"])


def test_a_result_starts_at_the_agency_and_ends_at_the_citizens_post_office(books: Session, province: Province) -> None:
    details = registered_details(books, posted(books, province["clerk"], Leg.RESULT))

    assert (details["from_office"], details["to_office"]) == (AGENCY, POST)


def test_the_papers_of_a_submission_travel_and_do_not_come_back(books: Session, province: Province) -> None:
    there, back = posted(books, province["clerk"]), posted(books, province["clerk"], Leg.RESULT)

    lines = select(col(ItemDocument.item_id)).where(col(ItemDocument.item_id).in_([there.item_id, back.item_id]))

    assert books.scalars(lines).all() == [there.item_id] * len(PAPERS)


@pytest.mark.parametrize(
    ("new", "cause", "field"),
    [
        (NewItem(dossiers=(), leg=Leg.SUBMISSION), Cause.FIELD_REQUIRED, "dossiers"),
        (NewItem(dossiers=("x",) * 51, leg=Leg.SUBMISSION), Cause.TOO_MANY, "dossiers"),
        (NewItem(dossiers=("000.00.22.H12-261120-9999",), leg=Leg.SUBMISSION), Cause.UNKNOWN_DOSSIER, "dossiers.0"),
    ],
)
def test_what_is_wrong_with_an_envelopes_dossiers_is_named(
    books: Session, desk: Desk, new: NewItem, cause: Cause, field: str
) -> None:
    refusal = refused_item(books, desk, new)

    assert (refusal.cause, list(refusal.fields)) == (cause, [field])


def test_another_offices_dossier_is_unknown(books: Session, province: Province, desk: Desk) -> None:
    number = a_dossier(books, desk, a_fresh_number())
    new = NewItem(dossiers=(number,), leg=Leg.SUBMISSION)

    assert refused_item(books, a_desk(province["stranger"]), new).cause is Cause.UNKNOWN_DOSSIER


def test_a_leg_that_the_procedure_does_not_post_is_refused_with_its_reason(books: Session, desk: Desk) -> None:
    number = a_dossier(books, desk, a_fresh_number(), procedure=RESULT_ONLY)

    refusal = refused_item(books, desk, NewItem(dossiers=(number,), leg=Leg.SUBMISSION))

    assert (refusal.cause, refusal.facts["reason"]) == (Cause.PROCEDURE_CLOSED, "Chỉ trả kết quả qua bưu chính")
    assert register_item(books, NewItem(dossiers=(number,), leg=Leg.RESULT), desk).number


def test_a_leg_has_one_open_envelope_and_another_once_that_ended(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    dossier = books.scalars(
        select(col(DossierNumberRow.text)).join(OpenLeg, col(OpenLeg.dossier_id) == col(DossierNumberRow.dossier_id))
        .where(col(OpenLeg.item_id) == tale.item.item_id)
    ).one()  # fmt: skip
    new, clerk = NewItem(dossiers=(dossier,), leg=Leg.SUBMISSION), a_desk(province["postclerk"])

    refusal = refused_item(books, clerk, new)
    result = register_item(books, replace(new, leg=Leg.RESULT), clerk)
    tale.scan("postclerk", EventType.CANCELLED)
    second = register_item(books, new, clerk)

    assert (refusal.cause, refusal.facts["number"]) == (Cause.OPEN_ITEM_EXISTS, tale.item.number)
    assert len({tale.item.number, result.number, second.number}) == 3


def test_several_dossiers_travel_in_one_envelope_and_all_places_are_taken(books: Session, desk: Desk) -> None:
    numbers = tuple(a_dossier(books, desk, a_fresh_number()) for _ in range(3))
    item = register_item(books, NewItem(dossiers=(*numbers, numbers[0]), leg=Leg.SUBMISSION), desk)

    assert len(books.scalars(select(OpenLeg).where(col(OpenLeg.item_id) == item.item_id)).all()) == 3
    for number in numbers:
        refusal = refused_item(books, desk, NewItem(dossiers=(number,), leg=Leg.SUBMISSION))
        assert refusal.facts["number"] == item.number


# --- S10 numbers


def spend(session: Session, office: str, left: int) -> None:
    """All but the last few of an office's range."""
    owner = select(col(Office.id)).where(col(Office.code) == office).scalar_subquery()
    spent = col(SerialPool.last_serial) + 1 - left
    session.execute(update(SerialPool).where(col(SerialPool.office_id) == owner).values(next_serial=spent))


def a_posting(session: Session, desk: Desk, number: str | None = None) -> NewItem:
    return NewItem(dossiers=(a_dossier(session, desk, a_fresh_number()),), leg=Leg.SUBMISSION, number=number)


def test_a_range_warns_at_its_last_tenth_and_ends_with_a_refusal(books: Session, desk: Desk) -> None:
    spend(books, CENTRE, left=102)
    warnings = [register_item(books, a_posting(books, desk), desk).warnings for _ in range(2)]
    spend(books, CENTRE, left=1)
    last = register_item(books, a_posting(books, desk), desk)

    refusal = refused_item(books, desk, a_posting(books, desk))

    assert (warnings, last.warnings) == ([(), ("range_low",)], ("range_low",))
    assert (refusal.cause, list(refusal.fields)) == (Cause.RANGE_EXHAUSTED, ["number"])


def test_a_number_that_stands_on_the_envelope_already_is_passed_over_later(books: Session, desk: Desk) -> None:
    given = make_s10("EI", 26_011_500 + 700)
    spend(books, CENTRE, left=1000 - 700)

    register_item(books, a_posting(books, desk, given.text), desk)
    next_one = register_item(books, a_posting(books, desk), desk)

    assert next_one.number == make_s10("EI", 26_011_500 + 701).text


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        ("EI260115017VN", Cause.BAD_CHECK_DIGIT),  # ours, and its last digit is misread
        ("EI26011501", Cause.BAD_NUMBER),
        ("EI2601150100VN", Cause.BAD_NUMBER),
        ("gói hàng", Cause.BAD_NUMBER),
    ],
)
def test_a_number_misread_in_our_own_ranges_is_refused(books: Session, desk: Desk, number: str, cause: Cause) -> None:
    refusal = refused_item(books, desk, a_posting(books, desk, number))

    assert (refusal.cause, list(refusal.fields)) == (cause, ["number"])


@pytest.mark.parametrize(
    ("number", "warnings"),
    [
        ("RR473124829VN", ()),
        ("rr 473 124 829 vn", ()),
        ("RR473124820VN", ("check_digit_differs",)),
        ("EI260115017CN", ("check_digit_differs",)),  # the same digits of another country are not ours
    ],
)
def test_a_foreign_number_is_taken_and_a_wrong_check_digit_only_warns(
    books: Session, desk: Desk, number: str, warnings: tuple[str, ...]
) -> None:
    item = register_item(books, a_posting(books, desk, number), desk)

    assert (item.number, item.warnings) == (number.replace(" ", "").upper(), warnings)


def test_a_number_rests_two_years_after_its_end(books: Session, province: Province) -> None:
    clerk = a_desk(province["postclerk"])
    first = Tale(books, province, register_item(books, a_posting(books, clerk, "RR473124829VN"), clerk))
    while_open = refused_item(books, clerk, a_posting(books, clerk, "RR473124829VN"))
    first.scan("postclerk", EventType.CANCELLED)

    early, due = (
        replace(clerk, at=first.at.replace(year=first.at.year + 2) + timedelta(minutes=minutes)) for minutes in (-1, 1)
    )
    too_early = refused_item(books, early, a_posting(books, clerk, "RR473124829VN"))
    second = register_item(books, a_posting(books, clerk, "RR473124829VN"), due)

    assert (while_open.cause, too_early.cause) == (Cause.REUSE_TOO_EARLY, Cause.REUSE_TOO_EARLY)
    assert too_early.facts["months"] == "24"
    assert Tale(books, province, second, due.at).accepted().standing.status == "at_office"
    assert first.standing.status == "cancelled"


# --- labels


def printed(session: Session, tale: Tale, reason: str | None = None) -> str:
    desk = a_desk(tale.province["postclerk"], at=tale.at)
    return print_labels(session, [tale.item.number], "a6", reason, desk)[0].token


def labels(session: Session, tale: Tale) -> list[tuple[int, str]]:
    rows = session.scalars(select(Label).where(col(Label.item_id) == tale.item.item_id).order_by(col(Label.id)))
    return [(row.copy_number, row.state) for row in rows]


def test_a_reprint_needs_a_reason_and_replaces_the_copy_before(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    first = printed(books, tale)

    with pytest.raises(Refusal) as refused:
        printed(books, tale, reason=" ")
    second = printed(books, tale, reason="smeared")

    assert refused.value.cause is Cause.REPRINT_NEEDS_REASON
    assert first != second
    assert labels(books, tale) == [(1, "superseded"), (2, "current")]
    types = select(col(EventRow.type)).where(col(EventRow.item_id) == tale.item.item_id).order_by(col(EventRow.id))
    assert books.scalars(types).all() == ["registered", "label_printed", "label_printed"]


def test_a_number_is_found_for_printing_as_it_is_read_aloud(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    number = tale.item.number
    spoken = f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:11]} {number[11:]}".lower()

    (label,) = print_labels(books, [spoken], "a6", None, a_desk(province["postclerk"]))

    assert label.number == number


def test_nothing_is_printed_for_what_ended_or_belongs_to_strangers(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    with pytest.raises(Refusal) as strange:
        print_labels(books, [tale.item.number], "a6", None, a_desk(province["stranger"]))
    tale.scan("postclerk", EventType.CANCELLED)
    with pytest.raises(Refusal) as ended:
        printed(books, tale)

    assert (strange.value.cause, list(strange.value.fields)) == (Cause.UNKNOWN_NUMBER, ["items.0"])
    assert ended.value.cause is Cause.NOT_ALLOWED_NOW


def test_a_label_tells_initials_and_ward_and_nothing_more_of_a_person(books: Session, province: Province) -> None:
    tale = tale_of(books, province)

    (label,) = print_labels(books, [tale.item.number], "a6", None, a_desk(province["postclerk"]))

    assert (label.person_initials, label.person_ward) == ("N.T.A.T.", "P. An Xuyên")
    assert not {"Tuyết", "Lý Bôn", "345"} & set(str(label).replace(".", " ").split())


# --- the book of deeds


def test_every_write_leaves_a_row_that_names_nobody_but_staff(books: Session, province: Province) -> None:
    before = books.scalars(select(col(AuditRow.id)).order_by(col(AuditRow.id).desc()).limit(1)).one()
    tale = tale_of(books, province)
    printed(books, tale)
    tale.accepted()

    rows = books.scalars(select(AuditRow).where(col(AuditRow.id) > before).order_by(col(AuditRow.id))).all()

    assert [(row.actor, row.action) for row in rows] == [
        ("postclerk", "dossier registered"),
        ("postclerk", "item registered"),
        ("postclerk", "label copy 1"),
        ("postclerk", "events"),
    ]
    assert not [row for row in rows if "Tuyết" in f"{row.subject} {row.reason}"]
    assert books.scalars(select(col(Item.registered_at)).where(col(Item.id) == tale.item.item_id)).one() == NOW
