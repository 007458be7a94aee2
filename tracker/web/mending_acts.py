"""Đề xuất xử lý: of each kind of contradiction, the page on which the act that mends it is carried out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import current_app, url_for

from tracker.domain.discrepancies import DiscrepancyCode as Kind
from tracker.store.queries.discrepancies import DiscrepancyView


@dataclass(frozen=True, slots=True)
class Act:
    """`phrase` says what is done there."""

    phrase: str
    address: str


Place = Callable[[DiscrepancyView], str | None]


def _orphan(view: DiscrepancyView) -> str | None:
    return _page("orphans.one", orphan_id=view.id)


def _history(view: DiscrepancyView) -> str | None:
    return _page("finding.item", number=view.item, _anchor="history") if view.item else None


def _deeds(view: DiscrepancyView) -> str | None:
    return _page("finding.item", number=view.item, _anchor="deeds") if view.item else None


def _labels(view: DiscrepancyView) -> str | None:
    return _page("finding.item", number=view.item, _anchor="labels") if view.item else None


def _dossier(view: DiscrepancyView) -> str | None:
    return _page("finding.dossier", number=view.dossier) if view.dossier else None


def _of_no_item(endpoint: str) -> Place:
    return lambda _: _page(endpoint)


def _page(endpoint: str, **values: object) -> str | None:
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None  # type: ignore[arg-type]  # Flask's own


_CORRECT, _DECIDE = ("mend.correct", _history), ("mend.decide", _deeds)
_ACTS: Mapping[Kind, tuple[str, Place]] = MappingProxyType(
    {
        Kind.ORPHAN_SCAN: ("mend.adopt", _orphan),
        Kind.MISSED_SCAN: ("mend.enter", _deeds),
        Kind.UNEXPECTED_EVENT: _CORRECT,
        Kind.AFTER_FINAL: _CORRECT,
        Kind.TWO_HOLDERS: _CORRECT,
        Kind.DIRECTION_MISMATCH: _CORRECT,
        Kind.CLOCK_FAULT: _CORRECT,
        Kind.WRONG_OFFICE: _CORRECT,
        Kind.DETAILS_MISSING: _CORRECT,
        Kind.RULE_BREACH: _CORRECT,
        Kind.DELIVERY_RULE_BREACH: _CORRECT,
        Kind.LEGAL_TIME_CHANGED: _CORRECT,
        Kind.MISROUTED: _DECIDE,
        Kind.SILENT_ITEM: _DECIDE,
        Kind.LATE_POSTAL: _DECIDE,
        Kind.RETURNED_TOO_EARLY: _DECIDE,
        Kind.PAPERS_MUST_TRAVEL_BACK: _DECIDE,
        Kind.COUNT_MISMATCH: ("mend.count", _of_no_item("overview.show")),
        Kind.OLD_LABEL_USED: ("mend.labels", _labels),
        Kind.OPEN_HANDOVER: ("mend.handover", _of_no_item("claims.show")),
        Kind.FEED_DOWN: ("mend.run", _of_no_item("runs.show")),
        Kind.POSTAL_ORDER_MISSING: ("mend.post", _dossier),
        Kind.RESULT_NOT_COLLECTED: ("mend.post", _dossier),
        Kind.CITIZEN_NOT_INFORMED: ("mend.post", _dossier),
        Kind.CLOSING_NOT_REPORTED: ("mend.report_ten", _dossier),
        Kind.DUPLICATE_ORDER: ("mend.cancel", _dossier),
    }
)


def act_of(view: DiscrepancyView) -> Act | None:
    """None where nothing on our pages mends it: then somebody is called, as the next step says."""
    phrase, place = _ACTS.get(view.code, ("", lambda _: None))
    address = place(view)
    return Act(phrase, address) if address else None
