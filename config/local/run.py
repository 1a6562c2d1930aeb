"""`python -m config.local.run`: the whole system on a machine with no services, until Ctrl-C.

This process holds PostgreSQL. Redis, the mail sink, web, worker and beat are its children. A child that ends is started
again. The next run ends the children of a killed one, which are listed in a file.
"""

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from config.local import services
from config.local.services import BASE_DIR, NotAvailable

CHECK_EVERY_S = 0.5
# A process that ends this soon after its start, three times in a row, would do so again.
QUICK_END_S = 10
QUICK_ENDS = 3
STOP_LIMIT_S = 8
# The users of the queue and of the mail sink stop first.
STOP_ORDER = ({"web", "worker", "beat"}, {"mail", "redis"})

ADDRESSES = """
    the site         {site}/
    API docs         {site}/api/v1/docs/
    administration   {site}/admin/
    mails sent       {mails}
"""
LOGINS = """
    mentee           mira.castellano@example.com
    mentor           jonas.weidling@example.com
    admin            admin@example.com (owner; other roles: manager@, matchmaker@, viewer@ and programme@)
    password         mentorship-demo (for all)

    The first visit of an admin connects an authenticator app, such as Aegis, FreeOTP or a password manager.
"""
HOW_TO_STOP = """
    Ctrl-C stops everything; the data stays in {data}
"""


def main() -> int:
    """Run until a signal. Return 1 if something is missing or a process does not stay up."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup ignores it
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        run()
    except NotAvailable as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
    return 0


def run() -> None:
    here = services.data_dir()
    with only_run(here), Children(here / "run.json") as children:
        port = web_port(os.environ.get("PORT") or "8000")
        renew_mail_port(here)
        # Browsers have no passkeys at an IP address.
        site = f"http://localhost:{port}"
        provided = services.provide()
        services.set_default("SITE_URL", site)
        services.set_default("SHARED_COPY_DIR", str(here / "shared"))
        services.set_default("DEBUG", "1")  # this command is for a developer's machine, whatever its database
        if provided.mail:
            services.set_default("MAIL_SINK_DIR", str(here / "mail"))
        if provided.redis:
            children.start("redis", services.redis_command(here))
        if provided.mail:
            children.start("mail", python("-m", "config.local.mail_sink"))
        manage("migrate", "--no-input", "--verbosity=0")
        if provided.postgres:  # a database of the developer's own must get no admin with a known password
            manage("load_demo")
        for name, command in commands(port, here).items():
            children.start(name, command)
        mails = f"{site}/mail/" if provided.mail else "by EMAIL_URL, for real"
        banner = ADDRESSES + (LOGINS if provided.postgres else "") + HOW_TO_STOP
        banner = banner.format(site=site, mails=mails, data=here)
        while True:
            children.restart_ended()
            if provided.postgres and provided.postgres.revive():
                say("PostgreSQL had ended and was started again.")
            if banner and answers(port):
                say(banner)
                banner = ""
            time.sleep(CHECK_EVERY_S)


def commands(port: int, here: Path) -> dict[str, list[str]]:
    """Return the commands of the processes that production has as well, by name."""
    web = "-m gunicorn config.wsgi --worker-class gthread --workers 2 --threads 8 --no-control-socket"
    worker = "-m celery -A config --quiet worker --concurrency 2 --loglevel WARNING"
    beat = "-m celery -A config --quiet beat --loglevel WARNING"
    return {
        "web": python(
            *web.split(), "--config", "config/gunicorn.py", "--log-level", "warning", "--bind", f"127.0.0.1:{port}"
        ),
        "worker": python(*worker.split()),
        "beat": python(*beat.split(), "--schedule", str(here / "beat-schedule")),
    }


# --- before anything starts -------------------------------------------------------------------------------


@contextmanager
def only_run(here: Path) -> Iterator[None]:
    """Hold the lock of ``here``. Raises NotAvailable if another run holds it."""
    with (here / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotAvailable(f"It already runs on {here}: stop that run first, or set DATA_DIR.") from None
        yield


def web_port(text: str) -> int:
    """Return the port to serve on. Raises NotAvailable if another program uses it."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise NotAvailable(f"PORT must be a number below 65536, not {text!r}.")
    port = int(text)
    if not is_free(port):
        raise NotAvailable(f"Port {port} is taken: stop what uses it, or run `make run PORT={port + 1}`.")
    return port


