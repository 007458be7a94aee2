"""Messages signed as Standard Webhooks say: over id, instant and the bytes as they came, before anything is read."""

import base64
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from standardwebhooks.webhooks import Webhook

from tracker.domain.refusal import Cause, Refusal
from tracker.feed_settings import PushSource

OLDEST = timedelta(minutes=5)
MOST_SIGNATURES = 20
VERSION = "v1,"
_ID = re.compile(r"[!-~]{1,255}")
_SECONDS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Signed:
    """A message as it came; `seconds` since the epoch, `signatures` with blanks between them."""

    id: str
    seconds: str
    signatures: str
    body: bytes


def refused() -> Refusal:
    """One and the same for whatever is wrong: who guesses learns nothing."""
    return Refusal(cause=Cause.BAD_SIGNATURE)


def sources_of(message: Signed, known: Mapping[str, PushSource], *, at: datetime) -> frozenset[str]:
    """Whose secret signed it, by the clock that is given. Raises Refusal bad_signature."""
    text = _text_of(message, at)
    given = list(_given(message.signatures))
    found = frozenset(
        source
        for source, pushed in known.items()
        for secret in pushed.secrets
        if _is_signed(secret, message, text, given)
    )
    if not found:
        raise refused()
    return found


def _text_of(message: Signed, at: datetime) -> str:
    if not _ID.fullmatch(message.id) or not _SECONDS.fullmatch(message.seconds):
        raise refused()
    if abs(at.timestamp() - int(message.seconds)) > OLDEST.total_seconds():
        raise refused()
    try:
        return message.body.decode()
    except UnicodeDecodeError:
        raise refused() from None


def _given(signatures: str) -> Iterator[bytes]:
    for one in signatures.split()[:MOST_SIGNATURES]:
        if one.startswith(VERSION):
            try:
                yield base64.b64decode(one.removeprefix(VERSION), validate=True)
            except ValueError:
                continue


def _is_signed(secret: str, message: Signed, text: str, given: list[bytes]) -> bool:
    """Every signature is compared, so that the time taken tells nothing."""
    sent_at = datetime.fromtimestamp(int(message.seconds), UTC)
    own = base64.b64decode(Webhook(secret).sign(message.id, sent_at, text).removeprefix(VERSION))
    matches = [hmac.compare_digest(own, one) for one in given]
    return any(matches)
