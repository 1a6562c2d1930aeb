"""PostgreSQL and Redis for a test session. `-p config.local.pytest_plugin` loads this before the settings.

Each running session has a directory of its own: DATA_DIR/test/0, 1 and so on. A session that finds the directory of a
killed one uses its PostgreSQL and ends its Redis.
"""

import fcntl
import os
import subprocess
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config.local import services

# A test database may lose its data in a crash.
NOT_DURABLE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
ENVIRONMENT = {
    "SECRET_KEY": "known-to-all-and-only-for-tests",
    "DEBUG": "0",
    "SITE_URL": "http://testserver",
    "EMAIL_URL": "consolemail://",
    "API_RATE": "100000/min",
    "OPENBLAS_NUM_THREADS": "1",
}


# A wrapper runs before the hook of pytest-django, which imports the settings.
@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    for name, value in ENVIRONMENT.items():
        services.set_default(name, value)
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:  # the session that started this worker has set the URLs
        os.environ["REDIS_URL"] = own_redis_url(os.environ["REDIS_URL"], worker)
    else:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        try:
            stack.enter_context(servers())
        except services.NotAvailable as problem:
            raise pytest.UsageError(str(problem)) from None
    return (yield)


@contextmanager
def servers() -> Iterator[None]:
    """Start PostgreSQL unless DATABASE_URL is set, and Redis unless REDIS_URL is. Raises NotAvailable."""
    with own_directory(services.data_dir() / "test") as here:
        record = here / "session.json"
        services.end_leftovers(record)
        services.set_default("CREDENTIAL_KEYS", services.signing_key(here / "credential-key"))
        if not services.is_set("DATABASE_URL"):
            postgres = services.Postgres(here, options=NOT_DURABLE)
            postgres.hold()
            os.environ["DATABASE_URL"] = postgres.url()
        if services.is_set("REDIS_URL"):
            yield
            return
        os.environ["REDIS_URL"] = services.redis_url(here)
        redis = subprocess.Popen(services.redis_command(here))
        services.remember(record, [redis.pid])
        try:
            yield
        finally:
            redis.terminate()
            redis.wait()


@contextmanager
def own_directory(root: Path) -> Iterator[Path]:
    """Hold the first directory below ``root`` that no other session holds, and yield it."""
    for number in count():
        here = root / str(number)
        here.mkdir(parents=True, exist_ok=True)
        with (here / "session.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield here
            return


def own_redis_url(url: str, worker: str) -> str:
    """Return ``url`` with a database of its own for an xdist worker, as "gw3". Redis has 16 by default."""
    number = (int(worker.removeprefix("gw")) + 1) % 16
    if url.startswith("redis+socket:"):
        return f"{url}?virtual_host={number}"
    return urlsplit(url)._replace(path=f"/{number}").geturl()
