"""Which language a page speaks, once everything that is data is taken out of it."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from sqlalchemy import Engine, select
from sqlmodel import col

from tracker import places
from tracker.store.engine import reading
from tracker.store.models import Account, DossierDocument, Fee, ItemDocument, Office, Person, Procedure

LOCALE = Path(__file__).resolve().parents[2] / "tracker/locale"
# Our own name, the currency, and how a commune's kind is cut short on a label.
NAMES = ("Giao nhận", "đồng", "TT PVHCC tỉnh")
MARKED = re.compile(r"\b\w*[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]\w*\b", re.IGNORECASE)
ID_SHAPED = re.compile(r"(?<![\w./@-])[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+(?![\w./@-])")
PLACE = re.compile(r"%\(\w+\)[a-z]|%%")
SHORTEST_SENTENCE = 3


def catalogue(language: str) -> dict[str, str]:
    """Every sentence by its id; of a plural, the last form."""
    with (LOCALE / language / "LC_MESSAGES/messages.po").open("rb") as file:
        messages = [(message.id, message.string) for message in read_po(file, locale=language) if message.id]
    return {_one_of(name, 0): _one_of(text, -1) for name, text in messages}


def _one_of(forms: str | Sequence[str] | None, place: int) -> str:
    return forms if isinstance(forms, str) else (forms or [""])[place]


def english_only() -> set[str]:
    """Sentences of three words and more, without places to fill, that the Vietnamese pages say otherwise."""
    vietnamese = catalogue("vi")
    return {
        text
        for name, text in catalogue("en").items()
        if not PLACE.search(text) and len(text.split()) >= SHORTEST_SENTENCE and text != vietnamese.get(name)
    }


class InTheBooks:
    """Names that people gave and no language translates: offices, colleagues, procedures, papers, fees, places."""

    def __init__(self, engine: Engine) -> None:
        asked = (
            (Office, ("name", "short_name", "place_name", "address", "opening_hours")),
            (Account, ("display_name",)),
            (Procedure, ("name", "reason")),
            (DossierDocument, ("name",)),
            (ItemDocument, ("name",)),
            (Fee, ("name",)),
        )
        with reading(engine) as session:
            given = {
                str(text)
                for model, names in asked
                for name in names
                for text in session.scalars(select(col(getattr(model, name))).distinct())
                if text
            }
            codes = [*session.scalars(select(col(Person.ward_code)).distinct())]
        wards = [ward for ward in map(places.ward_of, codes) if ward is not None]
        given |= {text for ward in wards for text in (ward.name, ward.short_name, ward.abbreviated, ward.province.name)}
        longest_first = sorted(given | set(NAMES), key=len, reverse=True)
        self._names = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)

    def vietnamese_in(self, words: Iterable[str]) -> set[str]:
        """What is left of Vietnamese: words of two letters and more, for initials speak no language."""
        return {left for text in words if not text.isascii() for left in self._left(" ".join(text.split()))}

    @cache  # noqa: B019  it lives as long as the test run, and pages say the same things over and over
    def _left(self, text: str) -> frozenset[str]:
        return frozenset(word for word in MARKED.findall(self._names.sub("…", text)) if len(word) > 1)
