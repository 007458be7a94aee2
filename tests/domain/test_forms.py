"""Forms: which version is in force on a day, and which papers a list has."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from tracker.domain.forms import FORMS, OF_LIST, FormVersion, PaperKind, form_of, papers_of_list
from tracker.domain.manifests import ManifestKind

OLD, NEW = FormVersion("PG-01", 1, date(2026, 1, 1)), FormVersion("PG-01", 2, date(2026, 7, 1))
SLIPS = {PaperKind.SLIP: (OLD, NEW)}


@pytest.mark.parametrize(
    ("on", "form"),
    [
        (date(2025, 12, 31), OLD),
        (date(2026, 1, 1), OLD),
        (date(2026, 6, 30), OLD),
        (date(2026, 7, 1), NEW),
        (date(2030, 1, 1), NEW),
    ],
)
def test_the_form_of_a_day_is_the_newest_in_force_and_before_the_first_the_first(on: date, form: FormVersion) -> None:
    assert form_of(PaperKind.SLIP, on, SLIPS) == form


def test_every_paper_has_a_form_and_versions_follow_each_other() -> None:
    assert set(FORMS) == set(PaperKind)
    for versions in FORMS.values():
        numbers = [form.version for form in versions]
        since = [form.in_force_since for form in versions]
        assert numbers == list(range(1, len(versions) + 1))
        assert len({form.code for form in versions}) == 1
        assert all(later - earlier >= timedelta(days=1) for earlier, later in pairwise(since))


def test_no_two_papers_share_a_code() -> None:
    assert len({versions[0].code for versions in FORMS.values()}) == len(FORMS)


def test_a_record_waits_for_both_signatures_and_results_for_results() -> None:
    open_list = papers_of_list(ManifestKind.OFFICE_TO_POST, is_signed=False, has_results=True)
    without = papers_of_list(ManifestKind.OFFICE_TO_POST, is_signed=True, has_results=False)
    whole = papers_of_list(ManifestKind.OFFICE_TO_POST, is_signed=True, has_results=True)

    assert (open_list, without) == ((PaperKind.COVER,), (PaperKind.RECORD, PaperKind.COVER))
    assert whole == (PaperKind.RECORD, PaperKind.RESULTS, PaperKind.COVER)


def test_every_kind_of_list_has_its_record() -> None:
    assert {kind for kind, papers in OF_LIST.items() if PaperKind.RECORD in papers} == set(ManifestKind)
