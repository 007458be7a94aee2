"""What an acknowledged scan stands on: the recording connection itself says that its commits reach the disk."""

from collections.abc import Mapping
from types import MappingProxyType

from tests.builders import the_config
from tests.drills.installation import Installation
from tracker.app import create_app
from tracker.house import EXTENSION, House
from tracker.store.engine import durability_of

DURABLE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sqlite": {"synchronous": "FULL"},
        "postgresql": {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"},
    }
)


def test_the_connection_that_records_scans_is_durable(installation: Installation, engine_name: str) -> None:
    plain = the_config()
    config = plain.model_copy(update={"database": plain.database.model_copy(update={"url": installation.url})})
    house = create_app(config).extensions[EXTENSION]
    assert isinstance(house, House)

    assert durability_of(house.engine) == DURABLE[engine_name]
    house.engine.dispose()
