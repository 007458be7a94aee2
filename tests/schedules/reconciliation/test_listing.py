"""The table can be listed whole, in both languages, and the page that documents it tells the same."""

import pytest

from schedules.reconciliation.evaluation import Verdict
from schedules.reconciliation.listing import listed
from schedules.reconciliation.seen import Why
from schedules.reconciliation.table import TABLES
from tools.write_rules import FILE, page_with, table_text
from tracker.cli.speech import sentences
from tracker.phrases import why_phrase


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_row_is_told_in_plain_words(language: str) -> None:
    for row in listed(TABLES[-1], sentences(language)):
        assert not any(str(row[part]).startswith(("rule_", "next_step.")) for part in ("holds", "next_step", "closes"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_reason_of_an_explanation_is_told_in_plain_words(language: str) -> None:
    say = sentences(language)

    assert {why for why in Why if say(why_phrase(why)) == why_phrase(why)} == set()


def test_the_page_holds_the_table_in_force() -> None:
    assert FILE.read_text("utf-8") == page_with(table_text(TABLES[-1])), "python -m tools.write_rules"


def test_the_page_explains_every_verdict() -> None:
    text = FILE.read_text("utf-8")

    assert [verdict for verdict in (Verdict.NOT_YET, Verdict.WAITS_FOR_FEED) if f"`{verdict}`" not in text] == []
