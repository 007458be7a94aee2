"""A picture of a printed label for the screen: the same facts and the same codes as on its paper."""

from collections.abc import Iterable
from dataclasses import dataclass

from labels.code128 import encode_code128
from labels.item_label import ItemLabel
from labels.qr import QrSymbol, encode_qr
from tracker.actions.labels import PrintedLabel
from tracker.config import Config
from tracker.printing import item_label


@dataclass(frozen=True, slots=True)
class LabelPicture:
    """Paths are in modules; `side` and `width` are the sizes of their boxes."""

    label: ItemLabel
    qr_path: str
    side: int
    bars_path: str
    width: int


def picture_of(printed: PrintedLabel, config: Config) -> LabelPicture:
    label = item_label(printed, config)
    qr = encode_qr(label.tracking_url, "tracking_url")
    bars = encode_code128(label.item_number, "item_number")
    starts = (sum(bars.widths[:place]) for place in range(0, len(bars.widths), 2))
    bars_path = "".join(
        f"M{start} 0h{width}v40h-{width}z" for start, width in zip(starts, bars.widths[::2], strict=True)
    )
    return LabelPicture(label, "".join(_squares(qr)), qr.side, bars_path, bars.width)


def _squares(symbol: QrSymbol) -> Iterable[str]:
    for row, modules in enumerate(symbol.modules):
        for column, is_dark in enumerate(modules):
            if is_dark:
                yield f"M{column} {row}h1v1h-1z"
