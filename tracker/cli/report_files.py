"""giaonhan export report: what an office has to tell, as a table for a spreadsheet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlmodel import Session

from tracker.cli.speech import as_json, configured, say, sentences
from tracker.config import Config
from tracker.domain.actor import SYSTEM_NAME, Actor
from tracker.domain.procedure_days import CutRule, procedure_days
from tracker.domain.quarterly import Quarter, quarter_of, read_quarter
from tracker.domain.shares import MOST_MONTHS, Month, Months, read_month
from tracker.domain.vocabulary import Role
from tracker.procedure_table import procedure_table
from tracker.report_tables import MIMETYPES, ReportTable, file_of, quarterly_table
from tracker.shares_table import read_shares, whole_table
from tracker.store.engine import create_engine, reading
from tracker.store.queries.accounts import SYSTEM_DEVICE, account_by_name, actor_of
from tracker.store.queries.catalogue import office_by_code, office_names
from tracker.store.queries.procedure_days import finished_dossiers
from tracker.store.queries.quarterly import quarterly_report


@dataclass(frozen=True, slots=True)
class Asked:
    """`office` None: the whole installation."""

    config: Config
    quarter: Quarter
    months: Months
    office: str | None
    words: Callable[[str], str]


def _quarterly(session: Session, asked: Asked) -> ReportTable:
    zone = ZoneInfo(asked.config.office.zone)
    found = quarterly_report(session, _reader(session, asked.office), asked.quarter, zone)
    title = asked.words("quarterly.title_of") % {"number": asked.quarter.number, "year": asked.quarter.year}
    return quarterly_table(found, office_names(session), title, asked.words)


def _days(session: Session, asked: Asked) -> ReportTable:
    rule = CutRule(asked.config.reports.cut_percent, asked.config.reports.cut_least)
    dossiers = finished_dossiers(session, _reader(session, asked.office), asked.quarter, asked.config.office)
    title = asked.words("procedure_days.title_of") % {"number": asked.quarter.number, "year": asked.quarter.year}
    return procedure_table(procedure_days(dossiers, rule), title, asked.words)


def _shares(session: Session, asked: Asked) -> ReportTable:
    reader, today = _reader(session, asked.office), asked.config.office.local_date(datetime.now(UTC))
    found = read_shares(session, reader, asked.months, asked.config, today)
    return whole_table(found, found.alike, asked.words("shares.short"), asked.words)


REPORTS: dict[str, Callable[[Session, Asked], ReportTable]] = {
    "days": _days,
    "quarterly": _quarterly,
    "shares": _shares,
}
BY_MONTH = frozenset({"shares"})
PERIODS = {"quarter": "--quarter", "first": "--from", "last": "--to"}


@click.command()
@click.argument("kind", type=click.Choice(sorted(REPORTS)))
@click.option("-q", "--quarter", help="As 2026-Q3; the last one that is over unless told.")
@click.option("--from", "first", help="For shares: the first month, as 2026-01; a year before the last unless told.")
@click.option("--to", "last", help="For shares: the last month; the present one unless told.")
@click.option("--office", help="Code of an office: what it and those below it may see. All unless told.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Language of the heads.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help=".csv or .xlsx.")
@as_json
def report(**told: str | Path | bool | None) -> None:
    """A report as CSV or XLSX, told by the ending of the file's name."""
    output = Path(str(told["output"]))
    ending = output.suffix.lower().removeprefix(".")
    if ending not in MIMETYPES:
        raise click.BadParameter(f"{output.name} ends in neither .csv nor .xlsx", param_hint="--output")
    kind = str(told["kind"])
    asked = _asked(kind, told)
    table = _read(REPORTS[kind], asked)
    try:
        output.write_bytes(file_of(table, ending))
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from error
    answer = {"file": str(output), "rows": len(table.rows)}
    say(answer, f"{output}: {len(table.rows)} rows", as_json=bool(told["as_json"]))


def _asked(kind: str, told: Mapping[str, object]) -> Asked:
    """Raises BadParameter, also for a period that this report does not take."""
    for strange in ("quarter",) if kind in BY_MONTH else ("first", "last"):
        if told[strange] is not None:
            raise click.BadParameter(f"{kind} is not told by it", param_hint=PERIODS[strange])
    config = configured()
    office = str(told["office"]) if told["office"] else None
    return Asked(config, _quarter(told["quarter"], config), _months(told, config), office, sentences(str(told["lang"])))


def _read(write: Callable[[Session, Asked], ReportTable], asked: Asked) -> ReportTable:
    engine = create_engine(asked.config.database.url)
    try:
        with reading(engine) as session:
            return write(session, asked)
    finally:
        engine.dispose()


def _quarter(text: object, config: Config) -> Quarter:
    if text is None:
        return quarter_of(config.office.local_date(datetime.now(UTC))).previous
    found = read_quarter(str(text))
    if found is None:
        raise click.BadParameter(f"{text!r} is no quarter, e.g. 2026-Q3", param_hint="--quarter")
    return found


def _months(told: Mapping[str, object], config: Config) -> Months:
    today = config.office.local_date(datetime.now(UTC))
    last = _month(told, "last") or Month(today.year, today.month)
    months = Months(_month(told, "first") or last.later(-11), last)
    if months.first > months.last:
        raise click.BadParameter(f"{months.first} is after {months.last}", param_hint=PERIODS["first"])
    if len(months) > MOST_MONTHS:
        raise click.BadParameter(f"more than {MOST_MONTHS} months", param_hint=PERIODS["first"])
    return months


def _month(told: Mapping[str, object], name: str) -> Month | None:
    text = told[name]
    if text is None:
        return None
    if (found := read_month(str(text))) is None:
        raise click.BadParameter(f"{text!r} is no month, e.g. 2026-01", param_hint=PERIODS[name])
    return found


def _reader(session: Session, office: str | None) -> Actor:
    """The product's own account sees all; for one office, what a supervisor there sees."""
    account = account_by_name(session, SYSTEM_NAME)
    if account is None or account.id is None:
        raise click.ClickException("the database has no account of its own yet: run `giaonhan doctor`")
    system = actor_of(session, account.id, SYSTEM_DEVICE)
    if office is None:
        return system
    found = office_by_code(session, office)
    if found is None or found.id is None:
        raise click.BadParameter(f"there is no office {office}", param_hint="--office")
    return replace(system, role=Role.SUPERVISOR, office_id=found.id, office_code=found.code, office_name=found.name)
