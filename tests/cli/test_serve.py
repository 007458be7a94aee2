"""`giaonhan serve` as an installation runs it, spoken to over its socket."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.builders import an_account, found_province
from tests.drills.served import served
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, transaction

PIECE_BYTES = 50_000


@pytest.fixture
def line(database_url: str, tmp_path: Path) -> Iterator[tuple[HTTPConnection, str]]:
    """To a server of this test alone, and the token of a postclerk."""
    engine = create_engine(database_url)
    with transaction(engine) as session:
        found_province(session)
        token = an_account(session, Role.POSTCLERK, "BC.CM").token
    engine.dispose()
    with served(database_url, tmp_path) as server, closing(HTTPConnection("127.0.0.1", server.port)) as connection:
        yield connection, token


def posted_in_pieces(line: tuple[HTTPConnection, str], pieces: Sequence[bytes]) -> int:
    """The status of a body whose length nobody tells beforehand."""
    connection, token = line
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/events", iter(pieces), headers, encode_chunked=True)
    with connection.getresponse() as answer:
        answer.read()
        return answer.status


def test_a_body_in_pieces_is_read_whole_and_has_the_same_limit(line: tuple[HTTPConnection, str]) -> None:
    too_large = [b'{"events":["', *[b"x" * PIECE_BYTES] * 21, b'"]}']

    assert posted_in_pieces(line, [b'{"eve', b'nts":', b"[]}"]) == 200
    assert posted_in_pieces(line, too_large) == 413
