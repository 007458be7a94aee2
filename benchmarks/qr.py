"""Squares of label addresses with the best mask, against `qrcode` with its own best mask."""

import random

from benchmarks.baselines import plain_qr
from benchmarks.measure import Block, alternate, print_line
from labels.qr import encode_qr, prepare_qr
from tracker.domain.identifiers import TOKEN_ALPHABET

ROUNDS = 9
OURS, PLAIN = 3_000, 40
PREFIX = "HTTPS://HOSO.CAMAU.GOV.VN/T/"


def run() -> None:
    rng = random.Random(ROUNDS)
    ours = [_address(rng) for _ in range(OURS)]
    plain = [_address(rng) for _ in range(PLAIN)]
    prepare_qr(len(PREFIX) + 26)
    blocks: dict[str, Block] = {
        "ours": lambda: len([encode_qr(address, "address") for address in ours]),
        "qrcode": lambda: len([plain_qr.square(address) for address in plain]),
    }
    blocks["ours"]()
    rates = alternate(blocks, ROUNDS)
    measured = {
        "squares_per_second": round(rates.of("ours")),
        "qrcode_per_second": round(rates.of("qrcode"), 1),
        "ratio_to_qrcode": round(rates.ratio("ours", "qrcode"), 1),
        "runs": ROUNDS,
    }
    print_line("qr", "none", measured)


def _address(rng: random.Random) -> str:
    return PREFIX + "".join(rng.choices(TOKEN_ALPHABET, k=26))
