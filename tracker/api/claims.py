"""Claims that outside systems send by themselves; the signature is all that lets them in."""

from collections.abc import Callable
from functools import wraps

from flask import Response, request

from tracker.actions.pushed_claims import Pushed, take_push
from tracker.api.calls import api, told
from tracker.api.reading import read_signed, whole_body
from tracker.api.sent import PushSent, WebhookHeader
from tracker.api.signatures import Signed, refused, sources_of
from tracker.api.told import PushTold
from tracker.house import house
from tracker.store.engine import transaction


def signed(view: Callable[[WebhookHeader, PushSent], Response]) -> Callable[[], Response]:
    """The signature is checked over the bytes as they came, and only then is anything read."""

    @wraps(view)
    def guarded() -> Response:
        given = {alias: request.headers.get(alias, "") for alias in WebhookHeader.aliases()}
        message = Signed(given["webhook-id"], given["webhook-timestamp"], given["webhook-signature"], whole_body())
        sources = sources_of(message, house().config.claims, at=house().clock())
        body = read_signed(PushSent, message.body)
        if body.source not in sources:
            raise refused()
        return view(WebhookHeader.model_validate(given), body)

    guarded.access = frozenset()  # type: ignore[attr-defined]  # a mark on a function, read by the guard test
    guarded.__delay_validate_request__ = True  # type: ignore[attr-defined]  # the library's own mark
    return guarded


@api.post("/claims", summary="Say what a dossier's status is now", responses={200: PushTold, 202: PushTold})
@signed
def take_claim(header: WebhookHeader, body: PushSent) -> Response:
    """Signed as Standard Webhooks say, with the source's own secret; no token. A repeated `webhook-id` changes nothing.

    `details` are read and forgotten.
    """
    pushed = Pushed(
        source=body.source,
        webhook_id=header.id,
        number=body.dossier,
        word=str(body.status),
        text=body.status_text or "",
        said_at=body.said_at,
    )
    with transaction(house().engine) as session:
        taken = take_push(session, pushed, house().config, at=house().clock())
    answer = PushTold(outcome="repeated" if taken.is_repeated else "taken", understood=taken.is_understood)
    return told(answer, 200 if taken.is_repeated else 202)
