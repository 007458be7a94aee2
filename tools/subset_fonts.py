"""Writes the web fonts of static/vendor from the full fonts: python -m tools.subset_fonts FOLDER.

FOLDER holds the unpacked npm packages named in VENDOR.toml. Needs fonttools and brotli, only here:
the product ships the result.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

VENDOR = Path(__file__).parent.parent / "tracker" / "web" / "static" / "vendor"
VIETNAMESE = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *(0x102, 0x103, 0x110, 0x111, 0x128, 0x129, 0x168, 0x169, 0x1A0, 0x1A1, 0x1AF, 0x1B0),
    *(0x300, 0x301, 0x303, 0x309, 0x323),
    *range(0x1EA0, 0x1EFA),
    *(*range(0x2010, 0x2016), *range(0x2018, 0x201F), 0x2022, 0x2026, 0x202F, 0x2030, 0x2032, 0x2033),
    *(0x20AB, 0x20AC, 0x2116, 0x2212),
]
# Codes, times and amounts: no words, so capitals, figures, signs and đ are enough.
CODES = [
    ord(letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZĐđ0123456789 .,:;-–—−+*/\\()[]<>=#%&@_'\"|·×₫…\u00a0\u202f"
]
FONTS = [
    ("BeVietnamPro_400Regular.ttf", "be-vietnam-pro-400.woff2", VIETNAMESE, None),
    ("BeVietnamPro_600SemiBold.ttf", "be-vietnam-pro-600.woff2", VIETNAMESE, None),
    ("BeVietnamPro_800ExtraBold.ttf", "be-vietnam-pro-800.woff2", VIETNAMESE, None),
    # "Plex" is a reserved font name: a subset is a modified version and may not carry it.
    ("IBMPlexMono_500Medium.ttf", "ibm-plex-mono-500.woff2", CODES, "Giao Nhan Code Medium"),
    ("IBMPlexMono_600SemiBold.ttf", "ibm-plex-mono-600.woff2", CODES, "Giao Nhan Code SemiBold"),
]


def rename(font: TTFont, name: str) -> None:
    for record in font["name"].names:
        if record.nameID in {1, 4, 16}:
            record.string = name
        elif record.nameID in {3, 6}:
            record.string = name.replace(" ", "")


def subset(source: Path, target: Path, characters: list[int], name: str | None) -> None:
    # The time of writing stays the original's, so that the same input gives the same bytes.
    font = TTFont(source, recalcTimestamp=False)
    options = Options(layout_features=["kern", "mark", "mkmk", "ccmp", "locl"], hinting=False, flavor="woff2")
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    if name:
        rename(font, name)
    font.flavor = "woff2"
    font.save(target)


def main() -> None:
    folder = Path(sys.argv[1])
    for source, target, characters, name in FONTS:
        subset(next(folder.rglob(source)), VENDOR / target, characters, name)
        print(target, (VENDOR / target).stat().st_size)


if __name__ == "__main__":
    main()
