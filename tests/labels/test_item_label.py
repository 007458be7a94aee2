"""What may stand on a label and what is refused before anything is drawn."""

import unicodedata
from dataclasses import fields, replace

import pytest

from labels.item_label import ItemLabel, printable, printable_words
from labels.refusals import LabelRefused, MissingGlyph
from tests.labels.samples import RESULT, SUBMISSION, WORDS

TEXT_FIELDS = ["due", "destination", "second_line", "second_code", "sent_from", "person", "seal", "hotline"]


def _with(field: str, text: str) -> ItemLabel:
    return ItemLabel(**{part.name: getattr(SUBMISSION, part.name) for part in fields(SUBMISSION)} | {field: text})


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_text_is_composed_and_freed_of_invisible_marks(field: str) -> None:
    typed = unicodedata.normalize("NFD", "\ufeffẤp\tĐất\u202e  Mũi\u200b\x1b\x00\n")

    assert getattr(printable(_with(field, typed)), field) == "Ấp Đất Mũi"


def test_a_mark_between_letter_and_tone_does_not_keep_them_apart() -> None:
    assert printable(_with("destination", "Ca\u200d\u0300 Ma\u034fu")).destination == "Cà Mau"


def test_a_space_that_must_not_break_stays() -> None:
    assert printable(_with("destination", "Cà\u00a0Mau")).destination == "Cà\u00a0Mau"


@pytest.mark.parametrize("field", TEXT_FIELDS)
@pytest.mark.parametrize("sign", ["→", "✓", "漢", "😀", "\ue000", "\ud800", "Ж"])
def test_a_letter_the_font_lacks_is_refused_by_field_and_code(field: str, sign: str) -> None:
    with pytest.raises(MissingGlyph) as refused:
        printable(_with(field, f"An {sign}"))

    assert (refused.value.field, refused.value.character) == (field, sign)
    assert f"U+{ord(sign):04X}" in str(refused.value)


def test_a_tone_that_composes_with_no_letter_is_refused() -> None:
    with pytest.raises(MissingGlyph, match=r"U\+0303 \(COMBINING TILDE\)"):
        printable(_with("person", "x\u0303"))


def test_a_refusal_never_repeats_the_name() -> None:
    with pytest.raises(MissingGlyph) as refused:
        printable(_with("person", "Nguyễn Thị → Tuyết"))

    assert "Nguyễn" not in str(refused.value)


@pytest.mark.parametrize(
    "number", ["", "EI260115125", "ei260115125vn", "EI260115125VN\n", "EI26011512５VN", "EI 260 115"]
)
def test_what_is_no_item_number_is_refused(number: str) -> None:
    with pytest.raises(LabelRefused, match=r"^item_number: "):
        printable(replace(SUBMISSION, item_number=number))


@pytest.mark.parametrize("destination", ["", " \t", "\u200b\u202e", "\u00a0"])
def test_an_envelope_without_a_destination_gets_no_label(destination: str) -> None:
    with pytest.raises(LabelRefused, match=r"^destination: is empty"):
        printable(replace(RESULT, destination=destination))


def test_copies_count_from_one() -> None:
    with pytest.raises(LabelRefused, match=r"^copy_number: "):
        printable(replace(RESULT, copy_number=0))


def test_a_catalogue_with_an_arrow_is_refused_too() -> None:
    with pytest.raises(MissingGlyph, match=r"^words\.copy: "):
        printable_words(replace(WORDS, copy="Bản → {number}"))
