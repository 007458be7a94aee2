"""Whoever oversees an office gets its figures once a working day, and nobody is named on the way."""

import logging
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from schedules.digests import digest_facts, send_digest
from schedules.leadership import LeaseLostError, LeaseTerms, give_up_lease, take_lease
from schedules.runs import Run, hold_fence
from tests.schedules.digesting import DEPUTY, HEAD, SENDER, a_busy_day, an_office, digested, mailing, mails, states
from tests.schedules.planting import CONFIG, NOW
from tests.schedules.pulling import a_run
from tests.standins.mail_server import MailServer, mail_server
from tracker.digest_mail import digest_message
from tracker.domain.runs import JobName, RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.models import CalendarDay, JobRun, Office
from tracker.store.queries.ages import discrepancies_by_kind_and_age
from tracker.store.queries.board import Moment, figures
from tracker.store.queries.catalogue import office_by_code
from tracker.store.queries.digest import overseer_of

DAY = 24 * 60


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


class KilledHereError(Exception):
    """Stands for the process that is no more."""


def test_each_recipient_gets_one_mail_a_day_however_often_the_job_runs(engine: Engine) -> None:
    an_office(engine)
    with mail_server() as server:
        config = mailing(server.port, HEAD, DEPUTY)
        first, second = digested(engine, config), digested(engine, config, at_minute=5)
        digested(engine, config, at_minute=DAY)

    assert (first.outcome, first.counts["sent"], second.counts["rows"]) == (RunOutcome.COMPLETE, 2, 0)
    assert sorted(address for address, _ in server.taken) == sorted([HEAD, DEPUTY] * 2)
    assert len(set(server.ids)) == 4
    assert states(engine) == ["sent"] * 4


def test_its_figures_are_those_of_the_board(engine: Engine) -> None:
    with transaction(engine) as session:
        a_busy_day(session)
    with mail_server() as server:
        digested(engine, mailing(server.port))

    with reading(engine) as session:
        office = office_by_code(session, "H12")
        assert office is not None
        reader = overseer_of(office)
        board = figures(session, reader, Moment(NOW, NOW.date()))
        kinds = [(kind.code.value, kind.count) for kind in discrepancies_by_kind_and_age(session, reader, NOW)]
    text = text_of(server.taken[0][1])
    assert (board.late, board.due_today, board.silent, board.discrepancies) == (2, 1, 3, 4)
    assert kinds == [("misrouted", 3), ("missed_scan", 1)]
    for line in (
        f"- Quá hạn: {board.late}\n  http://127.0.0.1:8000/dieu-hanh/buu-gui?show=late\n",
        f"- Đến hạn hôm nay: {board.due_today}\n",
        f"- Quá 24 giờ chưa có quét: {board.silent}\n",
        "- 981000: 2\n  http://127.0.0.1:8000/dieu-hanh/buu-gui?show=981000\n",
        "- Nơi khác, trên đường hoặc ở bưu tá: 1\n",
        f"- Tất cả: {board.discrepancies}\n",
        "- Sai tuyến: 3 (1 mở chưa đến 1 ngày, 1 mở từ 1 đến 7 ngày, 1 mở trên 7 ngày)\n",
        "- A scan was missed: 1 (1 open under a day)\n  http://127.0.0.1:8000/dieu-hanh/doi-soat?loai=missed_scan\n",
    ):
        assert line in text


def test_the_mail_says_what_it_is_in_both_languages_and_fetches_nothing(engine: Engine) -> None:
    with transaction(engine) as session:
        a_busy_day(session)
    with mail_server() as server:
        digested(engine, mailing(server.port))

    ((address, mail),) = server.taken
    plain, html = text_of(mail), text_of(mail, "html")
    assert (address, mail["To"], mail["From"], mail["Auto-Submitted"]) == (HEAD, HEAD, SENDER, "auto-generated")
    assert mail["Subject"] == "Giao nhận: H12, tổng hợp ngày 23/11/2026"
    assert mail["Content-Language"] == "vi, en"
    assert (mail.get_content_type(), server.ids) == ("multipart/alternative", [mails(engine)[0].message_id])
    assert plain.index("Quá hạn: 2") < plain.index("Late: 2")
    assert '<div lang="vi">' in html
    assert '<div lang="en">' in html
    assert [word for word in ("<img", "<script", "<link", "src=", "url(", "@import") if word in html] == []


