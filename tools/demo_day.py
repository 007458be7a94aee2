"""`make run`: the whole product on a seeded day, on this machine alone. Ctrl-C stops all of it."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import qrcode
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from tools.certificate import lan_address, self_made_certificate
from tracker.actions.runs import every_seconds, jobs_of
from tracker.config import Config, config_from_environment
from tracker.demo.offices import ACCOUNTS, PASSWORD, PIN
from tracker.domain.supervision import slot_of
from tracker.store.engine import create_engine, reading
from tracker.store.queries.runs import last_done_at

AGENCY_FILE = Path("var/agency.json")
READY_WITHIN_SECONDS = 240
ONE_STOP_USER, ONE_STOP_PASSWORD = "giaonhan", "giaonhan-demo"


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background job inherits an ignored SIGINT
        signal.signal(number, signal.default_int_handler)
    port = int(os.environ.get("PORT", "8000"))
    _refuse_taken_ports(port)
    _set_environment(port)
    giaonhan = str(Path(sys.executable).parent / "giaonhan")
    began_at = datetime.now(UTC)
    try:
        _prepare(giaonhan)
        with _running(_commands(giaonhan)) as processes:
            _wait_until_ready(processes, began_at)
            _say_ready()
            _wait_until_the_web_ends(processes)
    except KeyboardInterrupt:
        return 0
    return 1


def _refuse_taken_ports(first: int) -> None:
    """Web, stand-in and metrics stand side by side."""
    for port in range(first, first + 3):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                sys.exit(
                    f"port {port} is taken: stop what listens there, or choose another with PORT={first + 10} make run"
                )


def _set_environment(port: int) -> None:
    """Everything the demo needs beyond config.toml; what the caller set himself wins."""
    given = {
        "GIAONHAN__SERVER__PORT": str(port),
        "GIAONHAN__SERVER__METRICS_PORT": str(port + 2),
        "GIAONHAN__FEEDS__ONE_STOP__BASE_URL": f"http://127.0.0.1:{port + 1}",
        "GIAONHAN__FEEDS__ONE_STOP__USERNAME": ONE_STOP_USER,
        "GIAONHAN__FEEDS__ONE_STOP__PASSWORD": ONE_STOP_PASSWORD,
    }
    if os.environ.get("TLS") == "1":
        address = lan_address()
        certificate, key = self_made_certificate(Path("var/tls"), address)
        given |= {
            "GIAONHAN__SERVER__HOST": "0.0.0.0",
            "GIAONHAN__SERVER__TLS_CERTIFICATE": str(certificate),
            "GIAONHAN__SERVER__TLS_KEY": str(key),
            "GIAONHAN__PUBLIC__BASE_URL": f"https://{address}:{port}",
        }
    for name, value in given.items():
        os.environ.setdefault(name, value)


def _prepare(giaonhan: str) -> None:
    for step in (["migrate"], ["demo", "--agency-file", str(AGENCY_FILE)]):
        done = subprocess.run([giaonhan, *step], check=False)
        if done.returncode:
            sys.exit(done.returncode)
    os.environ["GIAONHAN_DEMO"] = "1"


def _commands(giaonhan: str) -> list[list[str]]:
    port = int(os.environ["GIAONHAN__SERVER__PORT"])
    one_stop = [sys.executable, "-m", "tests.standins.one_stop", "--port", str(port + 1)]
    one_stop += ["--dossiers", str(AGENCY_FILE), "--username", ONE_STOP_USER, "--password", ONE_STOP_PASSWORD]
    return [one_stop, [giaonhan, "serve"], [giaonhan, "schedules"]]


@contextmanager
def _running(commands: Sequence[Sequence[str]]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Each in a session of its own, so that Ctrl-C reaches this process first and the others drain in order."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes += [subprocess.Popen(command, start_new_session=True) for command in commands]
        yield processes
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in reversed(processes):
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_ready(processes: list[subprocess.Popen[bytes]], began_at: datetime) -> None:
    config = config_from_environment()
    engine = create_engine(config.database.url)
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not (_answers() and _jobs_ended(engine, config, began_at)):
        _refuse_early_end(processes)
        if time.monotonic() > deadline:
            sys.exit("not ready in time: run `giaonhan doctor`")
        time.sleep(0.2)
    engine.dispose()


def _answers() -> bool:
    base_url = f"{_scheme()}://127.0.0.1:{os.environ['GIAONHAN__SERVER__PORT']}"
    try:
        with urllib.request.urlopen(f"{base_url}/readyz", timeout=2, context=_any_certificate()) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _jobs_ended(engine: Engine, config: Config, began_at: datetime) -> bool:
    """Each has done its present slot; what an earlier start did a moment ago is not done again."""
    try:
        with reading(engine) as session:
            ended = last_done_at(session)
    except SQLAlchemyError:
        return False
    due = {job: slot_of(began_at, every_seconds(config, job)) for job in jobs_of(config)}
    return all(job in ended and ended[job] >= slot for job, slot in due.items())


def _scheme() -> str:
    return "https" if os.environ.get("GIAONHAN__SERVER__TLS_CERTIFICATE") else "http"


def _any_certificate() -> ssl.SSLContext | None:
    """The certificate was made a moment ago, by us, for this machine."""
    if _scheme() == "http":
        return None
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _refuse_early_end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is not None:
            sys.exit(f"{process.args!r} ended with {process.returncode}")


def _wait_until_the_web_ends(processes: list[subprocess.Popen[bytes]]) -> None:
    """The pages go on without the schedules, and say that they stand still."""
    web, told = processes[1], set[int]()
    while web.poll() is None:
        for process in processes:
            if process.poll() is not None and process.pid not in told:
                told.add(process.pid)
                print(f"{process.args!r} ended with {process.returncode}; the web goes on", file=sys.stderr)
        time.sleep(0.5)
    _refuse_early_end(processes)


def _say_ready() -> None:
    print("\nGiao nhận: a seeded day of the public service centre of Cà Mau")
    for name, display_name, _, role, office in ACCOUNTS:
        print(f"  {name:11} {role.value:11} {office:10} {display_name}")
    print(f"  password {PASSWORD}, PIN {PIN}")
    address = config_from_environment().public.base_url
    if _scheme() == "https":
        code = qrcode.QRCode()
        code.add_data(address)
        code.print_ascii()
    print(f"ready {address}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
