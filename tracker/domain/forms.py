"""The forms papers are printed on: which version is in force on which day, and which papers a list of envelopes has."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from tracker.domain.manifests import ManifestKind


class PaperKind(StrEnum):
    SLIP = "slip"
    RECEIPT = "receipt"
    INVITATION = "invitation"
    RECORD = "record"
    BAG_LIST = "bag_list"
    BAG_TAG = "bag_tag"
    RESULTS = "results"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class FormVersion:
    """`code` is what stands at the foot of the paper and in the book of who did what."""

    code: str
    version: int
    in_force_since: date


Forms = Mapping[PaperKind, tuple[FormVersion, ...]]
_FIRST = date(2026, 11, 28)
# Oldest first. A new version is a new row; the old one stays, so that what was printed can be drawn again.
FORMS: Forms = MappingProxyType(
    {
        PaperKind.SLIP: (FormVersion("PG-01", 1, _FIRST),),
        PaperKind.RECEIPT: (FormVersion("BN-01", 1, _FIRST),),
        PaperKind.INVITATION: (FormVersion("GM-01", 1, _FIRST),),
        PaperKind.RECORD: (FormVersion("BBGN-01", 1, _FIRST),),
        PaperKind.BAG_LIST: (FormVersion("BD13", 1, _FIRST),),
        PaperKind.BAG_TAG: (FormVersion("NT-01", 1, _FIRST),),
        PaperKind.RESULTS: (FormVersion("BGKQ-01", 1, _FIRST),),
        PaperKind.COVER: (FormVersion("TB-01", 1, _FIRST),),
    }
)


def form_of(kind: PaperKind, on: date, forms: Forms = FORMS) -> FormVersion:
    """The version in force on that day; before the first one, the first."""
    versions = forms[kind]
    return next((form for form in reversed(versions) if form.in_force_since <= on), versions[0])


# Of papers that name a person: reading one is looking behind the mask.
NAMING_A_PERSON = frozenset({PaperKind.SLIP, PaperKind.INVITATION})
SIGNED = frozenset({PaperKind.RECORD, PaperKind.RESULTS})
OF_LIST: Mapping[ManifestKind, tuple[PaperKind, ...]] = MappingProxyType(
    {
        ManifestKind.TO_COURIER: (PaperKind.RECORD, PaperKind.RESULTS, PaperKind.COVER),
        ManifestKind.BACK_AT_OFFICE: (PaperKind.RECORD,),
        ManifestKind.OFFICE_TO_POST: (PaperKind.RECORD, PaperKind.RESULTS, PaperKind.COVER),
        ManifestKind.POST_TO_OFFICE: (PaperKind.RECORD, PaperKind.COVER),
        ManifestKind.BAG: (PaperKind.RECORD, PaperKind.BAG_LIST, PaperKind.BAG_TAG),
    }
)


def papers_of_list(kind: ManifestKind, *, is_signed: bool, has_results: bool) -> tuple[PaperKind, ...]:
    """A record says what both signed, so it waits for them; results are handed over only where there are some."""
    lacking: set[PaperKind] = set() if is_signed else set(SIGNED)
    if not has_results:
        lacking.add(PaperKind.RESULTS)
    return _without(OF_LIST[kind], lacking)


def _without(papers: tuple[PaperKind, ...], lacking: Collection[PaperKind]) -> tuple[PaperKind, ...]:
    return tuple(paper for paper in papers if paper not in lacking)
