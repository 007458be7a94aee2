"""Tables of outside systems' codes, by channel and version: the one place where a word becomes a status of ours.

A word that is not in its table stays unknown: it is never folded into a neighbour. A table that was in use is never
edited; another version is added, and every claim keeps the name of the one it was read by.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tracker.domain.vocabulary import Status

SUB_STATUS_MARK = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusMapping:
    """`codes` and `phrases` lead to national codes 1 to 10 as text, or, where `is_postal`, to statuses of ours.

    `phrases` are looked for in the source's own words, in their order, where the code says nothing.
    """

    name: str
    is_postal: bool
    codes: Mapping[str, str]
    phrases: tuple[tuple[str, str], ...] = field(default=())

    def word_of(self, code: str, text: str = "") -> str | None:
        """`code` may be a status and a sub-status with a mark between them: the pair is looked up first."""
        asked = code.strip().casefold()
        found = self.codes.get(asked, self.codes.get(asked.partition(SUB_STATUS_MARK)[0]))
        if found is not None:
            return found
        words = text.casefold()
        return next((word for phrase, word in self.phrases if phrase in words), None)

    def national_code(self, code: str, text: str = "") -> int | None:
        word = None if self.is_postal else self.word_of(code, text)
        return None if word is None else int(word)

    def postal_status(self, code: str, text: str = "") -> Status | None:
        word = self.word_of(code, text) if self.is_postal else None
        return None if word is None else Status(word)


def _mapping(
    name: str, codes: Mapping[str, str], *, is_postal: bool, phrases: tuple[tuple[str, str], ...] = ()
) -> StatusMapping:
    return StatusMapping(name=name, is_postal=is_postal, codes=MappingProxyType(dict(codes)), phrases=phrases)


_NATIONAL = {str(code): str(code) for code in range(1, 11)}
# Sub-statuses are free words of an installation.
_OPENCPS = {
    "waiting/payment": "6",
    "waiting/paying": "6",
    "waiting/waiting_payment": "6",
    "waiting/fee": "6",
    "waiting/supplement": "5",
    "new": "1",
    "receiving": "1",
    "denied": "3",
    "processing": "4",
    "interoperating": "4",
    "waiting": "5",
    "correcting": "5",
    "cancelling": "7",
    "cancelled": "7",
    "pausing": "8",
    "unresolved": "8",
    "releasing": "9",
    "posting": "9",
    "done": "10",
}
# Orders with an appointment slip. 0 (inactive or cancelled) is a guess of others and stays unknown.
_HCC = {
    "-3": Status.REGISTERED,
    "-2": Status.AT_OFFICE,
    "1": Status.COLLECTED,
    "2": Status.IN_TRANSIT,
    "3": Status.AT_OFFICE,
    "12": Status.WITH_COURIER,
    "-1": Status.WITH_COURIER,
    "5": Status.DELIVERED,
}
# 80 is on the way or out for delivery: what both have in common. 100 travels back: on the way too.
_MY_VNPOST = {
    "0": Status.REGISTERED,
    "1": Status.REGISTERED,
    "50": Status.AT_OFFICE,
    "70": Status.IN_TRANSIT,
    "80": Status.IN_TRANSIT,
    "90": Status.DELIVERED,
    "100": Status.IN_TRANSIT,
}
# A failed delivery holds the words of a successful one, so it is looked for first.
_MY_VNPOST_PHRASES = (
    ("phát không thành công", Status.HELD),
    ("chuyển hoàn", Status.IN_TRANSIT),
    ("phát thành công", Status.DELIVERED),
    ("hủy", Status.CANCELLED),
    ("huỷ", Status.CANCELLED),
)

BUILT_IN: Mapping[str, StatusMapping] = MappingProxyType(
    {
        mapping.name: mapping
        for mapping in (
            _mapping("opencps-1", _OPENCPS, is_postal=False),
            _mapping("portal-1", _NATIONAL, is_postal=False),
            # Whoever pushes may speak the national codes or OpenCPS's words: they have no word in common.
            _mapping("push-1", _OPENCPS | _NATIONAL, is_postal=False),
            # The tracking feed: only its end is known.
            _mapping("ngsp-1", {"4": Status.DELIVERED}, is_postal=True),
            _mapping("hcc-1", _HCC, is_postal=True),
            _mapping("myvnpost-1", _MY_VNPOST, is_postal=True, phrases=_MY_VNPOST_PHRASES),
        )
    }
)
