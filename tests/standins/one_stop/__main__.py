"""`python -m tests.standins.one_stop`: the package's docstring says what it speaks."""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import FrameType

from tests.standins import one_stop
from tests.standins.one_stop.office import Office
from tests.standins.one_stop.reading import UnreadableError
from tests.standins.one_stop.server import HOST, Access, make_server


def main(arguments: Sequence[str] | None = None) -> None:
    chosen = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    office = Office(timedelta(seconds=chosen.now_offset))
    try:
        office.load(_content(chosen.dossiers))
        server = make_server(chosen.port, office, Access(chosen.username, chosen.password, chosen.group_id))
    except (UnreadableError, OSError, ValueError) as error:
        sys.exit(f"one-stop stand-in: {error}")
    if chosen.end_with_stdin:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    _serve(server)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.standins.one_stop",
        description=one_stop.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8001, help="0 takes a free port; default 8001")
    parser.add_argument("--dossiers", type=Path, help="the JSON file; without it the office begins empty")
    parser.add_argument("--now-offset", type=float, default=0, metavar="SECONDS", help="clock ahead of the machine's")
    parser.add_argument("--username", default="giaonhan", help="default giaonhan")
    parser.add_argument(
        "--password",
        default=os.environ.get("ONE_STOP_STANDIN_PASSWORD", "giaonhan-demo"),
        help="default: ONE_STOP_STANDIN_PASSWORD of the environment, else giaonhan-demo",
    )
    parser.add_argument("--group-id", default="55217", help="what header groupId must say; default 55217")
    parser.add_argument("--end-with-stdin", action="store_true", help="end when standard input closes")
    return parser


def _content(file: Path | None) -> object:
    return json.loads(file.read_text(encoding="utf-8")) if file else []


def _serve(server: ThreadingHTTPServer) -> None:
    try:
        print(f"one-stop stand-in on {HOST}:{server.server_address[1]}", flush=True)  # noqa: T201 - how a caller learns the port
        server.serve_forever()
    finally:
        server.server_close()


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _end_with_stdin() -> None:
    """The pipe closes even when the one who started this was killed, so no stand-in is left behind."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
