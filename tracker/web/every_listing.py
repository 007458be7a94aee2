"""All lists that a page shows and a file holds, by the word in their address."""

from tracker.web.board import ITEM_KEYS, title_of_items
from tracker.web.listed import BOARD_LISTINGS, items
from tracker.web.listings import Listing

_ITEMS = Listing(
    title_of_items,
    "board.items_hint",
    ("item.number", "item.leg", "item.standing", "item.holder", "item.due", "item.last_event"),
    items,
    ITEM_KEYS,
)
LISTINGS: dict[str, Listing] = {"buu-gui": _ITEMS, **BOARD_LISTINGS}
