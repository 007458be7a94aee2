"""The form that makes an envelope of a dossier: leg, destination, recount, seal, money."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tracker.actions.people import DocumentGiven
from tracker.actions.post import FeeGiven, NewItem
from tracker.domain.identifiers import parse_s10
from tracker.domain.vocabulary import Leg, Party
from tracker.web.language import gettext
from tracker.web.papers_form import PaperRow, read_papers, uncounted_errors

# Names that go into the book, which is Vietnamese whatever the desk reads.
POSTAGE = "Cước bưu chính"
RESULT_PAPER = "Kết quả giải quyết hồ sơ"
MOST_FEES = 12
LONGEST_OTHERS = 600
SEPARATORS = re.compile(r"[,;]")
LARGEST_AMOUNT = 1_000_000_000
WRITTEN_AMOUNT = str.maketrans("", "", ". đĐ\u00a0")


@dataclass(frozen=True, slots=True)
class FeeRow:
    """As typed; a row without an amount is spare."""

    name: str = ""
    amount: str = ""
    payer: str = Party.SENDER
    is_paid: bool = True

    @property
    def dong(self) -> int | None:
        digits = self.amount.translate(WRITTEN_AMOUNT)
        amount = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 11 else None
        return amount if amount is not None and amount <= LARGEST_AMOUNT else None

    def given(self) -> FeeGiven:
        return FeeGiven(self.name, self.dong or 0, Party(self.payer), self.is_paid)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingForm:
    """`with_result`: the label of the result to come is printed together with this one."""

    leg: Leg
    others: str = ""
    to_office: str = ""
    number: str = ""
    seal_number: str = ""
    papers: tuple[PaperRow, ...] = ()
    fees: tuple[FeeRow, ...] = ()
    with_result: bool = False


def read_posting_form(form: Mapping[str, str], leg: Leg) -> PostingForm:
    fees = (_read_fee(form, index) for index in range(MOST_FEES) if f"fees-{index}-amount" in form)
    return PostingForm(
        leg=leg,
        others=form.get("others", "").strip()[:LONGEST_OTHERS],
        to_office=form.get("to_office", ""),
        number=form.get("number", "").strip(),
        seal_number=form.get("seal_number", "").strip(),
        papers=read_papers(form),
        fees=tuple(fee for fee in fees if fee.amount.strip()),
        with_result=leg is Leg.SUBMISSION and "with_result" in form,
    )


def _read_fee(form: Mapping[str, str], index: int) -> FeeRow:
    start = f"fees-{index}-"
    payer = form.get(f"{start}payer", "")
    return FeeRow(
        name=form.get(f"{start}name", ""),
        amount=form.get(f"{start}amount", ""),
        payer=payer if payer in {Party.SENDER, Party.RECIPIENT} else Party.SENDER,
        is_paid=bool(form.get(f"{start}paid")),
    )


def faults_of_posting(form: PostingForm) -> dict[str, str]:
    """Sentence by field id; what only the book knows is checked when it is written."""
    faults = uncounted_errors(form.papers)
    if form.number and parse_s10(form.number) is None:
        faults["number"] = gettext("posting.bad_number")
    for index, fee in enumerate(form.fees):
        if fee.dong is None:
            faults[f"fees-{index}-amount"] = gettext("posting.bad_amount")
    return faults


def new_item(form: PostingForm, dossier: str) -> NewItem:
    """Of a form without faults. A result whose papers are not listed travels without a list."""
    documents: tuple[DocumentGiven, ...] = tuple(row.given() for row in form.papers)
    return NewItem(
        dossiers=(dossier, *SEPARATORS.sub(" ", form.others).split()),
        leg=form.leg,
        number=form.number or None,
        to_office=form.to_office or None,
        documents=documents if documents or form.leg is not Leg.RESULT else None,
        seal_number=form.seal_number or None,
        fees=tuple(fee.given() for fee in form.fees),
    )
