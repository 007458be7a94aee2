"""From the facts of a printed copy to its paper. Labels speak Vietnamese, whatever language the desk reads."""

from collections.abc import Sequence

from flask_babel import force_locale, gettext

from labels.alignment import STRAIGHT, Alignment
from labels.format_pdf import PrintRun, draw_run
from labels.formats import PAPERS, THERMAL
from labels.item_label import ItemLabel, LabelWords, Leg, LegWords
from labels.pdf import prepare_labels
from labels.refusals import LabelRefused, MissingGlyph
from labels.zpl import zpl_run
from tracker.actions.labels import PrintedLabel
from tracker.config import Config
from tracker.domain.identifiers import TOKEN_LENGTH
from tracker.domain.printers import PrinterSetting
from tracker.domain.refusal import Cause, Refusal
from tracker.printers.job import PDF, ZPL

LANGUAGE = "vi"


def prepare(config: Config) -> None:
    """Once in each worker of the web server: its first label then comes as soon as its hundredth."""
    prepare_labels(len(_tracking_url("0" * TOKEN_LENGTH, config)))


def draw(printed: Sequence[PrintedLabel], run: PrintRun, config: Config) -> bytes:
    """Of the run's media type. Raises Refusal bad_value where a letter has no glyph."""
    told = zpl_run if media_type(run) == ZPL else draw_run
    try:
        return told([item_label(one, config) for one in printed], label_words(), run)
    except LabelRefused as refused:
        raise refusal_of(refused) from refused


def refusal_of(refused: LabelRefused) -> Refusal:
    facts = {"sign": f"U+{ord(refused.character):04X}"} if isinstance(refused, MissingGlyph) else {}
    return Refusal(cause=Cause.BAD_VALUE, fields={f"label.{refused.field}": Cause.BAD_VALUE}, facts=facts)


def media_type(run: PrintRun) -> str:
    return ZPL if run.format.name in THERMAL else PDF


def print_run(paper: str, start_cell: int = 1, setting: PrinterSetting | None = None) -> PrintRun:
    """Raises Refusal unknown_format, naming those there are; out_of_range where the format has no such cell;
    bad_value for a head that the format lacks; off_the_paper for a setting that no printer needs, or that pushes the
    ink off the paper."""
    if paper not in PAPERS:
        known = ", ".join(PAPERS)
        raise Refusal(cause=Cause.UNKNOWN_FORMAT, fields={"format": Cause.UNKNOWN_FORMAT}, facts={"formats": known})
    most = len(PAPERS[paper].corners)
    if not 1 <= start_cell <= most:
        raise Refusal(cause=Cause.OUT_OF_RANGE, fields={"start_cell": Cause.OUT_OF_RANGE}, facts={"most": str(most)})
    try:
        return PrintRun(PAPERS[paper], start_cell, _alignment(setting))
    except LabelRefused as refused:
        field = refused.field.removeprefix("alignment.").replace("alignment", "dx_mm")
        cause = Cause.BAD_VALUE if field == "dpi" else Cause.OFF_THE_PAPER
        raise Refusal(cause=cause, fields={field: cause}) from refused


def _alignment(setting: PrinterSetting | None) -> Alignment:
    return Alignment(setting.dx_mm, setting.dy_mm, setting.scale, setting.dpi) if setting else STRAIGHT


def item_label(printed: PrintedLabel, config: Config) -> ItemLabel:
    person = ", ".join(part for part in (printed.person_initials, printed.person_ward) if part)
    return ItemLabel(
        leg=Leg(printed.leg),
        due=f"{printed.due_on:%d/%m}" if printed.due_on else "",
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
