"""A small load generator, run as a process of its own: keep-alive lines on one thread, each asking again at once.

python -m benchmarks.load ADDRESS PATHS_FILE SECONDS LINES [ENCODING]  →  {"requests": …, "seconds": …, "p99_ms": …}
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(slots=True)
class Tally:
    until: float
    waits_ms: list[float] = field(default_factory=list)
    body_bytes: int = 0


class BadAnswer(Exception):
    """A server that answers anything but 200 is not measured."""


async def ask_again_and_again(address: tuple[str, int], requests: Iterator[bytes], tally: Tally) -> None:
    reader, writer = await asyncio.open_connection(*address)
    while time.perf_counter() < tally.until:
        began = time.perf_counter()
        writer.write(next(requests))
        stays_open = await _take_answer(reader, tally)
        tally.waits_ms.append((time.perf_counter() - began) * 1000)
        if not stays_open:
            writer.close()
            reader, writer = await asyncio.open_connection(*address)
    writer.close()


async def _take_answer(reader: asyncio.StreamReader, tally: Tally) -> bool:
    """Reads one answer to its end; says whether the line stays open."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not head.split(b"\r\n", 1)[0].endswith(b"200 ok"):
        raise BadAnswer(head.decode())
    length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
    await reader.readexactly(length)
    tally.body_bytes = length
    return b"connection: close" not in head


async def load(address: str, requests: Iterator[bytes], seconds: float, lines: int) -> Tally:
    parts = urlsplit(address)
    assert parts.hostname is not None
    assert parts.port is not None
    whereto = (parts.hostname, parts.port)
    tally = Tally(time.perf_counter() + seconds)
    await asyncio.gather(*(ask_again_and_again(whereto, requests, tally) for _ in range(lines)))
    return tally


def requests_for(address: str, paths: list[str], encoding: str) -> Iterator[bytes]:
    host = urlsplit(address).netloc
    accepts = f"Accept-Encoding: {encoding}\r\n" if encoding else ""
    return cycle([f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{accepts}\r\n".encode() for path in paths])


def main() -> None:
    address, paths_file, seconds, lines, *encoding = sys.argv[1:]
    paths = Path(paths_file).read_text(encoding="utf-8").split()
    requests = requests_for(address, paths, encoding[0] if encoding else "")
    began = time.perf_counter()
    tally = asyncio.run(load(address, requests, float(seconds), int(lines)))
    spent = time.perf_counter() - began
    waits = sorted(tally.waits_ms)
    told = {
        "requests": len(waits),
        "seconds": spent,
        "p99_ms": waits[int(len(waits) * 0.99)],
        "body_bytes": tally.body_bytes,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
