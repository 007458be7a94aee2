"""From the facts of a printed copy to its paper. Labels speak Vietnamese, whatever language the desk reads."""

from collections.abc import Sequence

from flask_babel import force_locale, gettext

from labels.format_pdf import PrintRun, draw_run
from labels.formats import FORMATS
from labels.item_label import ItemLabel, LabelWords, Leg, LegWords
from labels.pdf import prepare_labels
from labels.refusals import LabelRefused, MissingGlyph
from tracker.actions.labels import PrintedLabel
from tracker.config import Config
from tracker.domain.identifiers import TOKEN_LENGTH
from tracker.domain.refusal import Cause, Refusal

LANGUAGE = "vi"


def prepare(config: Config) -> None:
    """Once in each worker of the web server: its first label then comes as soon as its hundredth."""
    prepare_labels(len(_tracking_url("0" * TOKEN_LENGTH, config)))


def draw(printed: Sequence[PrintedLabel], run: PrintRun, config: Config) -> bytes:
    """A PDF. Raises Refusal bad_value where a letter has no glyph."""
    try:
        return draw_run([item_label(one, config) for one in printed], label_words(), run)
    except LabelRefused as refused:
        raise refusal_of(refused) from refused


def refusal_of(refused: LabelRefused) -> Refusal:
    facts = {"sign": f"U+{ord(refused.character):04X}"} if isinstance(refused, MissingGlyph) else {}
    return Refusal(cause=Cause.BAD_VALUE, fields={f"label.{refused.field}": Cause.BAD_VALUE}, facts=facts)


def print_run(paper: str, start_cell: int = 1) -> PrintRun:
    """Raises Refusal unknown_format, naming those there are; out_of_range where the format has no such cell."""
    if paper not in FORMATS:
        known = ", ".join(FORMATS)
        raise Refusal(cause=Cause.UNKNOWN_FORMAT, fields={"format": Cause.UNKNOWN_FORMAT}, facts={"formats": known})
    most = len(FORMATS[paper].corners)
    if not 1 <= start_cell <= most:
        raise Refusal(cause=Cause.OUT_OF_RANGE, fields={"start_cell": Cause.OUT_OF_RANGE}, facts={"most": str(most)})
    return PrintRun(FORMATS[paper], start_cell)


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
