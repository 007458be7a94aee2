"""The one module that knows private parts of ReportLab: pages and their content go into its document ready made.

ReportLab's public page costs several times the label that stands on it. Where the version is not one of `VERSIONS`, the
public canvas draws, as `labels.ink` does, and only the speed is lost.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import reportlab
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFDocument, PDFObject, PDFObjectReference
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from labels.typefaces import Typeface

VERSIONS = frozenset({"5.1.0"})
FONTS = "BasicFonts"


def are_known() -> bool:
    """Whether this ReportLab has the parts as they are used here."""
    return reportlab.__version__ in VERSIONS


@dataclass(frozen=True, slots=True)
class _Subset:
    """`codes` are hexadecimal, by sign."""

    name: str
    codes: dict[str, str]


class RawPages:
    def __init__(self, canvas: Canvas) -> None:
        self._document: PDFDocument = canvas._doc  # type: ignore[attr-defined]  # private
        width, height = canvas._pagesize  # type: ignore[attr-defined]  # private
        self._size = f"[0 0 {width:.4f} {height:.4f}]"
        fonts = PDFObjectReference(FONTS)
        self._forms = PDFDictionary({})
        self._of_forms = self._number(PDFDictionary({"Font": fonts}))
        self._of_pages = self._number(PDFDictionary({"Font": fonts, "XObject": self._forms}))
        self._first_subsets: dict[Typeface, _Subset] = {}
        self._tree = self._number(self._document.Pages)

    def coded(self, typeface: Typeface, text: str) -> Sequence[tuple[str, str]]:
        """Name of an embedded subset and the codes in it, in hexadecimal; one piece where one subset holds all."""
        first = self._first_subsets.get(typeface) or self._first_subset(typeface)
        try:
            return [(first.name, "".join(map(first.codes.__getitem__, text)))]
        except KeyError:
            return self._newly_coded(typeface, text, first.codes)

    def _first_subset(self, typeface: Typeface) -> "_Subset":
        name = _ttf(typeface).getSubsetInternalName(0, self._document)
        return self._first_subsets.setdefault(typeface, _Subset(name, {}))

    def _newly_coded(self, typeface: Typeface, text: str, known: dict[str, str]) -> Sequence[tuple[str, str]]:
        font, document = _ttf(typeface), self._document
        pieces = font.splitString(text, document)
        for sign in text:
            [(subset, code)] = font.splitString(sign, document)
            if subset == 0:
                known[sign] = code.hex()
        return [(font.getSubsetInternalName(subset, document), codes.hex()) for subset, codes in pieces]

    def as_form(self, orders: str) -> str:
        """The order that draws them."""
        name = f"P{len(self._forms.dict)}"
        number = self._stream(f"/Type/XObject/Subtype/Form/BBox{self._size}/Resources {self._of_forms} 0 R", orders)
        self._forms.dict[name] = f"{number} 0 R"
        return f"/{name} Do"

    def add(self, orders: str) -> None:
        content = self._stream("", orders)
        shared = f"/Parent {self._tree} 0 R/Resources {self._of_pages} 0 R"
        page = f"<</Type/Page/MediaBox{self._size}{shared}/Contents {content} 0 R>>"
        self._document.addPage(_Ready(page.encode("ascii")))

    def _stream(self, entries: str, orders: str) -> int:
        packed = zlib.compress(orders.encode("ascii"), 1)
        told = f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>stream\n"
        return self._number(_Ready(b"%b%b\nendstream" % (told.encode("ascii"), packed)))

    def _number(self, thing: PDFObject) -> int:
        reference = self._document.Reference(thing)  # type: ignore[no-untyped-call]  # bare in the stubs
        number: int = self._document.idToObjectNumberAndVersion[reference.name][0]
        return number


def _ttf(typeface: Typeface) -> TTFont:
    font = getFont(typeface.name)
    assert isinstance(font, TTFont)
    return font


class _Ready(PDFObject):
    __RefOnly__ = 1

    def __init__(self, written: bytes) -> None:
        self._written = written

    def format(self, _document: object) -> bytes:
        return self._written
