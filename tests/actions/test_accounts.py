"""Accounts: who gets one, how it is opened, and how it ends."""

from dataclasses import replace
from datetime import timedelta
from unicodedata import normalize

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.builders import CENTRE, NOW, PASSWORD, PIN, the_config
from tests.province import Province
from tracker.actions.accounts import (
    Credentials,
    NewAccount,
    actor_of_token,
    add_account,
    change_password,
    create_token,
    open_session,
    revoke_token,
    session_of,
    settle_try,
    sign_out,
    try_password,
    verify_pin,
)
from tracker.actions.passwords import refuse_weak_password
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Role
from tracker.store.models import Account, AuditRow

NEW = NewAccount("thu.ha", "Trần Thu Hà", Role.CLERK, CENTRE, PASSWORD, PIN, "TTHC-09")
MINUTE = timedelta(minutes=1)
LONGEST_TAKEN = ("kq7!vtz0#mfa " * 10)[:128]


def the_refusal(session: Session, new: NewAccount) -> Refusal:
    with pytest.raises(Refusal) as refused:
        add_account(session, new, at=NOW)
    return refused.value


def signed_in(session: Session, name: str, password: str, minutes: float = 0) -> Account | None:
    tried = try_password(session, Credentials(name, password))
    return settle_try(session, tried, at=NOW + minutes * MINUTE)


def book(session: Session, subject: str) -> list[str]:
    return list(
        session.scalars(select(col(AuditRow.action)).where(col(AuditRow.subject) == subject).order_by(col(AuditRow.id)))
    )


