"""Names of people, papers and places: how they are stored, searched for and shortened."""

import unicodedata

MOST_INITIALS = 8
_HIDDEN = "•••"
_SHOWN_DIGITS = 3
_FEWEST_HIDDEN_DIGITS = 3

# Invisible though Unicode does not class them as format characters: joiner, fillers, selectors of glyph variants.
_BLANKS = frozenset({"\u034f", "\u115f", "\u1160", "\u3164", "\uffa0", *map(chr, range(0xFE00, 0xFE10))})
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})

# Letters with a stroke have no decomposition; eth looks like Đ in capitals and is typed for it.
_STROKES = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d"})


def clean_text(text: str, limit: int) -> str:
    """At most `limit` characters in NFC, on one line, without characters that cannot be seen.

    Control, zero-width and direction-changing characters and lone surrogates are dropped:
    they make two names look alike, or one read backwards.
    """
    return _without_invisible(text)[:limit].rstrip()


def _without_invisible(text: str) -> str:
    spaced = "".join(" " if character.isspace() else character for character in text)
    visible = "".join(character for character in spaced if not _is_invisible(character))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def _is_invisible(character: str) -> bool:
    return character in _BLANKS or unicodedata.category(character) in _INVISIBLE


def fold(text: str) -> str:
    """The search key: lower case, no marks, đ as d, single spaces.

    Equal however the marks were typed: composed or not, on the old or the new vowel (hòa, hoà).
    """
    plain = unicodedata.normalize("NFKD", _without_invisible(text)).casefold()
    return " ".join(_without_marks(plain).translate(_STROKES).split())


def search_words(text: str) -> list[str]:
    """The folded runs of letters and digits, in order; a hyphen or an apostrophe parts two words."""
    apart = "".join(character if character.isalnum() else " " for character in fold(text))
    return apart.split()


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.category(character).startswith("M"))


def initials(name: str) -> str:
    """N.T.A.T. for Nguyễn Thị Ánh Tuyết: base letters, but Đ stays Đ; at most `MOST_INITIALS`."""
    letters = [letter for word in _without_invisible(name).split() if (letter := _first_letter(word))]
    return "".join(f"{_without_marks(letter).upper()[0]}." for letter in letters[:MOST_INITIALS])


def mask_name(name: str) -> str:
    """N••• T•••: who knows the name recognises it; not even its length is told to others."""
    letters = (_first_letter(word) for word in _without_invisible(name).split())
    return " ".join(f"{letter}{_HIDDEN}" for letter in letters if letter)


def _first_letter(word: str) -> str:
    return next((character for character in word if _is_written(character)), "")


def _is_written(character: str) -> bool:
    """A letter or digit that keeps something when its marks go."""
    return (character.isalpha() or character.isdecimal()) and bool(_without_marks(character))


def mask_phone(phone: str) -> str:
    """The last three digits, enough to tell two numbers of one person apart; of a short number nothing."""
    digits = "".join(character for character in phone if character.isdecimal())
    if len(digits) < _SHOWN_DIGITS + _FEWEST_HIDDEN_DIGITS:
        return _HIDDEN if digits else ""
    return f"{_HIDDEN}{digits[-_SHOWN_DIGITS:]}"
