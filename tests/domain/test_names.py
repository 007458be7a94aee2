"""A name is stored in one way, found however it is typed, and shortened without giving it away."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from tracker.domain.names import MOST_INITIALS, clean_text, fold, initials, mask_name, mask_phone

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
VIETNAMESE = st.text("aăâeêioôơuưyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵđĐ ", max_size=40)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Trần   Văn\tTèo \n", "Trần Văn Tèo"),
        (unicodedata.normalize("NFD", "Lệ Thủy"), "Lệ Thủy"),
        ("Ng\u200buyễn\u200d An\ufeff", "Nguyễn An"),
        ("Nguyễn \u202egnáhK\u202c", "Nguyễn gnáhK"),
        ("An\u2066\u2069\u200e", "An"),
        ("An\x00\x07\x1b[31m", "An[31m"),
        ("Phòng\u00a0Một\u3000Cửa", "Phòng Một Cửa"),
        ("hai\u2028dòng", "hai dòng"),
        ("lone\ud800 surrogate", "lone surrogate"),
        ("e\u200d\u0323\u0302", "ệ"),
        ("Bưu điện 📮", "Bưu điện 📮"),
        ("\u3164\u115f", ""),
        ("", ""),
    ],
)
def test_a_name_is_stored_composed_and_visible(typed: str, stored: str) -> None:
    assert clean_text(typed, 300) == stored


def test_a_name_of_300_characters_is_kept_whole() -> None:
    name = "Nguyễn " * 43

    assert clean_text(name, 300) == name[:300].strip()


def test_a_cut_leaves_no_space_at_the_end() -> None:
    assert clean_text("Cà Mau", 3) == "Cà"


@given(ANY_TEXT, st.integers(0, 80))
def test_cleaning_twice_is_cleaning_once(text: str, limit: int) -> None:
    clean = clean_text(text, limit)

    assert clean_text(clean, limit) == clean


@given(ANY_TEXT)
def test_what_is_stored_can_be_written_and_seen(text: str) -> None:
    clean = clean_text(text, 80)
    clean.encode("utf-8")

    assert {unicodedata.category(character) for character in clean} & {"Cc", "Cf", "Cs", "Zl", "Zp"} == set()
    assert unicodedata.is_normalized("NFC", clean)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đặng Thị Huệ", "dang thi hue"),
        ("hòa", "hoà"),
        ("THỦY", "thuỷ"),
        (unicodedata.normalize("NFD", "Lệ"), "lệ"),
        ("Ðầm Dơi", "Đầm Dơi"),
        ("  Năm\u200b  Căn ", "nam can"),
        ("Ｕ Minh", "u minh"),
        ("Vĩnh Phước", "VINH PHUOC"),
    ],
)
def test_one_name_is_found_however_it_is_typed(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_different_names_stay_different() -> None:
    assert fold("Tân Thành") != fold("Tân Thanh Hà")


@given(VIETNAMESE)
def test_a_vietnamese_search_key_is_plain(name: str) -> None:
    assert fold(name).isascii()
    assert fold(unicodedata.normalize("NFD", name)) == fold(name) == fold(name.upper())


@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Nguyễn Thị Ánh Tuyết", "N.T.A.T."),
        ("Lê Văn Mười", "L.V.M."),
        ("Đỗ Quốc Bảo", "Đ.Q.B."),
        ("đỗ quốc bảo", "Đ.Q.B."),
        (unicodedata.normalize("NFD", "Ông Ích Ước"), "O.I.U."),
        ("Tuyết", "T."),
        ("H'Hen Niê", "H.N."),
        ("(bà) - An", "B.A."),
        ("ßen", "S."),
        ("\uff9eAn", "A."),
        ("   ", ""),
        ("", ""),
        ("📮", ""),
    ],
)
def test_a_label_shows_initials_only(name: str, short: str) -> None:
    assert initials(name) == short


def test_a_name_of_300_characters_has_few_initials() -> None:
    assert initials("An " * 100) == "A." * MOST_INITIALS


@given(ANY_TEXT)
def test_initials_fit_on_the_label(name: str) -> None:
    assert len(initials(name)) <= 2 * MOST_INITIALS


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Nguyễn Thị Ánh", "N••• T••• Á•••"), ("Tuyết", "T•••"), ("", ""), ("- Đỗ", "Đ•••")],
)
def test_a_masked_name_hides_all_but_first_letters(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("+84912345678", "•••678"), ("0290 383 1234", "•••234"), ("12345", "•••"), ("123456", "•••456"), ("", "")],
)
def test_a_masked_phone_shows_three_digits(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked
