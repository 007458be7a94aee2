"""The tabs on the custody line, by role, and where a person lands after signing in."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, request, url_for

from tracker.domain.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Tab:
    """`phrase` is a message id. A tab whose page is not there is not shown."""

    key: str
    phrase: str
    endpoint: str
    roles: frozenset[Role]


DESK = frozenset({Role.CLERK, Role.POSTCLERK})
OVERSIGHT = frozenset({Role.SUPERVISOR, Role.AUDITOR})
TABS: Sequence[Tab] = (
    Tab("F1", "tab.scan", "scan.desk", DESK | {Role.OFFICER}),
    Tab("F2", "tab.register", "register.show", DESK),
    Tab("F3", "tab.handover", "handovers.show", frozenset({Role.POSTCLERK, Role.OFFICER})),
    Tab("F4", "tab.print", "printing.show", DESK),
    Tab("F2", "tab.board", "board.show", OVERSIGHT),
    Tab("F3", "tab.discrepancies", "discrepancies.show", OVERSIGHT),
    Tab("F1", "tab.hotline", "hotline.show", frozenset({Role.HOTLINE})),
    Tab("F1", "tab.administration", "administration.show", frozenset({Role.ADMIN})),
    Tab("F6", "tab.find", "finding.show", DESK | {Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.HOTLINE}),
    Tab("F7", "tab.runs", "runs.show", OVERSIGHT | {Role.ADMIN}),
    Tab("F8", "tab.ledger", "ledger.show", DESK | OVERSIGHT),
)
# Pages without a tab of their own belong to this one's.
PART_OF = {
    "auto_print": "register",
    "bags": "handovers",
    "calendar_days": "administration",
    "claims": "board",
    "books": "board",
    "counts": "handovers",
    "deeds": "finding",
    "exports": "board",
    "feeds": "runs",
    "late": "board",
    "orders": "runs",
    "orphans": "discrepancies",
    "overview": "board",
    "own_printers": "register",
    "papers": "finding",
    "posting": "register",
    "printers": "administration",
    "procedure_days": "board",
    "quarterly": "board",
    "shares": "board",
    "sheet_rows": "scan",
    "sheets": "scan",
    "siblings": "finding",
}
# The first page of the list that exists is where the role begins its day.
LANDINGS: dict[Role, tuple[str, ...]] = {
    Role.CLERK: ("register.show", "scan.desk"),
    Role.POSTCLERK: ("scan.desk",),
    Role.OFFICER: ("scan.desk",),
    Role.DRIVER: ("courier.route",),
    Role.COURIER: ("courier.route",),
    Role.SUPERVISOR: ("board.show", "discrepancies.show"),
    Role.AUDITOR: ("board.show", "discrepancies.show"),
    Role.ADMIN: ("administration.show", "runs.show"),
    Role.HOTLINE: ("hotline.show", "finding.show"),
}


def tabs_of(role: Role) -> list[Tab]:
    return [tab for tab in TABS if role in tab.roles and tab.endpoint in current_app.view_functions]


def is_current(tab: Tab) -> bool:
    here = request.blueprint or ""
    return PART_OF.get(here, here) == tab.endpoint.split(".")[0]


def landing_of(role: Role) -> str:
    for endpoint in LANDINGS.get(role, ()):
        if endpoint in current_app.view_functions:
            return url_for(endpoint)
    return url_for("sign_in.welcome")
