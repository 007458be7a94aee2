"""The post's NGSP gateway: how both who reads its tracking feed and who gives it orders sign in."""

from collections.abc import Mapping
from typing import Protocol

import httpx

from schedules.feeds.deadlines import LimitedClient
from schedules.feeds.wire import FeedError, answer_to
from tracker.domain.runs import HTTP_FAULT, FeedFault

EXPIRED = f"{HTTP_FAULT}401"


class Account(Protocol):
    @property
    def token_url(self) -> str: ...

    @property
    def username(self) -> str: ...

    @property
    def password(self) -> str: ...


def authorization(client: LimitedClient, account: Account) -> str:
    """A fresh token, as the header bears it. Raises FeedError."""
    basic = httpx.BasicAuth(account.username, account.password)
    request = client.build_request("POST", account.token_url, data={"grant_type": "client_credentials"})
    body = answer_to(client, next(basic.auth_flow(request)))
    token = body.get("access_token") if isinstance(body, Mapping) else None
    if not isinstance(token, str) or not token.isascii() or not token:
        raise FeedError(FeedFault.SIGN_IN, "no token")
    return f"Bearer {token}"
