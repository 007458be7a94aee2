"""The commune of an address: typed without tone marks, found in all provinces, chosen from a list when unclear."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker import places
from tracker.domain.names import fold

MOST_OFFERED = 12


@dataclass(frozen=True, slots=True)
class WardField:
    """`ward` is None while it is unclear which commune is meant; then `offered` are those it may be."""

    text: str
    ward: places.Ward | None
    offered: tuple[places.Ward, ...] = ()


def full_name(ward: places.Ward) -> str:
    return f"{ward.name}, {ward.province.name}"


def find(text: str, home_province: str) -> list[places.Ward]:
    """As typed, or as chosen from the list before: the comma between commune and province is not theirs."""
    return places.find_wards(text.replace(",", " "), first_province=home_province, limit=MOST_OFFERED)


def read_ward(form: Mapping[str, str], home_province: str) -> WardField:
    text = form.get("applicant-ward", "").strip()[:200]
    chosen = places.ward_of(form.get("applicant-ward_code", ""))
    if chosen is not None:
        return WardField(full_name(chosen), chosen)
    if not text:
        return WardField("", None)
    return _understood(text, find(text, home_province))


def _understood(text: str, found: list[places.Ward]) -> WardField:
    exact = [ward for ward in found if full_name(ward) == text]
    untoned = [ward for ward in found if fold(full_name(ward)) == fold(text)]
    for candidates in (exact, untoned, found):
        if len(candidates) == 1:
            return WardField(full_name(candidates[0]), candidates[0])
    return WardField(text, None, tuple(found))
