"""Which papers a page offers, and what they are called there."""

from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.forms import PaperKind, papers_of_list
from tracker.domain.vocabulary import Leg
from tracker.item_papers import papers_of_item
from tracker.phrases import phrase_of
from tracker.store.queries.item_page import ItemPage
from tracker.store.queries.manifests import ManifestView
from tracker.web.language import gettext


class PaperReason(StrEnum):
    """Fixed words, as for looking behind the mask: a free text would put personal data into the book."""

    TO_PERSON = "to_person"
    FILE = "file"
    WRONG_PRINT = "wrong_print"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class OfferedPaper:
    """`call` is which invitation, 0 for every other paper."""

    kind: PaperKind
    call: int = 0

    @property
    def value(self) -> str:
        """As a form sends it."""
        return f"{self.kind}-{self.call}" if self.call else self.kind.value

    @property
    def words(self) -> str:
        name = gettext(phrase_of(self.kind))
        return f"{name} {gettext('on_paper.call', number=self.call).lower()}" if self.call else name


def papers_of_leg(leg: Leg) -> tuple[OfferedPaper, ...]:
    return tuple(map(OfferedPaper, papers_of_item(leg)))


def papers_of_page(page: ItemPage) -> tuple[OfferedPaper, ...]:
    """Slip and receipt of what came from a citizen; the invitations that a waiting envelope had."""
    calls = 0 if page.line.is_final else page.line.standing.invitations
    invitations = (OfferedPaper(PaperKind.INVITATION, number) for number in range(1, calls + 1))
    return (*papers_of_leg(page.line.leg), *invitations)


def papers_of_view(view: ManifestView) -> tuple[OfferedPaper, ...]:
    """None of a list that was taken back: what it said is no longer so."""
    if view.withdrawn_at is not None:
        return ()
    has_results = any(line.leg is Leg.RESULT for line in view.lines)
    return tuple(map(OfferedPaper, papers_of_list(view.kind, is_signed=not view.is_open, has_results=has_results)))