def test_who_has_nothing_to_do_is_told_so(session: Session) -> None:
    session.add(Office(code="H12", name="Sở", short_name="Sở", place_name="Sở", kind="centre"))
    session.flush()
    facts = digest_facts(session, CONFIG, "H12", NOW)
    quiet = type(facts)(**{name: getattr(facts, name) for name in facts.__dataclass_fields__} | {"is_running": True})

    told = [text_of(digest_message(one, mailing(25), "<a@b>")) for one in (quiet, facts)]

    assert ["Lúc này không có việc gì cần xử lý." in one for one in told] == [True, False]
    assert ["Quá hạn: 0" in one for one in told] == [False, True]


def test_an_office_named_to_break_a_mail_breaks_nothing(session: Session) -> None:
    name = "Sở\r\nBcc: thief@example.com\r\n\r\n<script>alert(1)</script>\u202e"
    session.add(Office(code="H12", name=name, short_name="Sở", place_name="Sở", kind="centre"))
    session.flush()

    mail = digest_message(digest_facts(session, CONFIG, "H12", NOW), mailing(25), "<a@b>")

    head, _, _ = mail.as_bytes().partition(b"\r\n\r\n")
    assert (mail["Bcc"], mail["Subject"].count("\n")) == (None, 0)
    assert b"\r\nBcc" not in head
    assert "<script" not in text_of(mail, "html")


def test_who_is_refused_for_good_is_left_in_peace_until_tomorrow(engine: Engine) -> None:
    an_office(engine)
    with mail_server(MailServer(refusals={HEAD: f"550 no such person {HEAD}"})) as server:
        config = mailing(server.port, HEAD, DEPUTY)
        first, second = digested(engine, config), digested(engine, config, at_minute=5)
        server.refusals.clear()
        digested(engine, config, at_minute=DAY)

    assert (first.outcome, first.counts["refused"], first.counts["sent"]) == (RunOutcome.PARTIAL, 1, 1)
    assert second.counts["rows"] == 0
    assert [address for address, _ in server.taken].count(HEAD) == 1
    assert sorted(mail.code for mail in mails(engine)) == [250, 250, 250, 550]


@pytest.mark.parametrize("where", ["recipient", "letter"])
def test_who_is_put_off_is_tried_again_under_the_same_id(engine: Engine, where: str) -> None:
    an_office(engine)
    later = "451 try again later"
    with mail_server() as server:
        server.refusals, server.at_data = ({HEAD: later}, []) if where == "recipient" else ({}, [later])
        first = digested(engine, mailing(server.port))
        put_off = mails(engine)[0]
        server.refusals.clear()
        second = digested(engine, mailing(server.port), at_minute=5)

    assert (first.outcome, put_off.state, put_off.code) == (RunOutcome.PARTIAL, "waiting", 451)
    assert (second.outcome, server.ids) == (RunOutcome.COMPLETE, [put_off.message_id])


def test_a_server_that_was_down_gets_the_mail_once_it_is_up(engine: Engine) -> None:
    an_office(engine)
    with mail_server() as gone:
        pass
    down = digested(engine, mailing(gone.port))
    with mail_server() as server:
        up = digested(engine, mailing(server.port), at_minute=5)

    assert (down.outcome, down.fault) == (RunOutcome.UNREACHABLE, "mail_down")
    assert (up.counts["sent"], [mail.attempts for mail in mails(engine)]) == (1, [2])


def test_what_did_not_go_on_its_day_does_not_go_on_the_next(engine: Engine) -> None:
    an_office(engine)
    with mail_server() as gone:
        pass
    digested(engine, mailing(gone.port))
    with mail_server() as server:
        digested(engine, mailing(server.port), at_minute=DAY)

    assert states(engine) == ["missed", "sent"]
    assert [mail["Subject"][-10:] for _, mail in server.taken] == ["24/11/2026"]


