"""One mail to the mail server, within a limit of time for the conversation as a whole."""

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy

from tracker.domain.digest import SMTP_FAULT, MailFault
from tracker.mail_settings import Mail

READY, TAKEN, GIVEN_ON = 220, 250, 251


class MailError(Exception):
    """The server took nothing, and not for the recipient's sake. It bears no words of the server and no address.

    `fault` is a MailFault, or `smtp_` and a number.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class _Letters(EmailPolicy):
    """The library's own folding loses the blank between two words where a line of a subject ends; the older one not."""

    def fold(self, name: str, value: str) -> str:
        if name != "Subject":
            return str(super().fold(name, value))
        told = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {told}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


def as_sent(message: EmailMessage) -> bytes:
    """Lines as mail servers want them, seven bits only."""
    return message.as_bytes(policy=_Letters(linesep="\r\n"))


def post_mail(terms: Mail, address: str, message: EmailMessage) -> int:
    """The server's number about this recipient: 2xx taken, 4xx later, 5xx never. Raises MailError."""
    until = time.monotonic() + terms.timeout_seconds
    try:
        with _line(terms, until) as line:
            _sign_in(line, terms)
            return _hand_over(line, terms.sender, address, as_sent(message))
    except (OSError, smtplib.SMTPException) as error:
        fault = MailFault.TIMEOUT if time.monotonic() >= until else _fault_of(error)
        raise MailError(fault) from None  # what the library raises may repeat an address


def _fault_of(error: Exception) -> str:
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return MailFault.NO_TLS
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{SMTP_FAULT}{error.smtp_code}"
    if isinstance(error, smtplib.SMTPException | ConnectionResetError | BrokenPipeError):
        return MailFault.CUT
    return MailFault.TIMEOUT if isinstance(error, TimeoutError) else MailFault.DOWN


class _Line(smtplib.SMTP):
    """A conversation over a socket that is connected already."""

    def __init__(self, terms: Mail, ready: socket.socket) -> None:
        self._ready = ready
        own_name = terms.sender.rpartition("@")[2]  # the library would ask the name service, without a limit
        super().__init__(terms.host, terms.port, local_hostname=own_name, timeout=terms.timeout_seconds)

    def _get_socket(self, *_: object) -> socket.socket:
        return self._ready


@contextmanager
def _line(terms: Mail, until: float) -> Iterator[_Line]:
    """The library's limit begins anew with each byte; at the end of ours the connection is cut under it."""
    plain = socket.create_connection((terms.host, terms.port), timeout=terms.timeout_seconds)
    with plain, plain.dup() as tap:
        watch = threading.Timer(max(until - time.monotonic(), 0), _cut, args=[tap])
        watch.daemon = True
        watch.start()
        try:
            line = _Line(terms, _wrapped(terms, plain))
            try:
                yield line
            finally:
                with suppress(OSError, smtplib.SMTPException):
                    line.putcmd("quit")  # what it answers changes nothing any more
                line.close()
        finally:
            watch.cancel()


def _wrapped(terms: Mail, plain: socket.socket) -> socket.socket:
    if terms.security != "tls":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=terms.host)


def _cut(tap: socket.socket) -> None:
    with suppress(OSError):
        tap.shutdown(socket.SHUT_RDWR)


def _sign_in(line: _Line, terms: Mail) -> None:
    """No word of ours, and no password, before the line is safe."""
    if terms.security == "starttls":
        line.starttls(context=ssl.create_default_context())
    line.ehlo_or_helo_if_needed()
    if not terms.username:
        return
    try:
        line.login(terms.username, terms.password)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, UnicodeEncodeError):
        raise MailError(MailFault.SIGN_IN) from None


def _hand_over(line: _Line, sender: str, address: str, letter: bytes) -> int:
    code, _ = line.mail(sender)
    if code != TAKEN:
        raise MailError(f"{SMTP_FAULT}{code}")
    code, _ = line.rcpt(address)
    if code not in {TAKEN, GIVEN_ON}:
        return code
    try:
        code, _ = line.data(letter)
    except smtplib.SMTPDataError as refused:
        return refused.smtp_code
    return code
