"""From the facts of a printed copy to its paper. Labels speak Vietnamese, whatever language the desk reads."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from flask_babel import force_locale, gettext

from labels.item_label import ItemLabel, LabelWords, Leg, LegWords
from labels.pdf import draw_labels, prepare_labels
from labels.refusals import LabelRefused
from labels.stock import A6, Stock
from tracker.actions.labels import PrintedLabel
from tracker.config import Config
from tracker.domain.identifiers import TOKEN_LENGTH
from tracker.domain.refusal import Cause, Refusal

PAPERS: Mapping[str, Stock] = MappingProxyType({"a6": A6})
USUAL_PAPER = "a6"
LANGUAGE = "vi"


def prepare(config: Config) -> None:
    """Once in each worker of the web server: its first label then comes as soon as its hundredth."""
    prepare_labels(len(_tracking_url("0" * TOKEN_LENGTH, config)))


def draw(printed: Sequence[PrintedLabel], paper: str, config: Config) -> bytes:
    """A PDF, a page for each copy. Raises Refusal unknown_format; bad_value where a letter has no glyph."""
    stock = stock_of(paper)
    try:
        return draw_labels([item_label(one, config) for one in printed], label_words(), stock)
    except LabelRefused as refused:
        raise Refusal(cause=Cause.BAD_VALUE, fields={f"label.{refused.field}": Cause.BAD_VALUE}) from refused


def stock_of(paper: str) -> Stock:
    """Raises Refusal unknown_format."""
    if paper not in PAPERS:
        raise Refusal(cause=Cause.UNKNOWN_FORMAT, fields={"format": Cause.UNKNOWN_FORMAT})
    return PAPERS[paper]


def item_label(printed: PrintedLabel, config: Config) -> ItemLabel:
    person = ", ".join(part for part in (printed.person_initials, printed.person_ward) if part)
    return ItemLabel(
        leg=Leg(printed.leg),
        due=f"{printed.due_on:%d/%m}",
        destination=printed.destination,
        second_line=printed.office_name,
        second_code=printed.ward_code or "",
        sent_from=printed.from_name,
        person=person,
        seal=printed.seal_number,
        hotline=config.public.hotline,
        copy_number=printed.copy_number,
        tracking_url=_tracking_url(printed.token, config),
        item_number=printed.number,
    )


def _tracking_url(token: str, config: Config) -> str:
    return f"{config.public.base_url.upper()}/T/{token}"


def label_words() -> LabelWords:
    with force_locale(LANGUAGE):
        return LabelWords(
            title=gettext("label.title"),
            submission=LegWords(gettext("leg.submission"), gettext("label.sender")),
            result=LegWords(gettext("leg.result"), gettext("label.recipient")),
            supplement=LegWords(gettext("leg.supplement"), gettext("label.sender")),
            due=gettext("label.due"),
            urgent=gettext("label.urgent"),
            sent_from=gettext("label.from"),
            seal=gettext("label.seal"),
            finder=gettext("label.finder"),
            copy=gettext("label.copy"),
        )
