"""One walk through everything that can be looked at: every role, both languages, every link that is offered."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.security.reader import Reading
from tracker.log_lines import OneLine

HTML, JSON = "text/html", "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNREADABLE = frozenset({"application/pdf", XLSX})
MOST_STEPS = 4000
CITIZENS = frozenset({"/", "/tra-cuu", "/t/<token>", "/T/<token>"})
# Without what a person types into it, such a form leads nowhere.
ASKING = frozenset({"get form action"})


@dataclass(frozen=True)
class Seen:
    """One answer, and to whom it was given; `who` is empty for a stranger."""

    who: str
    language: str
    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0]

    @property
    def is_page(self) -> bool:
        return self.kind == HTML and bool(self.body)

    @cached_property
    def text(self) -> str:
        return "" if self.kind in UNREADABLE else self.body.decode()

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.text)

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.who or 'stranger'}, {self.language}): {self.status}"


@dataclass
class Walker:
    """Looks at `most_alike` pages of each kind, drawn anew for each person so that all together see more."""

    app: Flask
    client: FlaskClient
    who: str
    language: str
    most_alike: int
    seen: list[Seen] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    alike: Counter[str] = field(default_factory=Counter)

    def walk(self, *starts: str) -> list[Seen]:
        ahead, draw = list(starts), Random(f"{self.who} {self.language}")
        while ahead and len(self.seen) < MOST_STEPS:
            found = list(self._look(ahead.pop(0)))
            draw.shuffle(found)
            ahead += found
        return self.seen

    def _look(self, path: str) -> Iterator[str]:
        route = self._route(path)
        if path in self.known or self.alike[route] >= self.most_alike:
            return
        self.known.add(path)
        self.alike[route] += 1
        page = self._ask("GET", path)
        if self.alike[route] == 1:
            self._ask("HEAD", path)
        if "Location" in page.headers:
            yield from self._ours(path, [page.headers["Location"]])
        if page.is_page:
            reading = page.reading
            yield from self._ours(path, [address for place, address in reading.addresses if place not in ASKING])

    def _ask(self, method: str, path: str) -> Seen:
        answer = self.client.open(path, method=method)
        seen = seen_of(self.who, self.language, answer)
        self.seen.append(seen)
        return seen

    def _ours(self, base: str, addresses: Iterable[str]) -> Iterator[str]:
        for address in addresses:
            parts = urlsplit(urljoin(base, address))
            wanted = parts.path + (f"?{parts.query}" if parts.query else "")
            if not (parts.netloc or parts.scheme or self._is_strange(wanted)):
                yield wanted

    def _is_strange(self, path: str) -> bool:
        """The other language is another walk, and citizens' pages know no colleague's language."""
        other = f"lang={'en' if self.language == 'vi' else 'vi'}"
        return other in path or (bool(self.who) and self._route(path) in CITIZENS)

    def _route(self, path: str) -> str:
        try:
            rule, _ = self.app.url_map.bind("localhost").match(urlsplit(path).path, "GET")
        except HTTPException:
            return "nowhere"
        return str(rule)


def seen_of(who: str, language: str, answer: TestResponse) -> Seen:
    query = answer.request.query_string.decode()
    path = answer.request.path + (f"?{query}" if query else "")
    return Seen(who, language, answer.request.method, path, answer.status_code, dict(answer.headers), answer.data)


class Listener(logging.Handler):
    """Keeps every record as an installation writes it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(OneLine())
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(self.format(record))


@contextmanager
def listening() -> Iterator[list[str]]:
    """Everything our own code says, and whatever others say from a warning up."""
    listener, ours, root = Listener(), logging.getLogger("giaonhan"), logging.getLogger()
    before = ours.level
    ours.setLevel(logging.DEBUG)
    root.addHandler(listener)
    try:
        yield listener.records
    finally:
        root.removeHandler(listener)
        ours.setLevel(before)
