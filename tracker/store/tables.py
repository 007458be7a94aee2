"""The Core tables behind the SQLModel classes, for hot paths."""

from sqlalchemy import Table

from tracker.store.models import metadata


def _table(name: str) -> Table:
    return metadata.tables[name]


ACCOUNT = _table("account")
ADOPTION = _table("adoption")
BAG = _table("bag")
AUDIT_ROW = _table("audit_row")
CHANGED_DOSSIER = _table("changed_dossier")
CLAIM = _table("claim")
DECISION_TABLE = _table("decision_table")
DEVICE_COUNTER = _table("device_counter")
DIGEST_MAIL = _table("digest_mail")
DISCREPANCY = _table("discrepancy")
DOSSIER = _table("dossier")
DOSSIER_NUMBER = _table("dossier_number")
DROPPED_FILE = _table("dropped_file")
EARLY_LABEL = _table("early_label")
EVENT = _table("event")
EVIDENCE = _table("evidence")
EVIDENCE_IMAGE = _table("evidence_image")
EVIDENCE_PART = _table("evidence_part")
IDEMPOTENT_ANSWER = _table("idempotent_answer")
FEE = _table("fee")
GRACE_END = _table("grace_end")
ITEM = _table("item")
ITEM_DOSSIER = _table("item_dossier")
LABEL = _table("label")
LATE_EVIDENCE = _table("late_evidence")
LATE_REVIEW = _table("late_review")
MANIFEST = _table("manifest")
MANIFEST_LINE = _table("manifest_line")
NOTICE = _table("notice")
OFFICE = _table("office")
OPEN_LEG = _table("open_leg")
OUTAGE_ROW = _table("outage_row")
OUTAGE_SHEET = _table("outage_sheet")
PERSON = _table("person")
POSTAL_CLAIM = _table("postal_claim")
POSTAL_ORDER = _table("postal_order")
PRINTER = _table("printer")
PRINTER_PROOF = _table("printer_proof")
PRINT_BATCH = _table("print_batch")
PRINT_BATCH_ROW = _table("print_batch_row")
PRINT_SENDING = _table("print_sending")
PROCEDURE = _table("procedure")
PUSHED_CLAIM = _table("pushed_claim")
RECONCILED = _table("reconciled")
SETTING = _table("setting")
STOCK_COUNT = _table("stock_count")
STOCK_LINE = _table("stock_line")
TOLD_DOSSIER = _table("told_dossier")
