"""From a printer's proof to its paper. Papers speak Vietnamese, whatever language the desk reads."""

from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext

from labels.proof_page import ProofPage, draw_proof, ruler_mm
from labels.refusals import LabelRefused
from tracker.config import Config
from tracker.domain.calibration import CROSS_MM, LETTERS
from tracker.domain.printers import PrinterSetting
from tracker.domain.refusal import Cause, Refusal
from tracker.printing import LANGUAGE, print_run
from tracker.store.queries.printers import ProofView

HOW = ("proof.how.scan", "proof.how.measure", "proof.how.keep")


def length_of(setting: PrinterSetting) -> float:
    """Of the ruler on the proof page, in mm, on a perfect printer."""
    return ruler_mm(print_run(setting.format).format.page, CROSS_MM)


def draw_proof_page(printer_name: str, proof: ProofView, config: Config) -> bytes:
    """Of the media type of its format. Raises Refusal bad_value where a letter of the printer's name has no glyph."""
    at, used = proof.printed_at.astimezone(ZoneInfo(config.office.zone)), proof.setting
    with force_locale(LANGUAGE):
        told = (printer_name, gettext(f"print.{used.format}"), f"{used.dpi} dpi", f"{at:%H:%M %d/%m/%Y}")
        page = ProofPage(
            heading=gettext("proof.heading"),
            printer=", ".join(told),
            how=tuple(gettext(line) for line in HOW),
            codes=proof.codes,
            letters=tuple(LETTERS.values()),
            cross_mm=CROSS_MM,
        )
    try:
        return draw_proof(page, print_run(used.format, 1, used))
    except LabelRefused as refused:
        raise Refusal(cause=Cause.BAD_VALUE, fields={"name": Cause.BAD_VALUE}) from refused
