"""The fast way prints what the canvas prints, dot for dot, and stays within what ReportLab is known to do."""

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from labels.ink import Ink
from labels.item_label import ItemLabel, printable, printable_words
from labels.item_zones import draw_zones
from labels.lettering import clean
from labels.pdf import blank, draw_labels
from labels.qr_map import SIGNS
from labels.raw_pages import are_known
from labels.stock import A6, PRINT_HEADS
from labels.typefaces import SEMIBOLD, TYPEFACES
from tests.labels.raster import paper, printed
from tests.labels.samples import LEGS, RESULT, SUBMISSION, WORDS
from tests.labels.whole import faults_in

OFTEN_USED = [replace(label, seal=f"NP {serial:06d}") for label in LEGS for serial in range(6)]
STRANGE = [
    replace(SUBMISSION, destination="Xã Tân Hưng Đông, Ấp Kinh Mới", is_urgent=True, copy_number=3),
    replace(RESULT, second_line="Bưu cục phát có tên rất dài, dài tới hai dòng chữ", due="", seal="", hotline=""),
    replace(SUBMISSION, person="(^~\\)%<>", destination="Ễ" * 40),
]
IN_ALL_FONTS = set.intersection(*(set(typeface.glyphs) for typeface in TYPEFACES))
ALL_SIGNS = "".join(sorted(sign for sign in IN_ALL_FONTS if clean(sign) == sign and not unicodedata.combining(sign)))
MOST_BYTES = 1200


def by_canvas(labels: Sequence[ItemLabel], dpi: int) -> bytes:
    output = BytesIO()
    canvas = blank(output, A6, WORDS.title)
    ink = Ink(canvas, A6, PRINT_HEADS[dpi])
    for label in labels:
        draw_zones(ink, A6, printable(label), printable_words(WORDS))
        ink.show_page()
    canvas.save()
    return output.getvalue()


def test_this_reportlab_is_known() -> None:
    assert are_known(), "read labels/raw_pages.py beside the new ReportLab, then name its version there"


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("labels", [LEGS, OFTEN_USED, STRANGE], ids=["legs", "often used parts", "strange texts"])
def test_the_fast_way_prints_the_same_dots_as_the_canvas(labels: Sequence[ItemLabel], dpi: int) -> None:
    fast, plain = printed(draw_labels(labels, WORDS, A6, dpi), dpi), printed(by_canvas(labels, dpi), dpi)

    assert [np.array_equal(one, other) for one, other in zip(fast, plain, strict=True)] == [True] * len(labels)


def test_more_letters_than_one_embedded_font_holds_are_all_printed_and_read() -> None:
    pieces = [ALL_SIGNS[start : start + 24] for start in range(0, len(ALL_SIGNS), 24)]
    labels = [replace(SUBMISSION, person=piece) for piece in pieces]

    pdf = draw_labels(labels, WORDS, A6)

    assert len(ALL_SIGNS) > 256
    assert pdf.count(f"+{SEMIBOLD.name}".encode()) > 2
    same = zip(printed(pdf), printed(by_canvas(labels, 203)), strict=True)
    assert [np.array_equal(one, other) for one, other in same] == [True] * len(labels)


def test_a_thousand_labels_are_small_and_every_code_reads(tmp_path: Path) -> None:
    rng = random.Random(1000)
    labels = [
        replace(
            LEGS[serial % 3],
            seal=f"NP {serial:06d}",
            item_number=f"EI{260000000 + serial}VN",
            tracking_url="HTTPS://HOSO.CAMAU.EXAMPLE/T/" + "".join(rng.choices(SIGNS, k=26)),
        )
        for serial in range(1000)
    ]

    pdf = draw_labels(labels, WORDS, A6)

    assert len(pdf) <= MOST_BYTES * len(labels)
    assert faults_in(pdf, tmp_path) == ""
    assert _read(pdf, 0, 499, 999) == [{labels[n].tracking_url, labels[n].item_number} for n in (0, 499, 999)]


def _read(pdf: bytes, *pages: int) -> list[set[str]]:
    document, chosen = pypdfium2.PdfDocument(pdf), pypdfium2.PdfDocument.new()
    chosen.import_pages(document, list(pages))
    output = BytesIO()
    chosen.save(output)
    return [{code.text for code in zxingcpp.read_barcodes(paper(page))} for page in printed(output.getvalue())]
