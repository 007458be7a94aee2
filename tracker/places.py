"""The 34 provinces and their communes, found by typing without tone marks."""

from dataclasses import dataclass
from functools import cache

from vietnam_provinces import Province as _Province, Ward as _Ward

from tracker.domain.names import fold


@dataclass(frozen=True, slots=True)
class Province:
    """`code` is the two digits of the national list."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Ward:
    """A commune; `name` says its kind ("Phường An Xuyên"), `short_name` drops it ("An Xuyên").

    `spellings` are what a person types who means this commune and no other; folded, as `folded` is.
    """

    code: str
    name: str
    short_name: str
    abbreviated: str
    province: Province
    folded: str
    spellings: frozenset[str]


@cache
def provinces() -> tuple[Province, ...]:
    return tuple(Province(f"{int(row.code):02d}", row.name) for row in _Province.iter_all())


@cache
def _wards() -> dict[str, Ward]:
    by_code = {province.code: province for province in provinces()}
    return {ward.code: ward for ward in (_ward(row, by_code) for row in _Ward.iter_all())}


def _ward(row: _Ward, by_code: dict[str, Province]) -> Ward:
    kind, _, short_name = row.name.partition(" ")
    if kind == "Đặc":  # "Đặc khu Phú Quốc" has a kind of two words
        kind, short_name = "Đặc khu", short_name.partition(" ")[2]
    mark = {"Phường": "P.", "Xã": "X."}.get(kind, "ĐK")
    province = by_code[f"{int(row.province_code):02d}"]
    return Ward(
        code=f"{int(row.code):05d}",
        name=row.name,
        short_name=short_name,
        abbreviated=f"{mark} {short_name}",
        province=province,
        folded=fold(f"{row.name} {province.name}"),
        spellings=_spellings((row.name, short_name), province),
    )


def _spellings(names: tuple[str, ...], province: Province) -> frozenset[str]:
    where = fold(province.name)
    followed = ("", f" {where}", f" {where.removeprefix('thanh pho ')}")
    return frozenset(fold(name) + end for name in names for end in followed)


def ward_of(code: str) -> Ward | None:
    return _wards().get(code)


def find_wards(text: str, *, first_province: str = "", limit: int = 12) -> list[Ward]:
    """Every word typed must begin a word of "commune province".

    First what is called exactly so, or it would drown among the longer names that hold the same words;
    then the home province's communes.
    """
    typed = fold(text)
    words = [f" {word}" for word in typed.split()]
    found = [ward for ward in _wards().values() if all(word in f" {ward.folded}" for word in words)]
    found.sort(
        key=lambda ward: (
            typed not in ward.spellings,
            ward.province.code != first_province,
            typed not in ward.folded,
            ward.folded,
        )
    )
    return found[:limit]
