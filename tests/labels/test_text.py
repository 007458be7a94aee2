"""Whatever was typed, on every paper: shrunk, wrapped, freed of marks, or refused by field and sign; never broken."""

from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings, strategies as st

from labels.format_pdf import PrintRun, draw_run
from labels.formats import FORMATS, PAPERS, THERMAL
from labels.item_label import TEXTS, ItemLabel
from labels.refusals import LabelRefused, MissingGlyph
from labels.zpl import zpl_run
from tests.labels.camera import READERS
from tests.labels.raster import Dots, dot, paper, printed
from tests.labels.samples import SUBMISSION, WORDS
from tests.labels.thermal import TOLD, thermal

each_paper = pytest.mark.parametrize("name", PAPERS)
WITHOUT_INK = {
    "right to left": "\u202eAn\u200f \u2067Xuyên\u2069\u061c",
    "control": "\x00An\x1b\x10\r\n\tXuyên\x7f\x9b",
    "invisible": "\ufeffAn\u200b \u2060Xu\u00adyên\u200d\ufe0f",
}
WITHOUT_GLYPH = {"emoji": "😀", "family": "👨\u200d👩\u200d👧", "flag": "🇻🇳", "arabic": "\u0645", "tone": "q\u0303"}
ENDLESS = {
    "words": ("Nguyễn Thị Ánh Tuyết " * 15)[:300],
    "one word": "Ễ" * 300,
    "wide": "W" * 300,
    "commands": "^XZ~JR\\_<&>" * 30,
}


def drawn(label: ItemLabel, name: str) -> bytes:
    run = PrintRun(PAPERS[name])
    return (zpl_run if name in THERMAL else draw_run)([label], WORDS, run)


def seen(label: ItemLabel, name: str) -> Dots:
    [dots] = (thermal if name in THERMAL else printed)(drawn(label, name))
    return dots


def everywhere(text: str) -> ItemLabel:
    return replace(SUBMISSION, copy_number=987654321, **dict.fromkeys(TEXTS, text))  # type: ignore[arg-type]  # texts all


def with_text(field: str, text: str) -> ItemLabel:
    return replace(SUBMISSION, **{field: text})  # type: ignore[arg-type]  # a text


@pytest.mark.parametrize("typed", WITHOUT_INK.values(), ids=WITHOUT_INK)
@each_paper
def test_marks_without_ink_leave_no_trace_on_any_paper(name: str, typed: str) -> None:
    assert drawn(everywhere(typed), name) == drawn(everywhere("An Xuyên"), name)


@pytest.mark.parametrize("typed", WITHOUT_GLYPH.values(), ids=WITHOUT_GLYPH)
@each_paper
def test_a_sign_the_font_lacks_is_refused_by_field_and_code_on_every_paper(name: str, typed: str) -> None:
    for field in TEXTS:
        with pytest.raises(MissingGlyph) as refused:
            drawn(with_text(field, f"An {typed}"), name)

        assert refused.value.field == field
        assert refused.value.character in typed
        assert f"U+{ord(refused.value.character):04X}" in refused.value.cause


@pytest.mark.parametrize("typed", ENDLESS.values(), ids=ENDLESS)
@pytest.mark.parametrize("name", THERMAL)
def test_an_endless_name_in_every_field_keeps_within_the_margin_and_off_both_codes(name: str, typed: str) -> None:
    """On paper: `test_formats`."""
    cell, label = THERMAL[name].cell, everywhere(typed)
    first = int(cell.margin_mm * 203 / 25.4)
    bottom, right = dot(cell.height_mm - cell.margin_mm) + 1, dot(cell.right_mm) + 1

    dots = seen(label, name)

    assert dots[first:bottom, first:right].sum() == dots.sum()
    assert all({label.tracking_url, label.item_number} <= read(paper(dots)) for read in READERS.values())


@pytest.mark.parametrize("name", FORMATS)
def test_signs_that_steer_printers_and_markup_are_letters_on_paper(name: str) -> None:
    typed = "^~<>&\\_{}%"

    page = pypdfium2.PdfDocument(drawn(replace(SUBMISSION, person=typed), name))[0]

    assert typed in str(page.get_textpage().get_text_range())


@pytest.mark.parametrize("name", THERMAL)
def test_signs_that_steer_printers_are_the_same_letters_from_a_thermal_printer(name: str) -> None:
    label = replace(SUBMISSION, destination="^~<>&\\_", seal="^FS^XZ~JR")
    place = slice(dot(14), dot(24)), slice(dot(33), dot(78))  # within the destination on the small and the large

    dots = seen(label, name)[place]

    on_paper = seen(label, name.removeprefix("zpl-"))[place]
    assert np.count_nonzero(dots ^ on_paper) < 0.12 * np.count_nonzero(dots)


@given(st.sampled_from(sorted(PAPERS)), st.sampled_from(TEXTS), st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_is_drawn_or_refused_by_its_field(name: str, field: str, typed: str) -> None:
    told = outcome(with_text(field, typed), name)

    if isinstance(told, str):
        assert told == field
    else:
        assert told.startswith(b"%PDF") if name in FORMATS else TOLD.fullmatch(told.decode("ascii"))


def outcome(label: ItemLabel, name: str) -> bytes | str:
    """The paper, or the field that was refused."""
    try:
        return drawn(label, name)
    except LabelRefused as refused:
        return refused.field
