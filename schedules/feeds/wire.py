"""One call to an outside system: its answer as JSON, or a fault that names what is wrong with the source."""

import json

import httpx

from schedules.feeds.deadlines import LimitedClient
from schedules.feeds.rows import Json, object_with_its_doubles
from tracker.domain.runs import HTTP_FAULT, FeedFault

LARGEST_ANSWER_BYTES = 32 * 1024 * 1024


class FeedError(Exception):
    """`fault` names what is wrong with the source as a whole: nothing it answered may be used."""

    def __init__(self, fault: str, told: str = "") -> None:
        super().__init__(f"{fault}: {told}" if told else fault)
        self.fault = fault


def answer_to(client: LimitedClient, request: httpx.Request) -> Json:
    """Raises FeedError."""
    return _read_json(_sent(client, request))


def _sent(client: LimitedClient, request: httpx.Request) -> bytes:
    """Within the client's time limit, from the first byte to the last."""
    client.deadline.begin()
    try:
        response = client.send(request, stream=True)
        try:
            if response.status_code != httpx.codes.OK:
                raise FeedError(f"{HTTP_FAULT}{response.status_code}")
            return _read_bytes(response)
        finally:
            response.close()
    except httpx.TimeoutException as error:
        raise FeedError(FeedFault.TIMEOUT, type(error).__name__) from error
    except httpx.HTTPError as error:
        raise FeedError(FeedFault.DOWN, type(error).__name__) from error


def _read_bytes(response: httpx.Response) -> bytes:
    body = bytearray()
    try:
        for drop in response.iter_bytes():
            body += drop
            if len(body) > LARGEST_ANSWER_BYTES:
                raise FeedError(FeedFault.TOO_LARGE)
    except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
        raise FeedError(FeedFault.TRUNCATED, "the connection ended before the answer") from error
    return bytes(body)


def _read_json(body_sent: bytes) -> Json:
    try:
        text = body_sent.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FeedError(FeedFault.NOT_UTF8) from error
    if text.lstrip().startswith("<"):
        raise FeedError(FeedFault.HTML)
    try:
        body: Json = json.loads(text, object_pairs_hook=object_with_its_doubles)
    except (ValueError, RecursionError) as error:
        raise FeedError(FeedFault.TRUNCATED if text.strip() else FeedFault.NO_BODY) from error
    return body
