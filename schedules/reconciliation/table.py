"""The decision table. Its version grows with every change of a row, and stands in every run."""

from schedules.reconciliation.both_sides import (
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
from schedules.reconciliation.grace import at_once, closing_of_the_day, working_days, working_hours
from schedules.reconciliation.post_side import (
    delivery_rule_breach,
    duplicate_order,
    late_postal,
    late_processing,
    money_difference,
    open_handover,
    silent_item,
)
from schedules.reconciliation.seen import ClaimUse, Rule
from tracker.domain.discrepancies import DiscrepancyCode as Code

TABLE_VERSION = 1

RULES: tuple[Rule, ...] = (
    Rule(Code.OFFICE_NOT_RECEIPTED, working_hours(8), ClaimUse.SILENT, office_not_receipted),
    Rule(Code.RECEIPTED_WITHOUT_HANDOVER, working_hours(4), ClaimUse.STATED, receipted_without_handover),
    Rule(Code.POSTAL_ORDER_MISSING, working_days(1), ClaimUse.STATED, postal_order_missing),
    Rule(Code.RESULT_NOT_COLLECTED, working_days(1), ClaimUse.STATED, result_not_collected),
    Rule(Code.POSTED_BEFORE_FINISHED, working_hours(4), ClaimUse.SILENT, posted_before_finished),
    Rule(Code.RETURNED_TOO_EARLY, working_hours(4), ClaimUse.STATED, returned_too_early),
    Rule(Code.CLOSING_NOT_REPORTED, working_days(1), ClaimUse.SILENT, closing_not_reported),
    Rule(Code.WRONGLY_CLOSED, at_once, ClaimUse.STATED, wrongly_closed),
    Rule(Code.PAPERS_MUST_TRAVEL_BACK, working_days(1), ClaimUse.STATED, papers_must_travel_back),
    Rule(Code.DUPLICATE_ORDER, at_once, ClaimUse.NONE, duplicate_order),
    Rule(Code.DELIVERY_RULE_BREACH, at_once, ClaimUse.NONE, delivery_rule_breach),
    Rule(Code.MONEY_DIFFERENCE, closing_of_the_day, ClaimUse.NONE, money_difference),
    Rule(Code.STATUS_ROLLBACK, at_once, ClaimUse.STATED, status_rollback),
    Rule(Code.SILENT_ITEM, at_once, ClaimUse.NONE, silent_item),
    Rule(Code.OPEN_HANDOVER, working_hours(4), ClaimUse.NONE, open_handover),
    Rule(Code.LATE_POSTAL, at_once, ClaimUse.NONE, late_postal),
    Rule(Code.LATE_PROCESSING, at_once, ClaimUse.SILENT, late_processing),
)

# Rows whose evidence no part of the product gathers yet.
NOT_YET = frozenset({Code.CITIZEN_NOT_INFORMED, Code.ORDER_MISMATCH})
