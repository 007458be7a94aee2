"""A thousand labels to one PDF against plain ReportLab, WeasyPrint and typst, if they are installed; and one alone.

The plain label's rate over `qrcode`'s own lies within 0.35 to 0.6, or the baseline is not what the manual shows.
"""

import gc
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from statistics import median

from benchmarks.baselines import plain_label, plain_qr
from benchmarks.label_sample import WORDS, as_texts, item_labels
from benchmarks.measure import Block, alternate, print_line
from labels.format_pdf import PrintRun
from labels.formats import THERMAL
from labels.pdf import draw_labels
from labels.stock import A6
from labels.zpl import zpl_run

ROUNDS = 5
RIVALS = ("weasyprint", "typst")
OURS, PLAIN, WEASYPRINT, TYPST, ALONE, FOR_THERMAL = 1_000, 100, 60, 300, 10, 100
STARTED = """
import time
from benchmarks.label_sample import WORDS, item_labels
from labels.pdf import draw_labels, prepare_labels
from labels.stock import A6
labels = item_labels(100)
prepare_labels(len(labels[0].tracking_url))
for label in labels:
    began = time.perf_counter()
    draw_labels([label], WORDS, A6)
    print(time.perf_counter() - began)
"""


def run() -> None:
    labels = item_labels(OURS)
    samples = [as_texts(label) for label in labels]
    size = len(draw_labels(labels, WORDS, A6))
    thermal = PrintRun(THERMAL["zpl-a6"])
    thermal_size = len(zpl_run(labels[:FOR_THERMAL], WORDS, thermal))
    rolls = iter([item_labels(FOR_THERMAL, number) for number in range(1, ROUNDS + 1)])
    # New ones every round: what was set or encoded once is remembered.
    batches = iter([item_labels(OURS, number) for number in range(1, ROUNDS + 1)])
    blocks: dict[str, Block] = {
        "ours": lambda: OURS if draw_labels(next(batches), WORDS, A6) else 0,
        "plain": lambda: PLAIN if plain_label.draw(samples[:PLAIN]) else 0,
        "qrcode": lambda: len([plain_qr.square(sample.address) for sample in samples[:PLAIN]]),
        "alone": lambda: len([draw_labels([label], WORDS, A6) for label in labels[:ALONE]]),
        "thermal": lambda: FOR_THERMAL if zpl_run(next(rolls), WORDS, thermal) else 0,
        "plain_alone": lambda: len([plain_label.draw([sample]) for sample in samples[:ALONE]]),
    }
    if find_spec("weasyprint"):
        weasyprint_label = import_module("benchmarks.baselines.weasyprint_label")
        blocks["weasyprint"] = lambda: WEASYPRINT if weasyprint_label.draw(samples[:WEASYPRINT]) else 0
    if find_spec("typst"):
        press = import_module("benchmarks.baselines.typst_label").Press()
        blocks["typst"] = lambda: TYPST if press.draw(samples[:TYPST]) else 0
    # What the rivals brought along would else be looked through within our rounds.
    gc.freeze()
    rates = alternate(blocks, ROUNDS)
    measured = {
        "labels_per_second": round(rates.of("ours")),
        "plain_per_second": round(rates.of("plain"), 1),
        "ratio_to_plain": round(rates.ratio("ours", "plain"), 1),
        "plain_to_qrcode": round(rates.ratio("plain", "qrcode"), 2),
        **{
            f"ratio_to_{name}": round(rates.ratio("ours", name), 1)
            for name in ("weasyprint", "typst")
            if name in blocks
        },
        "alone_ratio_to_plain": round(rates.ratio("alone", "plain_alone"), 2),
        "first_to_hundredth": round(first_to_hundredth(), 2),
        "bytes_per_label": round(size / OURS),
        "thermal_labels_per_second": round(rates.of("thermal")),
        "thermal_bytes_per_label": round(thermal_size / FOR_THERMAL),
        "runs": ROUNDS,
    }
    print_line("labels", "none", measured)


def first_to_hundredth() -> float:
    """Of a process that has just started and prepared itself, as a worker of the web server does."""
    told = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True, check=True).stdout.split()
    return float(told[0]) / median(map(float, told[-9:]))
