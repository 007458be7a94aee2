"""The item's label as WeasyPrint's manual makes pages: HTML with a page size, fonts by @font-face, pictures as data."""

from base64 import b64encode
from html import escape
from io import BytesIO
from pathlib import Path

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from benchmarks.label_sample import Sample
from labels.code128 import encode_code128

FONTS = Path(__file__).parents[2] / "labels/fonts"
WEIGHTS = (400, 600, 800)
FACES = "".join(
    f"@font-face {{ font-family: label; font-weight: {weight}; "
    f"src: url({(FONTS / f'be-vietnam-pro-{weight}.ttf').as_uri()}) }}\n"
    for weight in WEIGHTS
)
STYLE = """
@page { size: 105mm 148mm; margin: 0 }
body { margin: 0; font-family: label }
section { position: relative; width: 105mm; height: 148mm; break-after: page }
section > * { position: absolute; margin: 0; line-height: 1; white-space: nowrap }
.plate { left: 5mm; top: 5mm; width: 95mm; height: 17mm; background: black; color: white }
.plate b { position: absolute; left: 4mm; top: 4mm; font: 800 30pt label; line-height: 1 }
.plate i { position: absolute; right: 8mm; top: 2mm; font: 600 9.5pt label }
.plate u { position: absolute; right: 8mm; top: 7mm; font: 800 22pt label; line-height: 1; text-decoration: none }
.place { left: 5mm; top: 30mm; font: 800 40pt label }
.second { left: 5mm; top: 50mm; font: 600 20pt label }
.code { right: 5mm; top: 50mm; font: 600 20pt label }
.rule { left: 5mm; top: 61.4mm; width: 95mm; height: 1.1mm; background: black }
.qr { left: 5mm; top: 67.5mm; width: 29mm; height: 29mm }
.facts { left: 42mm; top: 67mm }
.facts dt { font: 400 8pt label } .facts dd { margin: 0 0 2mm; font: 600 12.5pt label }
.finder { left: 5mm; top: 105mm; font: 400 8.5pt label }
.copy { right: 5mm; top: 105mm; font: 600 8.5pt label }
.dots { left: 5mm; top: 111mm; width: 95mm; border-top: .25mm dotted black }
.bars { left: 13mm; top: 116mm; width: 79mm; height: 17mm }
.number { left: 0; width: 105mm; top: 136mm; text-align: center; font: 600 19pt label }
"""


def draw(samples: list[Sample]) -> bytes:
    fonts = FontConfiguration()
    page = f"<html lang=vi><title>Tem phong bì</title><body>{''.join(map(section, samples))}"
    written = HTML(string=page).write_pdf(stylesheets=[CSS(string=FACES + STYLE, font_config=fonts)], font_config=fonts)
    assert isinstance(written, bytes)
    return written


def section(sample: Sample) -> str:
    facts = "".join(f"<dt>{escape(caption)}<dd>{escape(fact)}" for caption, fact in sample.facts)
    return f"""<section>
<div class=plate><b>{escape(sample.plate)}</b><i>{escape(sample.due_caption)}</i><u>{escape(sample.due)}</u></div>
<p class=place>{escape(sample.destination)}<p class=second>{escape(sample.second_line)}
<p class=code>{escape(sample.second_code)}<p class=rule></p><img class=qr src="{square(sample.address)}">
<dl class=facts>{facts}</dl><p class=finder>{escape(sample.finder)}<p class=copy>{escape(sample.copy)}
<p class=dots></p><img class=bars src="{bars(sample.number)}">
<p class=number>{escape(sample.grouped_number)}</section>"""


def square(address: str) -> str:
    code = QRCode(version=4, error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(address)
    code.make(fit=False)
    picture = BytesIO()
    code.make_image().save(picture)
    return f"data:image/png;base64,{b64encode(picture.getvalue()).decode()}"


def bars(number: str) -> str:
    symbol = encode_code128(number, "number")
    widths, path, left = symbol.widths, "", 0
    for bar, space in zip(widths[::2], (*widths[1::2], 0), strict=True):
        path += f"M{left} 0h{bar}v1h-{bar}z"
        left += bar + space
    size = f"viewBox='0 0 {symbol.width} 1' preserveAspectRatio='none'"
    drawn = f"<svg xmlns='http://www.w3.org/2000/svg' {size}><path d='{path}'/></svg>"
    return f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}"
