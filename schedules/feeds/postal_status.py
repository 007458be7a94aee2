"""The post's codes as our statuses, by channel and version (data; a code that is not here stays unknown).

The post's channels disagree: 4 ends an order on one and is unheard of on another. A table that was in use is never
edited; another version is added, and a claim keeps the name of the one it was read by.
"""

from collections.abc import Mapping
from types import MappingProxyType

from tracker.domain.vocabulary import Status

MAPPINGS: Mapping[str, Mapping[str, Status]] = MappingProxyType(
    {
        # The tracking feed: only its end is known.
        "ngsp-1": MappingProxyType({"4": Status.DELIVERED}),
        # Orders with an appointment slip. 0 (inactive or cancelled) is a guess of others and stays unknown.
        "hcc-1": MappingProxyType(
            {
                "-3": Status.REGISTERED,
                "-2": Status.AT_OFFICE,
                "1": Status.COLLECTED,
                "2": Status.IN_TRANSIT,
                "3": Status.AT_OFFICE,
                "12": Status.WITH_COURIER,
                "-1": Status.WITH_COURIER,
                "5": Status.DELIVERED,
            }
        ),
    }
)
