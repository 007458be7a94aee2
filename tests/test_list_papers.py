"""Papers of lists as long as they come: nothing runs off a page, and what is missing is named wherever one looks."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pypdfium2

from tests.builders import the_config
from tracker.app import create_app
from tracker.domain.forms import PaperKind, form_of
from tracker.domain.manifests import LineOutcome, ManifestKind, ManifestState
from tracker.domain.vocabulary import Leg, Party
from tracker.list_papers import ListFacts, draw_list_paper
from tracker.paper_words import Printing
from tracker.store.engine import create_engine
from tracker.store.queries.manifests import LineView, ManifestView
from tracker.store.queries.papers import ListedItem

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MISSING = 200


def a_line(number: int) -> LineView:
    return LineView(
        line=number, code=f"TUI-{number:04d}", code_read="", item_id=number, leg=Leg.SUBMISSION, papers=2,
        is_expected=True, added_at=AT, read_at=None, details={"seal_ok": False}, outcome=LineOutcome.MISSING,
    )  # fmt: skip


def a_list(lines: int) -> ListFacts:
    view = ManifestView(
        id=UUID(int=7), short_code="7K2M4QXD", kind=ManifestKind.TO_COURIER, state=ManifestState.CLOSED,
        from_party=(Party.OFFICE, "BC.CM"), from_name="Bưu cục Cà Mau", from_office_id=1,
        to_party=(Party.COURIER, "courier"), to_name="Lê Thị Hạnh", to_office_id=1, bag_number=None, seal_number=None,
        opened_by="postclerk", opened_at=AT, giver="postclerk", giver_name="Phạm Quốc Huy", receiver="courier",
        receiver_name="Lê Thị Hạnh", offered_at=AT, arrived_at=None, closed_at=AT, withdrawn_at=None,
        withdrawn_name="", lines=tuple(a_line(number) for number in range(1, lines + 1)),
    )  # fmt: skip
    item = ListedItem(("000.00.22.H12-261120-0001",), 1, 1, "NP 1", "Cà Mau", "N.T.A.T.", 0, None)
    return ListFacts(view, dict.fromkeys(range(1, lines + 1), item), "Lê Thị Hạnh", "")


def pages_of(kind: PaperKind, facts: ListFacts, folder: Path) -> list[str]:
    with create_app(the_config(), create_engine(f"sqlite:///{folder}/unused.db")).test_request_context():
        printing = Printing(form_of(kind, AT.date()), the_config(), "Bưu cục Cà Mau")
        pdf = pypdfium2.PdfDocument(draw_list_paper(kind, facts, printing))
    return [" ".join(pdf[page].get_textpage().get_text_range().split()) for page in range(len(pdf))]


def test_a_record_of_many_missing_names_each_in_its_table_and_the_first_few_below_it(tmp_path: Path) -> None:
    pages = pages_of(PaperKind.RECORD, a_list(MISSING), tmp_path)

    every = " ".join(pages)
    assert [number for number in range(9, MISSING + 1) if every.count(f"TUI-{number:04d}") != 1] == []
    assert "200 bưu gửi: TUI-0001, TUI-0002" in every
    assert "TUI-0008 và 192 bưu gửi khác trong bảng" in every
    assert every.count("Không nguyên") == MISSING
    assert [f"Trang {number}/{len(pages)}" in page for number, page in enumerate(pages, start=1)] == [True] * len(pages)
    assert "Đại diện bên nhận" in pages[-1]


def test_a_list_of_nothing_still_says_so(tmp_path: Path) -> None:
    (page,) = pages_of(PaperKind.RECORD, a_list(0), tmp_path)

    assert "Thiếu" in page
    assert page.count("Không") == 2
