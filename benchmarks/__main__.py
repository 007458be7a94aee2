"""`make bench`: one JSON line per benchmark and engine. `python -m benchmarks NAME…` runs only those."""

import sys
from collections.abc import Callable
from functools import partial

from benchmarks import examine, fold, label_batches, labels, qr, reconcile, record, search, tracking_page

BENCHMARKS: dict[str, Callable[[], None]] = {
    "record": record.run,
    "tracking_page": tracking_page.run,
    "fold": fold.run,
    "examine": examine.run,
    "qr": qr.run,
    "labels": labels.run,
    "label_batches": label_batches.run,
    "search": search.run,
    "reconcile": partial(reconcile.run, 100_000),  # a million by hand: filling the books alone takes minutes
}


def main() -> None:
    for name in sys.argv[1:] or BENCHMARKS:
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
