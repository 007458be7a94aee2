"""A line that dies after COMMIT: the request goes through, the reply never arrives."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

CHUNK_BYTES = 65_536


@dataclass(slots=True)
class ReplyEater:
    """`eaten` are the replies as the server gave them; no client ever saw one."""

    server_port: int
    listener: socket.socket
    eaten: list[bytes] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def run(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # closed: the drill is over
            with client:
                self.eaten.append(self._ask_server(_whole_request(client)))

    def _ask_server(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.server_port)) as server:
            server.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            return b"".join(iter(lambda: server.recv(CHUNK_BYTES), b""))


def _whole_request(client: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        request += client.recv(CHUNK_BYTES)
    head, _, body = request.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += client.recv(CHUNK_BYTES)
    return head + b"\r\n\r\n" + body


@contextmanager
def reply_eater(server_port: int) -> Iterator[ReplyEater]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        eater = ReplyEater(server_port, listener)
        running = Thread(target=eater.run, daemon=True)
        running.start()
        yield eater
        # Closing alone does not wake an accept that waits.
        listener.shutdown(socket.SHUT_RDWR)
        running.join()
