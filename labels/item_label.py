"""What stands on the label of one item. Words come from the caller's catalogue, so this package speaks no language."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from labels.lettering import clean, printable_text
from labels.refusals import LabelRefused

ITEM_NUMBER = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}", re.ASCII)
TEXTS = ("due", "destination", "second_line", "second_code", "sent_from", "person", "seal", "hotline")


class Leg(StrEnum):
    SUBMISSION = "submission"
    RESULT = "result"
    SUPPLEMENT = "supplement"


@dataclass(frozen=True, slots=True)
class ItemLabel:
    """Never a full name, a phone, a house address, a procedure, a dossier number or a fee.

    `second_code` stands at the right of the second line (the commune's code); `person` is initials and ward.
    Empty `due`, `second_line`, `second_code`, `sent_from`, `person`, `seal` and `hotline` print nothing.
    """

    leg: Leg
    due: str
    destination: str
    second_line: str
    second_code: str
    sent_from: str
    person: str
    seal: str
    hotline: str
    copy_number: int
    tracking_url: str
    item_number: str
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class LegWords:
    """`person` is the caption over initials and ward: sender or addressee."""

    plate: str
    person: str


@dataclass(frozen=True, slots=True)
class LabelWords:
    """`finder` holds `{hotline}` and `copy` holds `{number}`; `title` is the document's, for the print queue."""

    title: str
    submission: LegWords
    result: LegWords
    supplement: LegWords
    due: str
    urgent: str
    sent_from: str
    seal: str
    finder: str
    copy: str

    def of(self, leg: Leg) -> LegWords:
        match leg:
            case Leg.SUBMISSION:
                return self.submission
            case Leg.RESULT:
                return self.result
            case Leg.SUPPLEMENT:
                return self.supplement


def printable(label: ItemLabel) -> ItemLabel:
    """Cleaned and checked. Raises LabelRefused, or MissingGlyph, naming the field."""
    if not ITEM_NUMBER.fullmatch(label.item_number):
        raise LabelRefused("item_number", "is not an S10 number: two letters, nine digits, two letters")
    if label.copy_number < 1:
        raise LabelRefused("copy_number", "copies count from 1")
    changed: dict[str, str] = {}
    for field in TEXTS:
        text = getattr(label, field)
        if (cleaned := printable_text(text, field)) != text:
            changed[field] = cleaned
    cleaned_label = replace(label, **changed) if changed else label  # type: ignore[arg-type]  # all are texts
    if not cleaned_label.destination:
        raise LabelRefused("destination", "is empty")
    return cleaned_label


def printable_words(words: LabelWords) -> LabelWords:
    """Cleaned and checked; `title` is never drawn, so it needs no glyphs."""
    return LabelWords(
        title=clean(words.title),
        submission=_printable_leg(words.submission, "submission"),
        result=_printable_leg(words.result, "result"),
        supplement=_printable_leg(words.supplement, "supplement"),
        due=printable_text(words.due, "words.due"),
        urgent=printable_text(words.urgent, "words.urgent"),
        sent_from=printable_text(words.sent_from, "words.sent_from"),
        seal=printable_text(words.seal, "words.seal"),
        finder=printable_text(words.finder, "words.finder"),
        copy=printable_text(words.copy, "words.copy"),
    )


def _printable_leg(words: LegWords, leg: str) -> LegWords:
    return LegWords(
        plate=printable_text(words.plate, f"words.{leg}.plate"),
        person=printable_text(words.person, f"words.{leg}.person"),
    )
