"""People and papers as a clerk gives them, checked and stored."""

from collections.abc import Sequence
from dataclasses import dataclass

import phonenumbers
from sqlmodel import Session

from tracker import places
from tracker.domain.names import clean_text, search_words
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import DocumentKind
from tracker.store.models import Person

LONGEST_NAME = 300
LONGEST_LINE = 300
MOST_COPIES = 999


@dataclass(frozen=True, slots=True)
class PersonGiven:
    name: str
    phone: str
    address_line: str
    ward_code: str
    province_code: str


@dataclass(frozen=True, slots=True)
class DocumentGiven:
    name: str
    kind: DocumentKind
    count: int


def cleaned(text: str, limit: int, field: str) -> str:
    """Raises Refusal field_required or field_too_long, naming the field."""
    clean = clean_text(text, limit * 2)
    if not clean:
        raise Refusal(cause=Cause.FIELD_REQUIRED, fields={field: Cause.FIELD_REQUIRED})
    if len(clean) > limit:
        raise Refusal(cause=Cause.FIELD_TOO_LONG, fields={field: Cause.FIELD_TOO_LONG}, facts={"limit": str(limit)})
    return clean


def normalise_phone(text: str, field: str) -> str:
    """E.164 digits of a Vietnamese number. Raises Refusal bad_phone."""
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Refusal(cause=Cause.BAD_PHONE, fields={field: Cause.BAD_PHONE})
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def store_person(session: Session, given: PersonGiven, field: str) -> int:
    """A new row each time: an address written on an envelope never changes under it."""
    ward = places.ward_of(given.ward_code)
    if ward is None or ward.province.code != given.province_code:
        raise Refusal(cause=Cause.BAD_ADDRESS, fields={f"{field}.address.ward_code": Cause.BAD_ADDRESS})
    name = cleaned(given.name, LONGEST_NAME, f"{field}.name")
    person = Person(
        name=name,
        # Folding can make it longer: one sign may stand for a word.
        folded_name=" ".join(search_words(name))[:LONGEST_NAME],
        phone=normalise_phone(given.phone, f"{field}.phone"),
        address_line=cleaned(given.address_line, LONGEST_LINE, f"{field}.address.line"),
        ward_code=given.ward_code,
        province_code=given.province_code,
    )
    session.add(person)
    session.flush()
    assert person.id is not None
    return person.id


def checked_documents(documents: Sequence[DocumentGiven]) -> list[DocumentGiven]:
    """Raises Refusal documents_required when the list is empty, field_required / out_of_range by line."""
    if not documents:
        raise Refusal(cause=Cause.DOCUMENTS_REQUIRED, fields={"documents": Cause.DOCUMENTS_REQUIRED})
    checked = []
    for index, given in enumerate(documents):
        if not 1 <= given.count <= MOST_COPIES:
            raise Refusal(cause=Cause.OUT_OF_RANGE, fields={f"documents.{index}.count": Cause.OUT_OF_RANGE})
        name = cleaned(given.name, LONGEST_NAME, f"documents.{index}.name")
        checked.append(DocumentGiven(name, given.kind, given.count))
    return checked
