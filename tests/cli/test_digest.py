"""The operator reads a digest before anybody gets it, and sends it by hand."""

import json

from tests.cli.test_commands import giaonhan
from tests.schedules.digesting import HEAD, SENDER, a_busy_day
from tests.schedules.planting import NOW
from tests.standins.mail_server import mail_server
from tracker.store.engine import create_engine, transaction

EARLY = "2026-11-23T05:00:00+07:00"
SUNDAY = "2026-11-29T10:00:00+07:00"


def test_the_digest_is_shown_to_the_operator_and_sent_before_its_hour_once(database_url: str) -> None:
    engine = create_engine(database_url)
    with transaction(engine) as session:
        a_busy_day(session)
    engine.dispose()

    shown = giaonhan(database_url, "digest", "--show", "H12", "--now", NOW.isoformat())
    told = json.loads(giaonhan(database_url, "digest", "--show", "H12", "--now", NOW.isoformat(), "--json").stdout)
    with mail_server() as server:
        mail = {
            "GIAONHAN__MAIL__HOST": "127.0.0.1",
            "GIAONHAN__MAIL__PORT": str(server.port),
            "GIAONHAN__MAIL__SECURITY": "none",
            "GIAONHAN__MAIL__SENDER": SENDER,
            "GIAONHAN__DIGEST__RECIPIENTS": f'[{{office = "H12", address = "{HEAD}"}}]',
        }
        ends = [giaonhan(database_url, "digest", "send", "--now", at, **mail) for at in (EARLY, EARLY, SUNDAY)]

    assert shown.stdout.startswith("Giao nhận: H12, tổng hợp ngày 23/11/2026\n\nH12, Thứ Hai, 23/11/2026\n")
    assert "- Quá hạn: 2\n" in shown.stdout
    assert "<h1" in told["html"]
    assert [address for address, _ in server.taken] == [HEAD]
    assert [f"sent {number}," in end.stdout for end, number in zip(ends, (1, 0, 0), strict=True)] == [True] * 3
    assert HEAD not in "".join(end.stdout + end.stderr for end in ends)


def test_an_office_nobody_knows_and_a_digest_nobody_gets_are_told_so(database_url: str) -> None:
    unknown = giaonhan(database_url, "digest", "--show", "H99")
    off = giaonhan(database_url, "digest", "send")

    assert (unknown.returncode, off.returncode) == (1, 1)
    assert "no office has the code H99" in unknown.stderr
    assert "digest.recipients of the configuration names nobody" in off.stderr
