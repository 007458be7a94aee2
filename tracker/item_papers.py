"""Papers of one envelope: the slip both sign at the counter, the citizen's receipt, invitations to come for it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask_babel import force_locale

from labels.item_zones import grouped
from labels.paper import TICKED, UNTICKED, Block, Book, Column, Facts, Heading, Lines, Paper, Place, Row, Side, Table
from labels.paper_sizes import HALF, QUARTER
from tracker.domain.forms import PaperKind
from tracker.domain.vocabulary import DocumentKind, Leg, Party
from tracker.paper_words import Printing, day, draw, for_citizens, gettext
from tracker.phrases import phrase_of
from tracker.printing import LANGUAGE
from tracker.store.queries.papers import Call, PaperDossier, PaperFee, PaperItem
from tracker.sums import dong


def draw_item_paper(kind: PaperKind, item: PaperItem, printing: Printing, call: Call | None = None) -> bytes:
    """A PDF; an invitation needs its `call`. Raises PaperRefused for a letter that the typeface lacks."""
    with force_locale(LANGUAGE):
        if call is not None:
            return draw(_invitation(item, printing, call))
        return draw(COMPOSED[kind](item, printing))


def papers_of_item(leg: Leg) -> tuple[PaperKind, ...]:
    """A citizen stands at the counter when an envelope begins there, not when a result does."""
    return () if leg is Leg.RESULT else (PaperKind.SLIP, PaperKind.RECEIPT)


def _square(item: PaperItem, printing: Printing) -> str:
    """Without a label that counts, the number says as much to our own scanners."""
    return printing.tracking_address(item.token) if item.token else item.number


def _slip(item: PaperItem, printing: Printing) -> Paper:
    person = item.person
    return Paper(
        size=HALF,
        office=printing.office,
        title=gettext("paper_kind.slip"),
        plate=gettext(phrase_of(item.leg)),
        number=grouped(item.number),
        under=(gettext("on_paper.made", moment=printing.at(item.registered_at)),),
        square=_square(item, printing),
        blocks=(
            Facts(
                (
                    (gettext("on_paper.sender"), person.name if person else ""),
                    (gettext("on_paper.address"), person.address if person else ""),
                    *(fact for dossier in item.dossiers for fact in _of_dossier(dossier)),
                    (gettext("on_paper.goes_to"), item.to_office),
                )
            ),
            *_documents(item),
            Facts(
                (
                    (gettext("on_paper.sealed"), item.seal_number),
                    *_fees(item.fees),
                    (gettext("on_paper.due"), day(item.due_on)),
                )
            ),
            Book(
                Side(gettext("on_paper.sender"), person.name if person else "", (gettext("on_paper.sign"),)),
                Side(gettext("on_paper.post_worker"), item.accepted_by, (gettext("on_paper.sign"),)),
                has_room=True,
            ),
        ),
        foot=for_citizens(printing),
        form=printing.form_line,
        page=gettext("paper.page"),
    )


def _of_dossier(dossier: PaperDossier) -> tuple[tuple[str, str], ...]:
    agency = ", ".join(part for part in (dossier.agency, dossier.agency_address) if part)
    return (
        (gettext("on_paper.dossier"), dossier.number),
        (gettext("on_paper.procedure"), dossier.procedure),
        (gettext("on_paper.agency"), agency),
    )


def _documents(item: PaperItem) -> tuple[Block, ...]:
    sheets = sum(count for _, _, count in item.documents)
    rows = (
        Row((str(line), _named(name, kind), *_boxes(kind), str(count)))
        for line, (name, kind, count) in enumerate(item.documents, start=1)
    )
    columns = (
        Column(gettext("on_paper.row"), 9),
        Column(gettext("on_paper.document")),
        Column(gettext("on_paper.original"), 20, has_boxes=True),
        Column(gettext("on_paper.copy"), 18, has_boxes=True),
        Column(gettext("papers.count"), 13, is_right=True),
    )
    heading = Heading(gettext("on_paper.documents"), gettext("on_paper.sheets", number=sheets))
    return heading, Table(columns, tuple(rows))


def _named(name: str, kind: DocumentKind) -> str:
    """The law asks for original or copy; that a copy is certified is said beside its name."""
    return gettext("on_paper.certified", name=name) if kind is DocumentKind.CERTIFIED_COPY else name


def _boxes(kind: DocumentKind) -> tuple[str, str]:
    return (TICKED, UNTICKED) if kind is DocumentKind.ORIGINAL else (UNTICKED, TICKED)


def _fees(fees: tuple[PaperFee, ...]) -> tuple[tuple[str, str], ...]:
    """Never an amount that the books do not hold."""
    if not fees:
        return ((gettext("on_paper.fees"), gettext("on_paper.no_fees")),)
    return tuple((_fee_words(fee), dong(fee.amount)) for fee in fees)


def _fee_words(fee: PaperFee) -> str:
    if fee.payer is None:
        return gettext("on_paper.fee_charged", name=fee.name)
    state = gettext("fee.paid") if fee.paid else gettext("fee.unpaid")
    who = gettext(phrase_of(fee.payer)).lower()
    return gettext("on_paper.fee", name=fee.name, who=who, state=state)


def _receipt(item: PaperItem, printing: Printing) -> Paper:
    """Names nobody: it is carried about, and whoever finds it reads it."""
    rows = (
        Row((str(line), _named(name, kind), str(count)))
        for line, (name, kind, count) in enumerate(item.documents, start=1)
    )
    columns = (
        Column(gettext("on_paper.row"), 8),
        Column(gettext("on_paper.document")),
        Column(gettext("papers.count"), 13, is_right=True),
    )
    return Paper(
        size=QUARTER,
        office=printing.office,
        title=gettext("paper_kind.receipt"),
        number=grouped(item.number),
        under=(printing.at(item.registered_at),),
        square=_square(item, printing),
        blocks=(
            Facts(
                (
                    *((gettext("on_paper.dossier"), dossier.number) for dossier in item.dossiers),
                    (gettext("on_paper.goes_to"), item.to_office),
                    (gettext("on_paper.due"), day(item.due_on)),
                )
            ),
            Table(columns, tuple(rows)),
            Facts((*_fees(item.fees), (gettext("on_paper.hotline"), printing.config.public.hotline))),
        ),
        foot=for_citizens(printing),
        form=printing.form_line,
        page=gettext("paper.page"),
    )


def _invitation(item: PaperItem, printing: Printing, call: Call) -> Paper:
    person, office = item.person, call.office
    until = day(call.until_on) if call.until_on else ""
    return Paper(
        size=HALF,
        office=printing.office,
        title=gettext("paper_kind.invitation"),
        plate=gettext("on_paper.call", number=call.number),
        number=grouped(item.number),
        under=(gettext("on_paper.made", moment=printing.at(call.at)),),
        square=_square(item, printing),
        blocks=(
            Facts(
                (
                    (gettext("on_paper.dear"), person.name if person else ""),
                    (gettext("on_paper.address"), person.address if person else ""),
                )
            ),
            Lines((gettext("on_paper.kept_for_you"),)),
            Place(gettext("on_paper.come_to"), office.name, office.address, largest=4.5),
            Facts(
                (
                    (gettext("on_paper.until"), until),
                    (gettext("on_paper.hours"), office.opening_hours),
                    (gettext("on_paper.phone"), office.phone),
                    (gettext("on_paper.to_pay"), dong(_to_pay(item.fees))),
                )
            ),
            Lines((gettext("on_paper.bring"), gettext("on_paper.bring_proxy"))),
            Lines((gettext("on_paper.else_returned", day=until),) if until else (), is_loud=True),
        ),
        foot=for_citizens(printing),
        form=printing.form_line,
        page=gettext("paper.page"),
    )


def _to_pay(fees: tuple[PaperFee, ...]) -> int:
    return sum(fee.amount for fee in fees if fee.payer is Party.RECIPIENT and not fee.paid)


COMPOSED: Mapping[PaperKind, Callable[[PaperItem, Printing], Paper]] = MappingProxyType(
    {PaperKind.SLIP: _slip, PaperKind.RECEIPT: _receipt}
)
