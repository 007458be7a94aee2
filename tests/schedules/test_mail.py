"""A mail goes over a safe line or not at all, and no server learns a password that it should not."""

import logging
import ssl
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st

from schedules.mail import MailError, as_sent, post_mail
from tests.schedules.digesting import HEAD, SENDER
from tests.standins.mail_server import MailServer, mail_server, slow_mail_server
from tools.certificate import self_made_certificate
from tracker.mail_settings import Mail

ACCOUNT = ("giao-nhan", "s3cret-pass")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return self_made_certificate(tmp_path_factory.mktemp("certificate"), "127.0.0.1")


@pytest.fixture
def guarded(certificate: tuple[Path, Path]) -> Iterator[MailServer]:
    """Takes nothing without STARTTLS and a login."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    with mail_server(MailServer(account=ACCOUNT), tls=context) as server:
        yield server


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this machine trusted the server's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


def terms(port: int, **more: object) -> Mail:
    given = {"host": "127.0.0.1", "port": port, "sender": SENDER, "username": ACCOUNT[0], "password": ACCOUNT[1]}
    return Mail.model_validate({**given, **more})


def a_letter() -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"], letter["To"] = "Giao nhận", HEAD
    letter.set_content("Xin chào\n.\n", cte="quoted-printable")
    return letter


def fault(mail: Mail) -> str:
    with pytest.raises(MailError) as failed:
        post_mail(mail, HEAD, a_letter())
    assert HEAD not in f"{failed.value} {failed.value.__cause__}"
    return failed.value.fault


@pytest.mark.usefixtures("trusted")
def test_over_starttls_and_signed_in_it_arrives_whole(guarded: MailServer) -> None:
    assert post_mail(terms(guarded.port), HEAD, a_letter()) == 250
    ((address, letter),) = guarded.taken
    assert (address, letter["Subject"], letter.get_content().split()) == (HEAD, "Giao nhận", ["Xin", "chào", "."])


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_a_matter_of_the_account(guarded: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="schedules"):
        assert fault(terms(guarded.port, password="wr0ng")) == "mail_sign_in"
        assert fault(terms(guarded.port, password="sai mật khẩu")) == "mail_sign_in"
    assert guarded.taken == []
    assert [record for record in caplog.records if record.name.startswith("schedules")] == []


@pytest.mark.usefixtures("trusted")
def test_without_a_login_a_server_that_wants_one_is_told_of_by_its_number(guarded: MailServer) -> None:
    assert fault(terms(guarded.port, username="", password="")) == "smtp_530"


def test_a_certificate_that_nobody_vouches_for_gets_no_password(guarded: MailServer) -> None:
    assert fault(terms(guarded.port)) == "mail_no_tls"
    assert (guarded.signed_in, guarded.taken) == ([], [])


def test_a_server_without_starttls_gets_no_password() -> None:
    with mail_server(MailServer(account=ACCOUNT)) as server:
        assert fault(terms(server.port)) == "mail_no_tls"
    assert (server.signed_in, server.taken) == ([], [])


def test_a_server_that_speaks_no_tls_where_it_should_gets_nothing() -> None:
    with mail_server() as server:
        assert fault(terms(server.port, security="tls", timeout_seconds=0.5)) in {"mail_no_tls", "mail_timeout"}
    assert server.taken == []


@pytest.mark.parametrize("drips", [True, False], ids=["drips", "hangs"])
def test_a_server_that_never_comes_to_an_end_is_left_at_the_limit(*, drips: bool) -> None:
    with slow_mail_server(drips=drips) as port:
        begun = time.monotonic()
        assert fault(terms(port, timeout_seconds=0.2)) == "mail_timeout"
        assert time.monotonic() - begun < 5


OFFICES = st.text(st.sampled_from("Sở Tư pháp tỉnh Cà Mau, Đầm Dơi ấ"), min_size=1, max_size=200)


@settings(max_examples=60, deadline=None)
@given(OFFICES)
@example("Văn phòng Ủy ban nhân dân tỉnh Cà Mau")
def test_a_subject_in_vietnamese_arrives_with_every_blank(office: str) -> None:
    letter = a_letter()
    del letter["Subject"]
    letter["Subject"] = f"Giao nhận: {office}, tổng hợp ngày 23/11/2026"

    sent = as_sent(letter)

    assert message_from_bytes(sent, policy=default)["Subject"] == letter["Subject"]
    assert max(map(len, sent.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 78
    assert sent.isascii()


def test_neither_a_password_nor_an_address_is_shown_with_the_terms() -> None:
    assert ACCOUNT[1] not in repr(terms(25))
