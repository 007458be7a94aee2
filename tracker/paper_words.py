"""What papers have in common: the form they are drawn by, their feet, instants and sums. Papers speak Vietnamese."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import flask_babel

from labels.paper import Paper
from labels.paper_pdf import draw_paper
from labels.refusals import LabelRefused, MissingGlyph
from tracker.config import Config
from tracker.domain.forms import FormVersion
from tracker.domain.refusal import Cause, Refusal


def gettext(message: str, **told: object) -> str:
    return str(flask_babel.gettext(message, **told))


@dataclass(frozen=True, slots=True)
class Printing:
    """By which form, and of what house. `office` is whose paper it is."""

    form: FormVersion
    config: Config
    office: str

    @property
    def form_line(self) -> str:
        since = day(self.form.in_force_since)
        return gettext("on_paper.version", code=self.form.code, version=self.form.version, day=since)

    def at(self, moment: datetime) -> str:
        local = moment.astimezone(ZoneInfo(self.config.office.zone))
        return gettext("on_paper.moment", time=f"{local:%H:%M}", day=day(local.date()))

    def tracking_address(self, token: str) -> str:
        return f"{self.config.public.base_url.upper()}/T/{token}"


class PaperRefused(Exception):
    """A letter that cannot be printed: `field` is the caption it stands under, on the paper."""

    def __init__(self, field: str, sign: str) -> None:
        super().__init__(field)
        self.field = field
        self.sign = sign


def draw(paper: Paper) -> bytes:
    """Raises PaperRefused for a letter that the typeface lacks."""
    try:
        return draw_paper(paper)
    except MissingGlyph as missing:
        raise PaperRefused(missing.field, f"U+{ord(missing.character):04X}") from missing
    except LabelRefused as refused:
        raise Refusal(cause=Cause.BAD_VALUE, fields={"paper": Cause.BAD_VALUE}) from refused


def for_citizens(printing: Printing) -> tuple[str, ...]:
    return gettext("on_paper.foot.citizen", hotline=printing.config.public.hotline), gettext("on_paper.foot.warning")


def for_staff() -> tuple[str, ...]:
    return (gettext("on_paper.foot.staff"),)


def nation() -> tuple[str, str]:
    return gettext("paper.nation"), gettext("paper.motto")


def day(on: date) -> str:
    return f"{on:%d/%m/%Y}"
