"""An outside system says by itself what a dossier's status is: believed by its signature, and applied once."""

import base64
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlmodel import col
from standardwebhooks.webhooks import Webhook
from werkzeug.test import TestResponse

from tests.applications import an_app
from tests.builders import NOW, a_number, the_config
from tests.callers import Api, a_dossier_body, faults
from tracker.feed_settings import PushSource
from tracker.store.models import Claim, Dossier, PostalClaim, PushedClaim

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
NEXT_SECRET = "whsec_" + base64.b64encode(b"n" * 32).decode()
POST_SECRET = "whsec_" + base64.b64encode(b"p" * 32).decode()
SOURCES = {
    "one_stop": PushSource(secret=f"{SECRET} {NEXT_SECRET}"),
    "post": PushSource(secret=POST_SECRET, mapping="hcc-1"),
    "silent": PushSource(),
}
SAID_AT = NOW - timedelta(hours=2)
WRONG = "v1," + base64.b64encode(b"w" * 32).decode()


@dataclass(frozen=True, slots=True)
class Sender:
    """Another system, and what it signs with."""

    api: Api
    client: FlaskClient
    secret: str = SECRET

    def send(
        self, told: Mapping[str, object] | bytes, message: str = "msg_1", after: float = 0, **headers: str
    ) -> TestResponse:
        body = told if isinstance(told, bytes) else json.dumps(told, ensure_ascii=False).encode()
        at = NOW + timedelta(seconds=after)
        signature = Webhook(self.secret).sign(message, at, body.decode("utf-8", "replace"))
        given = {
            "webhook-id": message,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post("/api/v1/claims", data=body, headers=given)

    def claims(self) -> list[tuple[str, int | None, str]]:
        with self.api.session() as session:
            rows = session.scalars(select(Claim).order_by(col(Claim.id)))
            return [(row.number, row.status, row.mapping) for row in rows]


def a_claim(status: object = "9", **more: object) -> dict[str, object]:
    return {"source": "one_stop", "dossier": a_number(), "status": status, "said_at": SAID_AT.isoformat()} | more


@pytest.fixture
def sender(api: Api) -> Sender:
    config = the_config().model_copy(update={"claims": SOURCES})
    assert api.post("/dossiers", a_dossier_body()).status_code == 201
    return Sender(api, an_app(api.engine, lambda: NOW, config).test_client())


def test_a_signed_claim_is_kept_with_the_instant_the_source_states(sender: Sender) -> None:
    answer = sender.send(a_claim())

    assert (answer.status_code, answer.json) == (202, {"outcome": "taken", "understood": True})
    assert sender.claims() == [(a_number(), 9, "push-1")]
    with sender.api.session() as session:
        dossier = session.scalars(select(Dossier)).one()
        assert (dossier.one_stop_status, dossier.one_stop_said_at) == (9, SAID_AT)


@pytest.mark.parametrize(("status", "code"), [(10, 10), ("releasing", 9), ("waiting/payment", 6)])
def test_a_status_is_a_national_code_or_a_word_of_the_source(sender: Sender, status: object, code: int) -> None:
    sender.send(a_claim(status))

    assert [one[1] for one in sender.claims()] == [code]


def test_a_message_that_comes_again_is_answered_and_changes_nothing(sender: Sender) -> None:
    sender.send(a_claim(9))
    again = sender.send(a_claim(10, said_at=NOW.isoformat()), after=1)

    assert (again.status_code, (again.json or {})["outcome"]) == (200, "repeated")
    assert [one[1] for one in sender.claims()] == [9]


def sent_at_once(sender: Sender, messages: list[str]) -> list[int]:
    """The statuses of one claim, sent under these ids by as many at the same moment."""
    config = the_config().model_copy(update={"claims": SOURCES})
    apps = [an_app(sender.api.engine, lambda: NOW, config) for _ in messages]
    statuses: list[int] = []

    def send(app: Flask, message: str) -> None:
        statuses.append(Sender(sender.api, app.test_client()).send(a_claim(), message).status_code)

    threads = [threading.Thread(target=send, args=pair) for pair in zip(apps, messages, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def test_a_message_sent_twice_at_the_same_moment_is_applied_once(sender: Sender) -> None:
    assert sent_at_once(sender, ["msg_1"] * 4) == [200, 200, 200, 202]
    assert len(sender.claims()) == 1


def test_two_messages_that_say_the_same_at_the_same_moment_are_one_claim(sender: Sender) -> None:
    assert sent_at_once(sender, ["msg_1", "msg_2", "msg_3", "msg_4"]) == [202] * 4
    assert len(sender.claims()) == 1


@pytest.mark.parametrize(
    ("after", "headers"),
    [
        (-301, {}),
        (301, {}),
        (0, {"webhook_signature": WRONG}),
        (0, {"webhook_signature": "v1,%%% v2,x plain"}),
        (0, {"webhook_signature": ""}),
        (0, {"webhook_id": "msg_2"}),
        (0, {"webhook_id": ""}),
        (0, {"webhook_timestamp": "nan"}),
        (0, {"webhook_timestamp": ""}),
        (0, {"webhook_timestamp": "9" * 12}),
    ],
)
def test_what_is_old_ahead_or_not_signed_so_is_refused_alike(
    sender: Sender, after: float, headers: dict[str, str]
) -> None:
    answer = sender.send(a_claim(), after=after, **headers)

    assert (answer.status_code, (answer.json or {})["cause"]) == (401, "bad_signature")
    assert sender.claims() == []


def test_no_source_speaks_for_another_and_one_that_nobody_knows_learns_nothing(sender: Sender) -> None:
    answers = [sender.send(a_claim(source=name)) for name in ("post", "silent", "nobody")]
    answers.append(Sender(sender.api, sender.client, POST_SECRET).send(a_claim()))

    assert {(answer.status_code, answer.get_data()) for answer in answers} == {(401, answers[0].get_data())}
    assert sender.claims() == []


def test_a_signature_is_looked_at_before_anything_is_read(sender: Sender) -> None:
    assert sender.send(b"{not json", webhook_signature=WRONG).status_code == 401
    assert sender.send(b"\xff\xfe").status_code == 401
    assert sender.send(b"{not json").status_code == 422


def test_a_body_changed_by_one_byte_is_refused(sender: Sender) -> None:
    told = json.dumps(a_claim()).encode()
    signature = Webhook(SECRET).sign("msg_1", NOW, told.decode())

    assert sender.send(told.replace(b'"9"', b'"5"'), webhook_signature=signature).status_code == 401
    assert sender.send(told, webhook_signature=f"{WRONG} {signature}").status_code == 202


def test_two_secrets_are_good_while_they_are_changed(sender: Sender) -> None:
    assert Sender(sender.api, sender.client, NEXT_SECRET).send(a_claim()).status_code == 202


def test_a_word_nobody_knows_is_kept_and_reported(sender: Sender) -> None:
    answer = sender.send(a_claim("hibernating"))

    assert (answer.status_code, (answer.json or {})["understood"]) == (202, False)
    assert sender.claims() == [(a_number(), None, "push-1")]


def test_what_came_late_is_no_news(sender: Sender) -> None:
    sender.send(a_claim(10), "msg_2")
    sender.send(a_claim(4, said_at=(SAID_AT - timedelta(hours=1)).isoformat()), "msg_1")

    assert [one[1] for one in sender.claims()] == [10]
    with sender.api.session() as session:
        assert session.scalars(select(col(PushedClaim.word)).order_by(col(PushedClaim.id))).all() == ["10", "4"]


def test_the_post_speaks_by_its_own_table_and_of_its_orders(sender: Sender) -> None:
    post = Sender(sender.api, sender.client, POST_SECRET)
    post.send(a_claim("-1", source="post"))
    post.send(a_claim("77", source="post"), "msg_2")

    with sender.api.session() as session:
        rows = session.scalars(select(PostalClaim).order_by(col(PostalClaim.id)))
        assert [(row.order_number, row.status, row.text) for row in rows] == [
            (a_number(), "with_courier", ""),
            (a_number(), None, "77"),
        ]
        assert session.scalar(select(func.count()).select_from(Claim)) == 0


def test_details_may_hold_anything_and_stand_nowhere(sender: Sender, caplog: pytest.LogCaptureFixture) -> None:
    told = a_claim(details={"họ tên": "Lê Thị Mỹ", "phí": 1.5}, status_text="Lê Thị Mỹ đã nhận")

    assert sender.send(told).status_code == 202
    assert sender.send(told | {"dossier": "X" * 61}, "msg_2").status_code == 422
    with sender.api.session() as session:
        kept = [*session.execute(select(PushedClaim)), *session.execute(select(Claim))]
    assert "Mỹ" not in f"{kept}{[row[0].model_dump() for row in kept]}{caplog.text}"


def test_what_is_missing_is_named_and_may_be_sent_again_under_the_same_id(sender: Sender) -> None:
    told = a_claim()
    del told["said_at"]
    refused = sender.send(told)

    assert (refused.status_code, faults(refused.json)) == (422, [("said_at", "field_required")])
    assert sender.send(a_claim()).status_code == 202


def test_a_key_told_twice_is_no_claim(sender: Sender) -> None:
    body = json.dumps(a_claim()).replace('"status"', '"status": "1", "status"').encode()

    assert sender.send(body).status_code == 422


def test_a_dossier_nobody_registered_here_is_noted_only(sender: Sender) -> None:
    assert sender.send(a_claim(dossier=a_number(99))).status_code == 202
    assert sender.claims() == []


def test_a_body_over_the_limit_is_not_read(sender: Sender) -> None:
    assert sender.send(a_claim(details={"x": "y" * 1_000_001})).status_code == 413