def test_a_mail_that_was_taken_while_we_were_killed_goes_again_under_the_same_id(engine: Engine) -> None:
    """Between the server's word and our note nothing can be certain: the id is what tells it is one mail."""
    an_office(engine)
    with mail_server() as server:
        run = a_run(engine, JobName.SEND_DIGEST)
        server.then = lambda: _lose_the_lead(engine, run)
        with pytest.raises(LeaseLostError):
            send_digest(engine, mailing(server.port), run, NOW)
        between = states(engine)
        server.then = lambda: None
        digested(engine, mailing(server.port), at_minute=5)
        digested(engine, mailing(server.port), at_minute=10)

    assert between == ["waiting"]
    assert (len(server.ids), len(set(server.ids)), states(engine)) == (2, 1, ["sent"])


def _lose_the_lead(engine: Engine, run: Run) -> None:
    """As for a process that was killed there, every later write of the run is in vain."""
    with transaction(engine) as session:
        give_up_lease(session, run.held)
        take_lease(session, LeaseTerms(run.held.name, "successor", 600))


@pytest.mark.parametrize("step", range(1, 4))
def test_killed_before_any_of_its_writes_nobody_is_written_to_twice(
    engine: Engine, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_office(engine)
    with mail_server() as server:
        config = mailing(server.port, HEAD, DEPUTY)
        run = a_run(engine, JobName.SEND_DIGEST)
        with monkeypatch.context() as patch:
            _die_at(patch, step)
            with pytest.raises(KilledHereError):
                send_digest(engine, config, run, NOW)
        _lose_the_lead(engine, run)
        digested(engine, config, at_minute=5)

    twice = [one for one in (HEAD, DEPUTY) if [address for address, _ in server.taken].count(one) != 1]
    assert (twice == []) or (step == 3 and len(set(server.ids)) == 2)
    assert states(engine) == ["sent", "sent"]


def _die_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Before its n-th transaction: entering, claiming the first, noting the first."""
    steps = iter(range(1, 99))

    def counted(session: Session, run: Run) -> None:
        if next(steps) == step:
            raise KilledHereError
        hold_fence(session, run)

    monkeypatch.setattr("schedules.digests.hold_fence", counted)


def test_on_a_holiday_and_before_the_hour_nothing_goes(engine: Engine) -> None:
    an_office(engine)
    with transaction(engine) as session:
        session.add(CalendarDay(day=NOW.date() + timedelta(days=1), kind="closed", name="Nghỉ lễ"))
    with mail_server() as server:
        config = mailing(server.port)
        early = -3 * 60 - 1  # 06:59 on a Monday
        digested(engine, config, at_minute=early)
        digested(engine, config, at_minute=DAY)
        digested(engine, config, at_minute=-2 * DAY)
        assert (server.taken, mails(engine)) == ([], [])
        digested(engine, config, at_minute=early + 1)

    assert len(server.taken) == 1


def test_an_office_that_nobody_knows_is_counted_and_the_others_get_theirs(engine: Engine) -> None:
    an_office(engine)
    with mail_server() as server:
        known, strange = mailing(server.port), mailing(server.port, DEPUTY, office="H99")
        both = known.digest.recipients + strange.digest.recipients
        digest = known.digest.model_copy(update={"recipients": both})
        result = digested(engine, known.model_copy(update={"digest": digest}))

    assert (result.outcome, result.counts["unknown_office"], result.counts["sent"]) == (RunOutcome.PARTIAL, 1, 1)


def test_nobody_is_named_in_the_mail_the_outbox_the_run_or_the_log(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction(engine) as session:
        a_busy_day(session)
    with caplog.at_level(logging.DEBUG), mail_server(MailServer(refusals={DEPUTY: f"550 {DEPUTY}?"})) as server:
        digested(engine, mailing(server.port, HEAD, DEPUTY))

    with reading(engine) as session:
        runs = [f"{run.counts} {run.fault}" for run in session.scalars(select(JobRun))]
    kept = f"{[mail.model_dump() for mail in mails(engine)]} {runs} {_ours(caplog)}".casefold()
    mail = server.taken[0][1]
    told = (text_of(mail) + text_of(mail, "html")).casefold()
    people = ("phạm văn lành", "lê thị mỹ", "912345678", "lý bôn", "ee000000", "h12-261112")
    assert [word for word in (*people, HEAD, DEPUTY) if word in kept] == []
    assert [word for word in (*people, HEAD, DEPUTY) if word in told] == []


def _ours(caplog: pytest.LogCaptureFixture) -> str:
    """The stand-in writes a log of its own, as a mail server does."""
    return " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("mail."))
