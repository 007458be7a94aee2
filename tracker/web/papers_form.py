"""The rows of a form that list papers: name, kind, how many, and whether they were counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.actions.people import DocumentGiven
from tracker.domain.vocabulary import DocumentKind
from tracker.web.language import gettext

MOST_ROWS = 60
NOT_A_NUMBER = 0  # refused by the rule that counts begin at 1


@dataclass(frozen=True, slots=True)
class PaperRow:
    """As typed; `count` stays text so that a mistake is shown as it was made."""

    name: str = ""
    kind: str = DocumentKind.ORIGINAL
    count: str = "1"
    is_counted: bool = False

    def given(self) -> DocumentGiven:
        kind = DocumentKind(self.kind) if self.kind in set(DocumentKind) else DocumentKind.ORIGINAL
        digits = self.count.strip()
        count = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else NOT_A_NUMBER
        return DocumentGiven(self.name, kind, count)


def read_papers(form: Mapping[str, str]) -> tuple[PaperRow, ...]:
    """Rows without a name are spare."""
    rows = (_read_row(form, index) for index in range(MOST_ROWS) if f"documents-{index}-name" in form)
    return tuple(row for row in rows if row.name.strip())


def _read_row(form: Mapping[str, str], index: int) -> PaperRow:
    start = f"documents-{index}-"
    return PaperRow(
        name=form.get(f"{start}name", ""),
        kind=form.get(f"{start}kind", DocumentKind.ORIGINAL),
        count=form.get(f"{start}count", ""),
        is_counted=bool(form.get(f"{start}counted")),
    )


def without(rows: tuple[PaperRow, ...], wish: str) -> tuple[PaperRow, ...]:
    """`remove-2` drops the row that was drawn third."""
    number = wish.removeprefix("remove-")
    gone = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else -1
    return tuple(row for index, row in enumerate(rows) if index != gone)


def with_spare(rows: tuple[PaperRow, ...]) -> tuple[PaperRow, ...]:
    return (*rows, PaperRow())


def uncounted_errors(rows: Iterable[PaperRow]) -> dict[str, str]:
    """Each paper is counted before the envelope is closed."""
    return {
        f"documents-{index}-counted": gettext("posting.uncounted", name=row.name)
        for index, row in enumerate(rows)
        if not row.is_counted
    }


def rows_of(papers: Iterable[tuple[str, str, int]]) -> tuple[PaperRow, ...]:
    return tuple(PaperRow(name, kind, str(count)) for name, kind, count in papers)
