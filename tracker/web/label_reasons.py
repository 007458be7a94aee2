"""The reason of a reprint or of a spoiled label: chosen from a short list, in words where the list has none."""

from flask import request

from tracker.domain.label_reasons import OFFERED, read_reason, write_reason
from tracker.phrases import phrase_of
from tracker.web.language import gettext


def offered_label_reasons() -> list[tuple[str, str]]:
    return [(one.value, gettext(phrase_of(one))) for one in OFFERED]


def reason_asked(field: str = "reason") -> str:
    """As the book keeps it; empty where the form says nothing."""
    return write_reason(request.form.get(field, ""), request.form.get(f"{field}_words", ""))


def words_of_reason(text: str) -> str:
    told = read_reason(text)
    if told.code is None:
        return told.words
    return ": ".join(part for part in (gettext(phrase_of(told.code)), told.words) if part)
