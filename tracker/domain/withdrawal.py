"""Taking back a list that was offered and not signed: every give of it, or none."""

from collections.abc import Mapping
from types import MappingProxyType

from tracker.domain.corrections import CorrectionFault
from tracker.domain.refusal import Cause

LIST_WITHDRAWN = "list_withdrawn"
"""Why each give was corrected, as its correction's reason tells."""

_CAUSES: Mapping[CorrectionFault, Cause] = MappingProxyType(
    {
        CorrectionFault.OTHER_DEVICE: Cause.WITHDRAWAL_OTHER_DEVICE,
        CorrectionFault.TOO_LATE: Cause.WITHDRAWAL_TOO_LATE,
        CorrectionFault.FOLLOWED: Cause.WITHDRAWAL_FOLLOWED,
    }
)


def obstacle(faults: Mapping[str, CorrectionFault | None]) -> tuple[Cause, tuple[str, ...]] | None:
    """`faults` by code, None where the give may be corrected. The first that stands for the whole list, and whose."""
    for fault, cause in _CAUSES.items():
        codes = tuple(code for code, found in faults.items() if found is fault)
        if codes:
            return cause, codes
    return None
