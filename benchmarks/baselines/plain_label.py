"""The item's label as ReportLab's manual draws one: strings in TrueType fonts, its Code 128, the QR as a picture."""

from io import BytesIO
from pathlib import Path

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.label_sample import Sample

FONTS = Path(__file__).parents[2] / "labels/fonts"
REGULAR, BOLD, BLACK = "plain-400", "plain-600", "plain-800"
WIDTH, HEIGHT = 105 * mm, 148 * mm

for weight in (REGULAR, BOLD, BLACK):
    pdfmetrics.registerFont(TTFont(weight, FONTS / f"be-vietnam-pro-{weight[-3:]}.ttf"))


def draw(samples: list[Sample]) -> bytes:
    output = BytesIO()
    canvas = Canvas(output, pagesize=(WIDTH, HEIGHT), pageCompression=1)
    canvas.setTitle("Tem phong bì")
    for sample in samples:
        draw_label(canvas, sample)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def draw_label(canvas: Canvas, sample: Sample) -> None:
    draw_plate(canvas, sample)
    write(canvas, (BLACK, 40), 5, 46, sample.destination)
    write(canvas, (BOLD, 20), 5, 57, sample.second_line)
    write_right(canvas, BOLD, 20, 57, sample.second_code)
    canvas.rect(5 * mm, HEIGHT - 62.5 * mm, 95 * mm, 1.1 * mm, stroke=0, fill=1)
    canvas.drawImage(square(sample.address), 5 * mm, HEIGHT - 97 * mm, 29 * mm, 29 * mm)
    for place, (caption, fact) in enumerate(sample.facts):
        write(canvas, (REGULAR, 8), 42, 70.2 + 10.4 * place, caption)
        write(canvas, (BOLD, 12.5), 42, 75.2 + 10.4 * place, fact)
    write(canvas, (REGULAR, 8.5), 5, 108, sample.finder)
    write_right(canvas, BOLD, 8.5, 108, sample.copy)
    canvas.setDash(0.7, 2.4)
    canvas.line(5 * mm, HEIGHT - 111 * mm, 100 * mm, HEIGHT - 111 * mm)
    bars = Code128(sample.number, barWidth=0.5 * mm, barHeight=17 * mm, quiet=0)
    bars.drawOn(canvas, (WIDTH - bars.width) / 2, HEIGHT - 133 * mm)
    canvas.setFont(BOLD, 19)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 140.5 * mm, sample.grouped_number)


def draw_plate(canvas: Canvas, sample: Sample) -> None:
    plate = canvas.beginPath()
    plate.moveTo(5 * mm, HEIGHT - 5 * mm)
    for x_mm, y_mm in ((91.5, 5), (100, 13.5), (91.5, 22), (5, 22)):
        plate.lineTo(x_mm * mm, HEIGHT - y_mm * mm)
    plate.close()
    canvas.drawPath(plate, stroke=0, fill=1)
    canvas.setFillGray(1)
    write(canvas, (BLACK, 30), 9, 17.3, sample.plate)
    write(canvas, (BOLD, 9.5), 66, 10.9, sample.due_caption)
    write(canvas, (BLACK, 22), 66, 18.7, sample.due)
    canvas.setFillGray(0)


def square(address: str) -> ImageReader:
    code = QRCode(version=4, error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(address)
    code.make(fit=False)
    return ImageReader(code.make_image().get_image())


def write(canvas: Canvas, font: tuple[str, float], x_mm: float, y_mm: float, text: str) -> None:
    canvas.setFont(*font)
    canvas.drawString(x_mm * mm, HEIGHT - y_mm * mm, text)


def write_right(canvas: Canvas, font: str, size: float, y_mm: float, text: str) -> None:
    canvas.setFont(font, size)
    canvas.drawRightString(100 * mm, HEIGHT - y_mm * mm, text)
