"""A drop folder in a test: what is laid there, and what has become of it."""

import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import Workbook

from tests.schedules.planting import NOW
from tests.schedules.pulling import with_feed
from tracker.config import Config

HEAD = ("Mã hồ sơ", "Trạng thái", "Thời điểm cập nhật", "Ngày hẹn trả", "Hình thức nộp")
NUMBER = "000.00.22.H12-261112-0031"


@dataclass(frozen=True, slots=True)
class DropFolder:
    path: Path

    def lay(self, name: str, content: bytes, at: datetime = NOW - timedelta(hours=1)) -> Path:
        file = self.path / name
        file.write_bytes(content)
        os.utime(file, (at.timestamp(), at.timestamp()))
        return file

    def names(self, below: str = "") -> list[str]:
        """Without verdicts."""
        files = [file.name for file in (self.path / below).iterdir() if file.is_file()]
        return sorted(name for name in files if not name.endswith(".verdict.json"))

    def verdict(self, below: str, name: str) -> dict[str, object]:
        told: dict[str, object] = json.loads((self.path / below / f"{name}.verdict.json").read_text(encoding="utf-8"))
        return told

    def config(self, **more: object) -> Config:
        return with_feed("folder", path=str(self.path), **more)


def csv_of(*rows: Sequence[str], head: Sequence[str] = HEAD) -> bytes:
    return "".join(",".join(row) + "\r\n" for row in (head, *rows)).encode("utf-8-sig")


def many(count: int, status: str = "processing") -> bytes:
    return csv_of(
        *[(f"000.00.22.H12-261112-{serial:04}", status, "20/11/2026 08:30", "", "3") for serial in range(count)]
    )


def xlsx_of(*rows: Sequence[object], head: Sequence[str] = HEAD) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (head, *rows):
        sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def with_part(workbook: bytes, name: str, content: bytes) -> bytes:
    """The same workbook with one part more."""
    return with_parts(workbook, {name: content})


def with_parts(workbook: bytes, parts: Mapping[str, bytes]) -> bytes:
    grown = io.BytesIO(workbook)
    with zipfile.ZipFile(grown, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return grown.getvalue()
