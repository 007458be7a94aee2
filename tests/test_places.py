"""Where people live: the whole country, found by typing without tone marks."""

import pytest

from tracker import places
from tracker.domain.names import fold

SHOWN_AT_ONCE = 12


def test_the_country_has_34_provinces_each_with_a_code_of_two_digits() -> None:
    provinces = places.provinces()

    assert len({province.code for province in provinces}) == len(provinces) == 34
    assert all(len(province.code) == 2 and province.code.isdecimal() for province in provinces)
    assert {province.name for province in provinces} >= {"Cà Mau", "Thành phố Hồ Chí Minh", "Cao Bằng"}


def all_wards() -> list[places.Ward]:
    return places.find_wards("", limit=100_000)


def test_every_province_has_communes_and_every_commune_its_province() -> None:
    assert {ward.province for ward in all_wards()} == set(places.provinces())


def test_every_commune_is_among_the_first_dozen_when_typed_without_tone_marks() -> None:
    """Or a clerk could never choose it."""
    lost = [
        ward
        for ward in all_wards()
        if ward not in places.find_wards(fold(f"{ward.short_name} {ward.province.name}"), limit=SHOWN_AT_ONCE)
    ]

    assert lost == []


@pytest.mark.parametrize("typed", ["phuong tan thanh ho chi minh", "xa thanh ha hai phong", "phuong phu tho phu tho"])
def test_a_short_name_does_not_drown_among_the_longer_names_that_hold_it(typed: str) -> None:
    assert typed in places.find_wards(typed)[0].spellings


def test_at_home_the_name_alone_is_enough() -> None:
    lost = [
        ward
        for ward in all_wards()
        if ward.province.code == "96"
        and ward not in places.find_wards(fold(ward.short_name), first_province="96", limit=SHOWN_AT_ONCE)
    ]

    assert lost == []


@pytest.mark.parametrize(
    "typed", ["an xuyen ca mau", "AN XUYÊN cà mau", "ca mau an xuyen", "  an   xuyen  ca m ", "an xuye\u0302n ca mau"]
)
def test_a_commune_is_found_however_it_is_typed(typed: str) -> None:
    assert places.find_wards(typed)[0].name == "Phường An Xuyên"


def test_communes_of_the_home_province_come_before_the_countrys() -> None:
    found = [ward.province.code == "96" for ward in places.find_wards("tan", first_province="96")]

    assert found == sorted(found, reverse=True)
    assert found[0]


@pytest.mark.parametrize("typed", ["xyzzy", "%", "12 Lý Bôn"])
def test_what_no_commune_is_called_finds_none(typed: str) -> None:
    assert places.find_wards(typed) == []


def test_a_commune_is_known_by_its_code() -> None:
    ward = places.ward_of("32002")

    assert ward is not None
    assert (ward.province.name, ward.code) == ("Cà Mau", "32002")
    assert places.ward_of("99999") is None


def test_names_are_shortened_by_their_kind() -> None:
    shown = {ward.name.split()[0]: ward for ward in all_wards()}

    assert set(shown) == {"Phường", "Xã", "Đặc"}
    assert shown["Phường"].abbreviated == f"P. {shown['Phường'].short_name}"
    assert shown["Đặc"].abbreviated == f"ĐK {shown['Đặc'].short_name}"
    assert not shown["Đặc"].short_name.startswith("khu")
