"""Every code that a screen can show has a sentence, in both languages, and English is English."""

import csv
import re
from collections.abc import Iterable
from enum import StrEnum

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.house.tree import ROOT
from tracker.domain import discrepancies, refusal, vocabulary
from tracker.domain.auditing import CHECKED
from tracker.domain.batches import BatchSource, LabelOutcome
from tracker.domain.calibration import Mark, ProofFault, Verdict
from tracker.domain.citizen import CitizenCase
from tracker.domain.copies import CopyState
from tracker.domain.day_changes import DayKind
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.forms import PaperKind
from tracker.domain.label_reasons import LabelReason
from tracker.domain.late_evidence import ReviewOutcome, StoryFact
from tracker.domain.manifests import ManifestKind
from tracker.domain.notices import NoticeKind, NoticeMeans
from tracker.domain.one_stop import NationalStatus
from tracker.domain.orphans import AdoptionReason, Likeness, UnknownBecause
from tracker.domain.outage import TICKED, RowState, SheetKind, VoidReason
from tracker.domain.outbound_orders import OrderState
from tracker.domain.printers import PrinterKind, PrintFault, Worry
from tracker.domain.runs import JobName
from tracker.domain.stock import CountKind
from tracker.domain.vocabulary import AttemptAction, AttemptReason, CitizenState, EventType, Leg, Status
from tracker.phrases import PREFIXES, national_status_phrase, next_step_phrase, phrase_of
from tracker.proof_paper import HOW as PROOF_HOW
from tracker.sheet_paper import HOW, tick_phrase
from tracker.web.reasons import REFUSAL_REASONS
from tracker.web.verdicts import WORDS
from tracker.web.way import RESULT_ONLY, SENDING_ONLY, SHOWN, WHOLE_WAY

LANGUAGES = ("vi", "en")
# How the table is read, never what a screen says.
UNSPOKEN = {vocabulary.Kind, vocabulary.End}
OTHER_WORDS = {
    NoticeKind,
    NoticeMeans,
    OrderState,
    AdoptionReason,
    CopyState,
    DayKind,
    BatchSource,
    LabelOutcome,
    CountKind,
    LabelReason,
    Likeness,
    ManifestKind,
    Mark,
    PrinterKind,
    PrintFault,
    ProofFault,
    PaperKind,
    ReviewOutcome,
    RowState,
    SheetKind,
    StoryFact,
    UnknownBecause,
    Verdict,
    VoidReason,
    Worry,
}
VIETNAMESE_ONLY = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
STOPS = ("void", "foreign", "unreadable", "unknown", "nothing")
NAMES = ("Cà Mau", "Giao nhận", "đồng")


def _catalogue(language: str) -> Catalog:
    with (ROOT / "tracker/locale" / language / "LC_MESSAGES/messages.po").open("rb") as content:
        return read_po(content, locale=language)


def _missing(language: str, codes: Iterable[str]) -> set[str]:
    catalogue = _catalogue(language)
    return {code for code in codes if not (message := catalogue.get(code)) or not message.string}


def _closed_sets() -> set[type[StrEnum]]:
    modules = (vocabulary, discrepancies, refusal)
    found = (value for module in modules for value in vars(module).values())
    return {value for value in found if isinstance(value, type) and issubclass(value, StrEnum)} - {StrEnum}


def test_every_closed_set_of_words_can_be_spoken() -> None:
    assert (_closed_sets() | OTHER_WORDS) - UNSPOKEN == set(PREFIXES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_has_a_sentence(language: str) -> None:
    words = (phrase_of(word) for words in PREFIXES for word in words)
    others = [next_step_phrase(code) for code in DiscrepancyCode] + [
        national_status_phrase(status) for status in NationalStatus
    ]

    assert _missing(language, [*words, *others]) == set()


def _answers() -> list[str]:
    """Message ids that the citizen's page puts together from a code."""
    cases = {case.value for case in CitizenCase} - {state.value for state in CitizenState}
    two_ways = {f"{case}_to_{whom}" for case in ("returned", "returning") for whom in ("agency", "sender")}
    return [
        *(f"answer.attention.{case}" for case in (cases - {"returned", "returning"}) | two_ways),
        *(f"answer.attempt_failed.{action}" for action in (*AttemptAction, "untold", "reattempt_on")),
        *(f"because.{reason}" for reason in (*AttemptReason, "unknown")),
        *(f"history.{kind}" for kind in SHOWN),
        *(f"todo.{state}" for state in CitizenState),
        *(f"todo.{state}.result" for state in ("out_for_delivery", "delivered")),
        *(f"step.{step}.{when}" for step in {*WHOLE_WAY, *SENDING_ONLY, *RESULT_ONLY} for when in ("now", "next")),
        *(f"thing.{leg}{form}" for leg in Leg for form in ("", ".first")),
    ]


def _oversight() -> list[str]:
    return [*(f"check.{check}" for check in CHECKED), *(f"job.{job}" for job in JobName)]


def _scans() -> list[str]:
    """Those of the scan page."""
    moving = (Status.DELIVERED, Status.HELD, Status.WITH_COURIER, Status.IN_TRANSIT, Status.COLLECTED)
    return [
        *(f"scan.word.{kind}" for kind in WORDS),
        *(f"scan.next.{status}" for status in moving),
        *(f"refusal_reason.{reason}" for reason in REFUSAL_REASONS),
        *(
            f"scan.stop.{case}{part}"
            for case in ("void", "foreign", "unreadable", "unknown")
            for part in ("", ".why", ".next")
        ),
        *(f"error.{said}.{part}" for said in (403, 404, 413, 422, 429, 500) for part in ("title", "what_now")),
    ]


def _papers() -> list[str]:
    return [tick_phrase(kind, event) for kind, events in TICKED.items() for event in events] + [*HOW, *PROOF_HOW]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_is_put_together_from_a_code_exists(language: str) -> None:
    assert _missing(language, [*_answers(), *_oversight(), *_scans(), *_papers()]) == set()


def test_the_english_catalogue_is_english() -> None:
    strange = {}
    for message in _catalogue("en"):
        text = message.string if isinstance(message.string, str) else " ".join(message.string or ())
        for name in NAMES:
            text = text.replace(name, "")
        if message.id and VIETNAMESE_ONLY.search(text):
            strange[str(message.id)] = text

    assert strange == {}


def test_every_event_is_named_as_the_table_has_it() -> None:
    with (ROOT / "tests/domain/events.csv").open(encoding="utf-8", newline="") as table:
        named = {row["type"]: row["vi"] for row in csv.DictReader(table)}
    catalogue = _catalogue("vi")

    spoken = {kind.value: message.string for kind in EventType if (message := catalogue.get(phrase_of(kind)))}

    assert spoken == named
