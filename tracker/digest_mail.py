"""The day's digest as a mail: the figures of the board and the way to their lists, in text and in HTML, of nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime as format_moment
from babel.support import NullTranslations, Translations
from markupsafe import Markup

from tracker.config import Config
from tracker.domain.ages import Age
from tracker.domain.names import clean_text
from tracker.domain.runs import JobName
from tracker.domain.supervision import Supervised
from tracker.phrases import phrase_of
from tracker.store.queries.ages import KindByAge
from tracker.store.queries.board import Figures
from tracker.store.queries.digest import SilentAt
from tracker.store.queries.runs import FeedHealth

LOCALE = Path(__file__).parent / "locale"
# Where the pages are that it leads to; a test holds them against the pages there are.
BOARD = "/dieu-hanh/"
ITEMS = "/dieu-hanh/buu-gui?show="
HANDOVERS = "/dieu-hanh/cho-nhan"
QUEUE = "/dieu-hanh/doi-soat"
FEEDS = "/dieu-hanh/nguon-tin"
JOBS = "/dieu-hanh/tac-vu"
LONGEST_NAME = 200
_DAY_PATTERNS = {"vi": "EEEE, d/M/y", "en": "EEEE, d MMMM y"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestFacts:
    """What is told of one office, at one moment. `stuck` are the jobs that need a person."""

    office: str
    at: datetime
    numbers: Figures
    silent: Sequence[SilentAt]
    kinds: Sequence[KindByAge]
    feeds: Sequence[FeedHealth]
    stuck: Mapping[JobName, Supervised]
    is_running: bool

    @property
    def is_calm(self) -> bool:
        """Nothing is to be done."""
        figures = self.numbers
        waiting = (figures.late, figures.due_today, figures.silent, figures.open_handovers, figures.discrepancies)
        failing = any(feed.failing_since for feed in self.feeds)
        return not any(waiting) and not failing and not self.stuck and self.is_running


@dataclass(frozen=True, slots=True)
class Line:
    """`path` leads to the list behind it; empty: there is none. `note` says more of what is told."""

    words: str
    told: str = ""
    path: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class _Told:
    """The digest in one language, before it is text or HTML."""

    language: str
    heading: str
    lead: Sequence[str]
    parts: Sequence[Part]
    foot: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Words:
    language: str
    zone: ZoneInfo
    catalogue: NullTranslations = field(repr=False)

    def gettext(self, name: str, **told: object) -> str:
        spoken = str(self.catalogue.gettext(name))
        return spoken % told if told else spoken

    def moment(self, at: datetime) -> str:
        return format_moment(at.astimezone(self.zone), "HH:mm d/M/y", locale=self.language)

    def day(self, at: datetime) -> str:
        return format_date(at.astimezone(self.zone).date(), _DAY_PATTERNS[self.language], locale=self.language)

    def source(self, name: str) -> str:
        """A source that this installation named itself has no words of ours."""
        spoken = self.gettext(f"feed.{name}")
        return name if spoken == f"feed.{name}" else spoken


def digest_message(facts: DigestFacts, config: Config, message_id: str) -> EmailMessage:
    """Without a recipient: that stands on the envelope and, once it is known, in To."""
    told = [_told(facts, _words(config, language)) for language in config.digest.languages]
    first = _words(config, config.digest.languages[0])
    mail = EmailMessage()
    office = clean_text(facts.office, LONGEST_NAME)
    mail["Subject"] = first.gettext("digest.subject", office=office, day=f"{facts.at.astimezone(first.zone):%d/%m/%Y}")
    mail["From"] = config.mail.sender
    mail["Date"] = format_datetime(facts.at)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    # Encoded, so that servers which take seven bits only and those that cut long lines leave it whole.
    mail.set_content(_text(told, config.public.base_url), cte="quoted-printable")
    mail.add_alternative(str(_html(told, config.public.base_url)), subtype="html", cte="quoted-printable")
    mail["Content-Language"] = ", ".join(config.digest.languages)  # what is set before goes into the first part
    return mail


def _words(config: Config, language: str) -> _Words:
    return _Words(language, ZoneInfo(config.office.zone), _catalogue(language))


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(str(LOCALE), [language], "messages")


def _told(facts: DigestFacts, words: _Words) -> _Told:
    gettext = words.gettext
    lead = [gettext("digest.as_of", moment=words.moment(facts.at))]
    if facts.is_calm:
        lead.append(gettext("digest.calm"))
    parts = [] if facts.is_calm else [_items(facts, words), *_silent(facts, words), _kinds(facts, words)]
    board = Part("", [Line(gettext("digest.board"), "", BOARD)])
    return _Told(
        language=words.language,
        heading=gettext("digest.heading", office=clean_text(facts.office, LONGEST_NAME), day=words.day(facts.at)),
        lead=lead,
        parts=[*parts, _feeds(facts, words), *_jobs(facts, words), board],
        foot=[gettext("digest.why")],
    )


def _items(facts: DigestFacts, words: _Words) -> Part:
    gettext, numbers = words.gettext, facts.numbers
    return Part(
        gettext("digest.items"),
        [
            Line(gettext("board.late"), str(numbers.late), f"{ITEMS}late"),
            Line(gettext("board.due_today"), str(numbers.due_today), f"{ITEMS}due_today"),
            Line(gettext("digest.silent"), str(numbers.silent), f"{ITEMS}silent"),
            Line(gettext("board.open_handovers"), str(numbers.open_handovers), HANDOVERS),
        ],
    )


def _silent(facts: DigestFacts, words: _Words) -> list[Part]:
    """None while nothing is silent; what no office of the list holds is one line of its own."""
    lines = [
        Line(clean_text(one.name, LONGEST_NAME), str(one.count), f"{ITEMS}{quote(one.code, safe='')}")
        for one in facts.silent
    ]
    rest = facts.numbers.silent - sum(one.count for one in facts.silent)
    if rest > 0:
        lines.append(Line(words.gettext("digest.silent_elsewhere"), str(rest), f"{ITEMS}silent"))
    return [Part(words.gettext("digest.silent_by"), lines)] if lines else []


# The board's steps, fewer: a mail is read in passing.
_OPEN_FOR = {"day": (Age.HOURS, Age.DAY), "week": (Age.DAYS, Age.WEEK), "longer": (Age.OLDER,)}


def _kinds(facts: DigestFacts, words: _Words) -> Part:
    gettext = words.gettext
    lines = [Line(gettext("digest.discrepancies"), str(facts.numbers.discrepancies), QUEUE)]
    for kind in facts.kinds:
        counts = {name: sum(kind.ages[age] for age in ages) for name, ages in _OPEN_FOR.items()}
        told = [gettext(f"digest.open_{name}", number=count) for name, count in counts.items() if count]
        path = f"{QUEUE}?loai={kind.code.value}"
        lines.append(Line(gettext(phrase_of(kind.code)), str(kind.count), path, f" ({', '.join(told)})"))
    return Part(gettext("digest.kinds"), lines)


def _feeds(facts: DigestFacts, words: _Words) -> Part:
    gettext = words.gettext
    failing = [
        Line(words.source(feed.source), gettext("health.failing", moment=words.moment(feed.failing_since)), FEEDS)
        for feed in facts.feeds
        if feed.failing_since is not None
    ]
    well = Line(gettext("digest.feeds_well") if facts.feeds else gettext("digest.no_feeds"), "", FEEDS)
    return Part(gettext("digest.feeds"), failing or [well])


def _jobs(facts: DigestFacts, words: _Words) -> list[Part]:
    """None while all of them run."""
    lines = [Line(words.gettext("digest.standstill"), "", JOBS)] if not facts.is_running else []
    lines += [
        Line(words.gettext(f"job.{job.value}"), words.gettext(f"job_state.{seen.state.value}"), JOBS)
        for job, seen in facts.stuck.items()
    ]
    return [Part(words.gettext("digest.jobs"), lines)] if lines else []


def _text(told: Sequence[_Told], base_url: str) -> str:
    return "\n\n----------\n\n".join("\n".join(_text_lines(one, base_url)) for one in told) + "\n"


def _text_lines(told: _Told, base_url: str) -> list[str]:
    lines = [told.heading, "", *told.lead]
    for part in told.parts:
        lines += ["", part.title] if part.title else [""]
        for line in part.lines:
            lines.append(f"- {line.words}: {line.told}{line.note}" if line.told else f"- {line.words}")
            lines += [f"  {base_url}{line.path}"] if line.path else []
    return [*lines, "", *told.foot]


def _html(told: Sequence[_Told], base_url: str) -> Markup:
    """No image, no script, nothing that a reader's program would fetch."""
    page = Markup(
        '<!doctype html>\n<html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>\n'
        '<body style="font-family: sans-serif; max-width: 40em; margin: 1em; color: #1a1a1a">\n{}\n</body></html>\n'
    )
    bodies = Markup("\n<hr>\n").join(_html_body(one, base_url) for one in told)
    return page.format(told[0].language, told[0].heading, bodies)


def _html_body(told: _Told, base_url: str) -> Markup:
    lead = Markup("").join(Markup("<p>{}</p>\n").format(words) for words in told.lead)
    parts = Markup("").join(_html_part(part, base_url) for part in told.parts)
    foot = Markup("").join(Markup("<p><small>{}</small></p>").format(words) for words in told.foot)
    return Markup('<div lang="{}">\n<h1 style="font-size: 1.3em">{}</h1>\n{}{}{}</div>').format(
        told.language, told.heading, lead, parts, foot
    )


def _html_part(part: Part, base_url: str) -> Markup:
    title = Markup('<h2 style="font-size: 1.05em">{}</h2>\n').format(part.title) if part.title else Markup("")
    return Markup("{}<ul>\n{}</ul>\n").format(title, Markup("").join(_html_line(line, base_url) for line in part.lines))


def _html_line(line: Line, base_url: str) -> Markup:
    told = Markup(": <strong>{}</strong>{}").format(line.told, line.note) if line.told else Markup("")
    words = Markup('<a href="{}">{}</a>').format(base_url + line.path, line.words) if line.path else line.words
    return Markup("<li>{}{}</li>\n").format(words, told)
