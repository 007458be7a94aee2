"""What the sources of claims are called on screens."""

from tracker.store.queries.claims import FOLDER, MY_VNPOST, NATIONAL_PORTAL, ONE_STOP, VNPOST, VNPOST_ORDERS
from tracker.web.language import gettext

_NAMED = frozenset({FOLDER, MY_VNPOST, NATIONAL_PORTAL, ONE_STOP, VNPOST, VNPOST_ORDERS})


def feed_words(source: str) -> str:
    """A source that an installation named keeps its name."""
    return gettext(f"feed.{source}") if source in _NAMED else source
