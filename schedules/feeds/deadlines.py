"""A time limit for a call as a whole: connecting, every byte of head and body, however slowly they drip.

The library's own limits begin anew with each byte it waits for, and it offers none for the whole. So each wait is given
no more than what is left, at the one place that touches the network: its network backend.
"""

import ssl
import time
from collections.abc import Iterable, Mapping

import httpcore
import httpx


class Deadline:
    """Until when the call on its way may last."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    def begin(self) -> None:
        self._until = time.monotonic() + self._seconds

    def left(self, timeout: float | None) -> float:
        """How long one wait may last; raises httpcore.ReadTimeout once nothing is left."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the call as a whole took too long")
        return left if timeout is None else min(timeout, left)


class LimitedClient(httpx.Client):
    """Whoever sends says `deadline.begin()` first; proxies of the environment are used as ever."""

    def __init__(
        self,
        seconds: float,
        *,
        base_url: str = "",
        auth: httpx.BasicAuth | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(base_url=base_url, auth=auth, headers=headers, timeout=seconds, follow_redirects=False)
        self.deadline = Deadline(seconds)
        # No public argument leads there without giving up the proxies; a test with a dripping server watches over it.
        for transport in (self._transport, *self._mounts.values()):
            if isinstance(transport, httpx.HTTPTransport):
                transport._pool._network_backend = _Backend(transport._pool._network_backend, self.deadline)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, inner: httpcore.NetworkBackend, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        return _Stream(self._inner.connect_tcp(host, port, left, local_address, socket_options), self._deadline)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
