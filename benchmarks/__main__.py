"""`make bench`: one JSON line per benchmark and engine. `python -m benchmarks NAME…` runs only those."""

import sys

from benchmarks import examine, fold, label_batches, labels, qr, record, search, tracking_page

BENCHMARKS = {
    "record": record.run,
    "tracking_page": tracking_page.run,
    "fold": fold.run,
    "examine": examine.run,
    "qr": qr.run,
    "labels": labels.run,
    "label_batches": label_batches.run,
    "search": search.run,
}


def main() -> None:
    for name in sys.argv[1:] or BENCHMARKS:
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