def renew_mail_port(here: Path) -> None:
    """Forget the port of the mail sink if another program uses it now."""
    known = here / "mail-port"
    if known.exists() and not is_free(int(known.read_text() or 0)):
        known.unlink()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of the last run may still be closing
        with suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def manage(*arguments: str) -> None:
    """Run a management command. Raises NotAvailable if it fails."""
    if subprocess.run(python("manage.py", *arguments), cwd=BASE_DIR, check=False).returncode:
        raise NotAvailable(f"`manage.py {arguments[0]}` failed; the lines above say why.")


# --- children ---------------------------------------------------------------------------------------------


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen[str]
    started_at: float = field(default_factory=time.monotonic)
    quick_ends: int = 0


class Children:
    """The processes of this run. Each has a session of its own, so Ctrl-C reaches only this process."""

    def __init__(self, record: Path, environment: Mapping[str, str] | None = None) -> None:
        self._record = record
        self._environment = {"PYTHONUNBUFFERED": "1", **(environment or {})}  # added to the environment of this process
        self._children: dict[str, Child] = {}

    def __enter__(self) -> Self:
        services.end_leftovers(self._record)
        return self

    def __exit__(self, *error: object) -> None:
        # A second Ctrl-C must not interrupt this.
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        handlers = {number: signal.signal(number, signal.SIG_IGN) for number in signals}
        for names in STOP_ORDER:
            self._stop([child.process for child in self._children.values() if child.name in names])
        self._record.unlink(missing_ok=True)
        for number, handler in handlers.items():
            signal.signal(number, handler)

    def start(self, name: str, command: list[str], *, quick_ends: int = 0) -> None:
        """Start a process. Its lines are printed with its name."""
        process = subprocess.Popen(
            command,
            cwd=BASE_DIR,
            env=os.environ | self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._children[name] = Child(name, command, process, quick_ends=quick_ends)
        services.remember(self._record, [child.process.pid for child in self._children.values()])
        threading.Thread(target=show, args=(name, process), daemon=True).start()

    def restart_ended(self) -> None:
        """Restart processes that have ended. Raises NotAvailable for one that does not stay up."""
        for child in list(self._children.values()):
            code = child.process.poll()
            if code is None:
                continue
            end_group(child.process)
            quick = time.monotonic() - child.started_at < QUICK_END_S
            quick_ends = child.quick_ends + 1 if quick else 0
            if quick_ends == QUICK_ENDS:
                raise NotAvailable(
                    f"The process {child.name!r} does not stay up; its lines above say why, or a log in DATA_DIR."
                )
            say(f"The process {child.name!r} ended with code {code} and is started again.")
            self.start(child.name, child.command, quick_ends=quick_ends)

    def _stop(self, processes: list[subprocess.Popen[str]]) -> None:
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + STOP_LIMIT_S
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0, deadline - time.monotonic()))
            end_group(process)


def end_group(process: subprocess.Popen[str]) -> None:
    """Kill a process and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def show(name: str, process: subprocess.Popen[str]) -> None:
    for line in process.stdout or ():
        say(f"{name:<6} | {line.rstrip()}")


def say(text: str) -> None:
    with suppress(OSError):  # the terminal may be gone
        print(text, flush=True)


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def answers(port: int) -> bool:
    """Return whether the web serves its first page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    return False


if __name__ == "__main__":
    sys.exit(main())