@pytest.mark.parametrize(
    ("new", "cause", "field"),
    [
        (replace(NEW, name="clerk"), Cause.NAME_TAKEN, "name"),
        (replace(NEW, name=""), Cause.BAD_VALUE, "name"),
        (replace(NEW, name="Thu Hà"), Cause.BAD_VALUE, "name"),
        (replace(NEW, name="thu\u200bha"), Cause.BAD_VALUE, "name"),
        (replace(NEW, name="thu\nha"), Cause.BAD_VALUE, "name"),
        (replace(NEW, name=normalize("NFD", "hà")), Cause.BAD_VALUE, "name"),
        (replace(NEW, name="a" * 61), Cause.BAD_VALUE, "name"),
        (replace(NEW, office_code="H12.KHONGCO"), Cause.UNKNOWN_OFFICE, "office"),
        (replace(NEW, pin="12345"), Cause.BAD_VALUE, "pin"),
        (replace(NEW, pin="mười hai"), Cause.BAD_VALUE, "pin"),
        (replace(NEW, password="ngắn quá"), Cause.WEAK_PASSWORD, "password"),
        (replace(NEW, display_name="H" * 121), Cause.FIELD_TOO_LONG, "display_name"),
        (replace(NEW, staff_code="T" * 21), Cause.FIELD_TOO_LONG, "staff_code"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_named(
    books: Session, province: Province, new: NewAccount, cause: Cause, field: str
) -> None:
    refusal = the_refusal(books, new)

    assert (refusal.cause, dict(refusal.fields)) == (cause, {field: cause})


def test_a_long_name_without_a_staff_code_fits_its_column(books: Session, province: Province) -> None:
    name = "nguyen-thi-anh-tuyet.trung-tam"

    add_account(books, replace(NEW, name=name, staff_code=""), at=NOW)

    assert books.scalar(select(col(Account.staff_code)).where(col(Account.name) == name)) == name[:20]


def test_neither_password_nor_pin_is_stored(books: Session, province: Province) -> None:
    add_account(books, NEW, at=NOW)

    row = books.scalars(select(Account).where(col(Account.name) == NEW.name)).one()

    assert str(row.password_hash).startswith("$argon2id$")
    assert str(row.pin_hash).startswith("$argon2id$")
    assert book(books, "account:thu.ha") == ["account added"]


@pytest.mark.parametrize(
    "password",
    [
        "kq7!vtz0#mfa",
        "đường làng quanh co",
        "correct horse battery staple",
        "kq7!vtz0#mfa " * 9,
        "Tr0ub4dor&3-Tr0ub4dor&3",
        LONGEST_TAKEN,
    ],
)
def test_a_password_nobody_guesses_is_taken_as_it_is(password: str) -> None:
    refuse_weak_password(password, "clerk")


@pytest.mark.parametrize(
    "password",
    [
        "short-one-7", f"{LONGEST_TAKEN}x", "password1234", "matkhau123456", "123456789012", "qwertyuiop[]",
        "aaaaaaaaaaaaaaaa", "clerkclerkclerk", "vietnamvietnam", "111111111111", "iloveyou1234",
    ],
)  # fmt: skip
def test_a_password_that_lists_hold_or_of_the_wrong_length_is_refused(password: str) -> None:
    with pytest.raises(Refusal) as refused:
        refuse_weak_password(password, "clerk")

    assert refused.value.cause is Cause.WEAK_PASSWORD


def test_unknown_wrong_closed_and_locked_are_answered_alike(books: Session, province: Province) -> None:
    add_account(books, NEW, at=NOW)
    add_account(books, replace(NEW, name="da.nghi"), at=NOW)
    books.scalars(select(Account).where(col(Account.name) == "da.nghi")).one().is_active = False
    books.flush()

    answers = [
        signed_in(books, name, password)
        for name, password in (("nobody", PASSWORD), ("thu.ha", PASSWORD + "."), ("da.nghi", PASSWORD))
    ]

    assert answers == [None, None, None]
    assert signed_in(books, "thu.ha", normalize("NFD", PASSWORD)) is not None


def test_failures_lock_for_longer_and_longer_and_never_for_good(books: Session, province: Province) -> None:
    add_account(books, NEW, at=NOW)
    for _ in range(10):
        signed_in(books, "thu.ha", "wrong and wrong again")
    still_free = signed_in(books, "thu.ha", PASSWORD)
    for _ in range(11):
        signed_in(books, "thu.ha", "wrong and wrong again")

    locked, later = (signed_in(books, "thu.ha", PASSWORD, minutes=minutes) for minutes in (0.4, 0.5))

    assert (still_free is not None, locked, later is not None) == (True, None, True)
    assert book(books, "account:thu.ha").count("sign-in failed") == 21


def test_a_right_pin_needs_the_right_person(books: Session, province: Province) -> None:
    assert verify_pin(books, "courier", PIN, at=NOW) is not None
    assert verify_pin(books, "courier", "000000", at=NOW) is None
    assert verify_pin(books, "system", PIN, at=NOW) is None
    assert verify_pin(books, "nobody", PIN, at=NOW) is None
    assert book(books, "account:courier").count("PIN failed") == 1


def test_a_session_ends_idle_old_or_signed_out(books: Session, province: Province) -> None:
    limits = the_config().session
    account = books.scalars(select(Account).where(col(Account.name) == "clerk")).one()
    cookie = open_session(books, account, at=NOW).cookie

    alive = session_of(books, cookie, at=NOW + 30 * MINUTE, limits=limits)
    idle = session_of(books, cookie, at=NOW + 30.1 * MINUTE, limits=limits)
    sign_out(books, cookie, at=NOW)
    sign_out(books, cookie, at=NOW)
    gone = session_of(books, cookie, at=NOW, limits=limits)

    assert (alive is not None, idle, gone) == (True, None, None)
    assert book(books, "account:clerk")[-2:] == ["signed in", "signed out"]


def test_a_couriers_session_lasts_a_shift_and_no_longer_than_a_day(books: Session, province: Province) -> None:
    limits = the_config().session
    account = books.scalars(select(Account).where(col(Account.name) == "courier")).one()
    cookie = open_session(books, account, at=NOW).cookie

    assert session_of(books, cookie, at=NOW + 12 * 60 * MINUTE, limits=limits) is not None
    assert session_of(books, cookie, at=NOW + 12.1 * 60 * MINUTE, limits=limits) is None
    assert session_of(books, "another", at=NOW, limits=limits) is None


def test_a_new_password_ends_every_session(books: Session, province: Province) -> None:
    account = books.scalars(select(Account).where(col(Account.name) == "clerk")).one()
    cookies = [open_session(books, account, at=NOW).cookie for _ in range(2)]

    change_password(books, "clerk", "hoàn toàn khác hẳn trước", at=NOW)

    assert [session_of(books, cookie, at=NOW, limits=the_config().session) for cookie in cookies] == [None, None]


def test_one_token_is_one_device_and_dies_when_revoked(books: Session, province: Province) -> None:
    first, second = (create_token(books, "courier", at=NOW) for _ in range(2))
    actors = [actor_of_token(books, token) for token in (first, second)]
    assert actors[0] is not None
    assert actors[1] is not None

    revoked = [revoke_token(books, actors[0].device, at=NOW) for _ in range(2)]

    assert revoked == ["courier", None]
    assert actors[0].device != actors[1].device
    assert actor_of_token(books, first) is None
    assert actor_of_token(books, second) == actors[1]
    assert book(books, "account:courier")[-1] == "token revoked"


def test_a_token_is_for_an_account_that_exists(books: Session, province: Province) -> None:
    with pytest.raises(Refusal) as refused:
        create_token(books, "nobody", at=NOW)

    assert refused.value.cause is Cause.UNKNOWN_ACCOUNT
