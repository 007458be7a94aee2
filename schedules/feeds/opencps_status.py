"""OpenCPS's words as national codes 1 to 10 (data; a word that is not here stays unknown)."""

from collections.abc import Mapping
from types import MappingProxyType

# Looked up first: (status, sub-status). Sub-statuses are free words of an installation.
BY_SUB_STATUS: Mapping[tuple[str, str], int] = MappingProxyType(
    {
        ("waiting", "payment"): 6,
        ("waiting", "paying"): 6,
        ("waiting", "waiting_payment"): 6,
        ("waiting", "fee"): 6,
        ("waiting", "supplement"): 5,
    }
)

BY_STATUS: Mapping[str, int] = MappingProxyType(
    {
        "new": 1,
        "receiving": 1,
        "denied": 3,
        "processing": 4,
        "interoperating": 4,
        "waiting": 5,
        "correcting": 5,
        "cancelling": 7,
        "cancelled": 7,
        "pausing": 8,
        "unresolved": 8,
        "releasing": 9,
        "posting": 9,
        "done": 10,
    }
)

# Those that still move, so that each is asked for page by page; the ends are found by date and by number.
OPEN_STATUSES = (
    "new",
    "receiving",
    "waiting",
    "processing",
    "pausing",
    "correcting",
    "cancelling",
    "interoperating",
    "releasing",
    "posting",
)


def national_code(status: str, sub_status: str) -> int | None:
    """None for a word that is not in the tables: it is never folded into a neighbour."""
    key = (status.strip().lower(), sub_status.strip().lower())
    return BY_SUB_STATUS.get(key, BY_STATUS.get(key[0]))
