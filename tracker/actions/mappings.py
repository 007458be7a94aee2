"""The tables of codes of this installation: the product's own and those that its configuration adds."""

from collections.abc import Mapping

from tracker.config import Config
from tracker.domain.status_mappings import BUILT_IN, StatusMapping


def mappings_of(config: Config) -> Mapping[str, StatusMapping]:
    added = {
        name: StatusMapping(
            name=name,
            is_postal=version.kind == "postal",
            codes={code.strip().casefold(): word for code, word in version.codes.items()},
            phrases=tuple((phrase.casefold(), word) for phrase, word in version.phrases),
        )
        for name, version in config.mappings.items()
    }
    return {**BUILT_IN, **added}


def mapping_named(config: Config, name: str) -> StatusMapping:
    """The configuration names none that is not there: it is checked at the start."""
    return mappings_of(config)[name]
