"""The decision table as data: what each row is called, asks, allows and belongs to. A run names the version it used.

A version that was in force is never edited: a change is another version with its own day of effect, from a file
(schedules/reconciliation/changes.py) or below. Every row bears the version of the table in which it last changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from schedules.reconciliation.both_sides import (
    citizen_not_informed,
    closing_not_reported,
    office_not_receipted,
    papers_must_travel_back,
    postal_order_missing,
    posted_before_finished,
    receipted_without_handover,
    result_not_collected,
    returned_too_early,
    status_rollback,
    wrongly_closed,
)
from schedules.reconciliation.grace import AT_ONCE, CLOSING_OF_THE_DAY, working_days, working_hours
from schedules.reconciliation.post_feed import order_mismatch
from schedules.reconciliation.post_side import (
    DEPARTED,
    delivery_rule_breach,
    duplicate_order,
    late_postal,
    late_processing,
    money_difference,
    open_handover,
    silent_item,
)
from schedules.reconciliation.seen import CalendarOf, ClaimUse, Rule
from tracker.domain.discrepancies import DiscrepancyCode as Code
from tracker.domain.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Table:
    """One version of all rows."""

    version: int
    in_force_from: date
    rules: tuple[Rule, ...]


_STATED, _SILENT, _NONE, _POST = ClaimUse.STATED, ClaimUse.SILENT, ClaimUse.NONE, ClaimUse.POST
_RECEIVING, _DECIDING, _HOLDING = CalendarOf.RECEIVING, CalendarOf.DECIDING, CalendarOf.HOLDING
_PHONE_HOURS = 72

SILENT_HOURS = MappingProxyType(
    {
        Status.REGISTERED.value: working_hours(40),
        Status.COLLECTED.value: working_hours(8),
        Status.AT_OFFICE.value: working_hours(16),
        Status.BAGGED.value: working_hours(8),
        Status.IN_TRANSIT.value: working_hours(16),
        Status.WITH_COURIER.value: working_hours(10),
        Status.HELD.value: working_hours(24),
        Status.DAMAGED.value: working_hours(16),
        Status.MISSING.value: working_hours(8),
    }
)
# No timetable of the mail cars is known: a departure is expected on the next working day, and has one more.
_ON_THE_WAY = MappingProxyType({DEPARTED: working_days(2)})

_ROWS: tuple[Rule, ...] = (
    Rule(Code.OFFICE_NOT_RECEIPTED, 1, working_hours(8), _SILENT, CalendarOf.DESTINATION, office_not_receipted),
    Rule(
        Code.RECEIPTED_WITHOUT_HANDOVER,
        1,
        working_hours(4),
        _STATED,
        _RECEIVING,
        receipted_without_handover,
        phone_hours=_PHONE_HOURS,
    ),
    Rule(Code.POSTAL_ORDER_MISSING, 2, working_days(1), _STATED, _RECEIVING, postal_order_missing),
    Rule(Code.RESULT_NOT_COLLECTED, 1, working_days(1), _STATED, CalendarOf.COLLECTING, result_not_collected),
    Rule(Code.POSTED_BEFORE_FINISHED, 1, working_hours(4), _SILENT, _DECIDING, posted_before_finished),
    Rule(
        Code.RETURNED_TOO_EARLY,
        1,
        working_hours(4),
        _STATED,
        _RECEIVING,
        returned_too_early,
        phone_hours=_PHONE_HOURS,
    ),
    Rule(Code.CLOSING_NOT_REPORTED, 1, working_days(1), _SILENT, _RECEIVING, closing_not_reported),
    Rule(Code.WRONGLY_CLOSED, 1, AT_ONCE, _STATED, _RECEIVING, wrongly_closed),
    Rule(Code.PAPERS_MUST_TRAVEL_BACK, 1, working_days(1), _STATED, _RECEIVING, papers_must_travel_back),
    Rule(Code.CITIZEN_NOT_INFORMED, 2, working_days(1), _STATED, _RECEIVING, citizen_not_informed),
    Rule(Code.DUPLICATE_ORDER, 2, AT_ONCE, _NONE, _HOLDING, duplicate_order),
    Rule(Code.DELIVERY_RULE_BREACH, 1, AT_ONCE, _NONE, _HOLDING, delivery_rule_breach),
    Rule(Code.MONEY_DIFFERENCE, 1, CLOSING_OF_THE_DAY, _NONE, _HOLDING, money_difference),
    Rule(Code.STATUS_ROLLBACK, 1, AT_ONCE, _STATED, _DECIDING, status_rollback),
    # The grace of its status counts; its own is that of a status nobody named.
    Rule(Code.SILENT_ITEM, 1, working_hours(40), _NONE, _HOLDING, silent_item, branches=SILENT_HOURS),
    Rule(Code.OPEN_HANDOVER, 1, working_hours(4), _NONE, CalendarOf.TAKING, open_handover, branches=_ON_THE_WAY),
    Rule(Code.ORDER_MISMATCH, 2, working_days(1), _POST, _HOLDING, order_mismatch),
    Rule(Code.LATE_POSTAL, 1, AT_ONCE, _NONE, _HOLDING, late_postal),
    Rule(Code.LATE_PROCESSING, 1, AT_ONCE, _SILENT, _DECIDING, late_processing),
)

# Oldest first. Version 1 (without the rows of version 2) never judged an office's books.
TABLES: tuple[Table, ...] = (Table(2, date(2025, 7, 1), _ROWS),)
RULES = TABLES[-1].rules


def table_on(on: date, tables: Sequence[Table] = TABLES) -> Table:
    """The newest in force on a day; before the first day of effect, the first."""
    return next((table for table in reversed(tables) if table.in_force_from <= on), tables[0])
