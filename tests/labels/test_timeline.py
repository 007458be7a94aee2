"""The timeline on paper: A4, every letter Vietnamese needs, no line beyond the margin, page x of y."""

import io
import re
from dataclasses import replace

from pypdf import PdfReader

from labels.timeline import Entry, Envelope, TimelinePaper, draw_timeline

ENTRY = Entry(
    at="23/11/2026 10:01:00",
    what="Giao bưu tá phát",
    under=("BT-07, Nhân viên bưu chính · bên kia: CM-TN1", "Bưu cục Cà Mau", ""),
    mark="Thiếu lần quét trước đó",
    place="chuỗi 76, số 4",
    is_void=False,
)
PAPER = TimelinePaper(
    title="Quá trình giao nhận hồ sơ",
    number="000.00.22.H12-261117-0053",
    facts=(("Bưu gửi", "RI 301 000 495 VN"), ("Sự kiện cuối ghi lúc", "27/11/2026 07:05:59")),
    notes=("Bản in để đọc.",),
    envelopes=(Envelope("RI 301 000 495 VN", "Gửi hồ sơ · Đã phát", (ENTRY, replace(ENTRY, is_void=True))),),
    page="Trang {page}/{pages}",
)
A4_POINTS = (595, 842)


def pages_of(paper: TimelinePaper) -> list[str]:
    reader = PdfReader(io.BytesIO(draw_timeline(paper)))
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in reader.pages} == {A4_POINTS}
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def with_entries(number: int) -> TimelinePaper:
    return replace(PAPER, envelopes=(replace(PAPER.envelopes[0], entries=(ENTRY,) * number),))


def test_a_short_story_is_one_page_with_all_it_tells() -> None:
    (page,) = pages_of(PAPER)

    told = (PAPER.title, PAPER.number, "RI 301 000 495 VN", ENTRY.what, ENTRY.under[0], ENTRY.mark, ENTRY.place)
    assert [words for words in (*told, "Trang 1/1") if words not in page] == []


def test_a_long_story_goes_on_and_every_page_says_which_it_is() -> None:
    pages = pages_of(with_entries(60))

    assert len(pages) > 4
    assert [f"Trang {number}/{len(pages)}" in page for number, page in enumerate(pages, start=1)] == [True] * len(pages)
    assert sum(page.count(ENTRY.place) for page in pages) == 60


def test_a_heading_never_stands_alone_at_the_foot_of_a_page() -> None:
    two = [replace(PAPER, envelopes=with_entries(number).envelopes * 2) for number in range(1, 12)]

    pages = [page for paper in two for page in pages_of(paper)]

    assert [page for page in pages if page.split(" Quá trình giao nhận")[0].endswith("Gửi hồ sơ · Đã phát")] == []


def test_a_name_longer_than_the_line_is_broken_inside_the_margin() -> None:
    long = replace(ENTRY, what="Đ" * 300, under=("Trung tâm " * 40,), place="TUI-" * 30)
    reader = PdfReader(io.BytesIO(draw_timeline(replace(PAPER, envelopes=(Envelope("N", "", (long,)),)))))
    reached: list[float] = []

    def measure(text: str, _: object, matrix: list[float], font: object, size: float) -> None:
        reached.append(matrix[4])

    for page in reader.pages:
        page.extract_text(visitor_text=measure)

    text = " ".join(page.extract_text() for page in reader.pages)
    assert text.count("Đ") == 300
    assert max(reached) < A4_POINTS[0] - 51


def test_a_letter_without_a_glyph_is_printed_as_a_question_and_stops_nothing() -> None:
    (page,) = pages_of(replace(PAPER, number="000 漢 \u202e1"))

    assert "000 ? 1" in page


def test_the_same_story_is_the_same_bytes_with_our_fonts_alone() -> None:
    paper = draw_timeline(PAPER)

    fonts = set(re.findall(rb"/BaseFont /\w+\+(\w+)-", paper))
    assert paper == draw_timeline(PAPER)
    assert fonts == {b"BeVietnamPro"}
    assert len(re.findall(rb"/BaseFont", paper)) == len(re.findall(rb"/BaseFont /\w+\+BeVietnamPro", paper))
