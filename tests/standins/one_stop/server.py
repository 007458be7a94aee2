"""HTTP in front of the office: sign-in, routes, faults."""

import json
import socket
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.standins.one_stop.histories import Snapshot, snapshot
from tests.standins.one_stop.listing import answer_list
from tests.standins.one_stop.office import FaultKind, KnownNumberError, Office
from tests.standins.one_stop.reading import UnreadableError, as_object
from tests.standins.one_stop.wire import action_rows, dossier_row

HOST = "127.0.0.1"
REST = "/o/rest/v2"
MOST_BODY_BYTES = 1_000_000
LOGIN_PAGE = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Đăng nhập</title></head>
<body><form method="post" action="/c/portal/login"><input name="login"><input name="password" type="password">
<button>Đăng nhập</button></form></body></html>"""


@dataclass(frozen=True, slots=True)
class Access:
    username: str
    password: str
    group_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: object


def make_server(port: int, office: Office, access: Access) -> ThreadingHTTPServer:
    """Port 0 takes a free one."""
    return Listener((HOST, port), partial(Conversation, office, access))


def refusal(status: int, message: str) -> Answer:
    return Answer(status, {"code": status, "message": message})


class Listener(ThreadingHTTPServer):
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hung up, as one that is kept waiting does, is no error of this server."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on as it came


class Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120
    # One packet per answer: headers and body sent apart would wait for each other's acknowledgement.
    wbufsize = 65_536
    disable_nagle_algorithm = True

    def __init__(
        self,
        office: Office,
        access: Access,
        request: socket.socket,
        client_address: tuple[str, int],
        server: ThreadingHTTPServer,
    ) -> None:
        self.office = office
        self.access = access
        super().__init__(request, client_address, server)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Silence: a pull every minute would bury what `make run` has to say."""

    def do_GET(self) -> None:
        self._converse()

    def do_POST(self) -> None:
        self._converse()

    def _converse(self) -> None:
        path = urlsplit(self.path).path
        if not path.startswith("/demo/"):
            self._play_fault()
            return
        self._send(self._answered(self._demo_answer))

    def _play_fault(self) -> None:
        fault = self.office.fault
        match fault.kind:
            case FaultKind.DOWN:
                self.close_connection = True
            case FaultKind.HTML:
                self._send_bytes(200, "text/html;charset=UTF-8", LOGIN_PAGE.encode())
            case FaultKind.EMPTY:
                self._send(Answer(200, {"total": 0, "data": []}))
            case FaultKind.TRUNCATED:
                self._send_cut(self._answered(self._rest_answer), fault.declares_whole_length)
            case FaultKind.SLOW:
                fault.is_over.wait(fault.seconds)
                self._send(self._answered(self._rest_answer))
            case FaultKind.NONE | FaultKind.PARTIAL:
                self._send(self._answered(self._rest_answer))

    def _answered(self, answer: Callable[[], Answer]) -> Answer:
        try:
            return answer()
        except UnreadableError as error:
            return refusal(422 if self.command == "POST" else 400, str(error))
        except KnownNumberError as error:
            return refusal(409, str(error))

    def _rest_answer(self) -> Answer:
        if not self._is_signed_in():
            return refusal(401, "sign-in needed")
        if self.headers.get("groupId") != self.access.group_id:
            return refusal(403, "header groupId names no group of this account")
        parts = urlsplit(self.path)
        if not f"{parts.path}/".startswith(f"{REST}/dossiers/"):
            return refusal(404, "no such address")
        if self.command != "GET":
            return refusal(405, "read only")
        match parts.path.removeprefix(f"{REST}/dossiers").split("/"):
            case [""] | ["", ""]:
                return Answer(200, answer_list(self._known(), dict(parse_qsl(parts.query))))
            case ["", key]:
                return self._one(unquote(key))
            case ["", key, "actions"]:
                return self._actions(unquote(key))
            case _:
                return refusal(404, "no such address")

    def _known(self) -> list[Snapshot]:
        """A fault may have lost the last two fifths, and say nothing of it."""
        rows = list(self.office.snapshots())
        is_partial = self.office.fault.kind is FaultKind.PARTIAL
        return rows[: len(rows) - len(rows) * 2 // 5] if is_partial else rows

    def _one(self, key: str) -> Answer:
        found = self.office.find(key)
        return Answer(200, dossier_row(found)) if found else refusal(404, "no such dossier")

    def _actions(self, key: str) -> Answer:
        found = self.office.find(key)
        if found is None:
            return refusal(404, "no such dossier")
        rows = action_rows(found)
        return Answer(200, {"total": len(rows), "data": rows})

    def _demo_answer(self) -> Answer:
        if self.command != "POST":
            return refusal(405, "POST only")
        match urlsplit(self.path).path.split("/"):
            case ["", "demo", "faults"]:
                return Answer(200, {"kind": self.office.set_fault(self._body())})
            case ["", "demo", "clock"]:
                return Answer(200, {"now": self.office.set_clock(self._body()).isoformat()})
            case ["", "demo", "dossiers"]:
                dossier = self.office.add(self._body())
                return Answer(201, {"dossierNo": dossier.number, "referenceUid": dossier.reference_uid})
            case ["", "demo", "dossiers", number, "status"]:
                return self._moved(unquote(number))
            case _:
                return refusal(404, "no such address")

    def _moved(self, number: str) -> Answer:
        moved = self.office.move(number, self._body())
        if moved is None:
            return refusal(404, f"no dossier has the number {number}")
        standing = snapshot(moved, self.office.now())
        return Answer(200, dossier_row(standing) if standing else {"dossierNo": number})

    def _is_signed_in(self) -> bool:
        expected = b64encode(f"{self.access.username}:{self.access.password}".encode())
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "basic" and compare_digest(given.strip().encode(), expected)

    def _body(self) -> Mapping[str, object]:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MOST_BODY_BYTES:
            self.close_connection = True
            raise UnreadableError(f"a body of at most {MOST_BODY_BYTES} bytes, with its length")
        try:
            return as_object(json.loads(self.rfile.read(int(length))), "the body")
        except ValueError as error:
            raise UnreadableError("the body is not JSON") from error

    def _send(self, answer: Answer) -> None:
        self._send_bytes(answer.status, "application/json;charset=UTF-8", _encoded(answer))

    def _send_cut(self, answer: Answer, declares_whole_length: bool) -> None:
        whole = _encoded(answer)
        cut = whole[: len(whole) // 2]
        self.close_connection = True
        declared = len(whole) if declares_whole_length else len(cut)
        self._send_bytes(answer.status, "application/json;charset=UTF-8", cut, declared)

    def _send_bytes(self, status: int, media_type: str, body: bytes, declared: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body) if declared is None else declared))
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="one-stop"')
        if self.command == "POST" or self.close_connection:
            # A refused body may be unread; on a kept connection it would be taken for the next request.
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def _encoded(answer: Answer) -> bytes:
    return json.dumps(answer.content, ensure_ascii=False).encode()
