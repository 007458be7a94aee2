"""What the checker of shapes found, in our own words: its own change with its version, and callers compare ours."""

from collections.abc import Mapping
from types import MappingProxyType

from tracker.domain.refusal import Cause

FOUND: Mapping[str, Cause] = MappingProxyType(
    {
        "missing": Cause.FIELD_REQUIRED,
        "extra_forbidden": Cause.UNKNOWN_FIELD,
        "string_too_short": Cause.FIELD_REQUIRED,
        "string_too_long": Cause.FIELD_TOO_LONG,
        "too_short": Cause.FIELD_REQUIRED,
        "too_long": Cause.TOO_MANY,
        "greater_than_equal": Cause.OUT_OF_RANGE,
        "less_than_equal": Cause.OUT_OF_RANGE,
        # Only what is written as an instant is read as one, so what cannot be read is a day or an hour that never was.
        "datetime_parsing": Cause.IMPOSSIBLE_DATE,
        "datetime_from_date_parsing": Cause.IMPOSSIBLE_DATE,
    }
)


def cause_of(found: str) -> Cause:
    """`found` is a type of the checker's errors, or a cause that a check of ours gave it."""
    return Cause(found) if found in set(Cause) else FOUND.get(found, Cause.BAD_VALUE)
