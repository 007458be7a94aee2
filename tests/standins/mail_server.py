"""A mail server that really listens: it takes mail, refuses whom it is told to, wants TLS and a login, or is slow."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PATIENCE_SECONDS = 10


@dataclass
class MailServer:
    """`refusals` are answers by recipient; `at_data` the answer to each mail in turn, taken when there is none left.

    `taken` are mails that were answered 250. `then` is called after that answer was decided, before it is sent.
    """

    refusals: dict[str, str] = field(default_factory=dict)
    at_data: list[str] = field(default_factory=list)
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    signed_in: list[tuple[bytes, bytes]] = field(default_factory=list)
    account: tuple[str, str] | None = None
    then: Callable[[], None] = lambda: None
    port: int = 0

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it so
        self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it so
        self, _: SMTP, __: Session, envelope: Envelope
    ) -> str:
        answer = self.at_data.pop(0) if self.at_data else "250 taken"
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=default)
            self.taken += [(address, message) for address in envelope.rcpt_tos]
            await asyncio.to_thread(self.then)
        return answer

    def authenticate(self, _: SMTP, __: Session, ___: Envelope, ____: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.signed_in.append((given.login, given.password))
        return AuthResult(success=self.account == (given.login.decode(), given.password.decode()), handled=False)

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for _, message in self.taken]


@contextmanager
def mail_server(server: MailServer | None = None, tls: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """With `tls` it speaks to nobody without STARTTLS."""
    server = server or MailServer()
    demands: dict[str, Any] = {"tls_context": tls, "require_starttls": True} if tls else {}
    if server.account:
        demands |= {"auth_required": True, "authenticator": server.authenticate}
    controller = Controller(server, hostname="127.0.0.1", port=_free_port(), **demands)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def slow_mail_server(*, drips: bool) -> Iterator[int]:
    """Its port. It greets with a byte every 20 ms and never comes to an end, or says nothing at all."""
    ended = Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=_dawdle, args=(listener, ended, drips))
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            ended.set()
            thread.join()


def _dawdle(listener: socket.socket, ended: Event, drips: bool) -> None:
    listener.settimeout(PATIENCE_SECONDS)
    line, _ = listener.accept()
    with line:
        line.settimeout(PATIENCE_SECONDS)
        try:
            line.sendall(b"220 ")
            while not ended.wait(0.02):
                line.sendall(b"x" if drips else b"")
        except OSError:
            return
