"""The doorbell reaches the broker, and does no harm if the broker is away."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
from pathlib import Path

import redis
from celery import Celery

from accounts import doorbell
from config.local import services
from tests.helpers import until


def task_on(url: str):
    """Return a task whose broker is at ``url``, with this project's time-outs."""
    app = Celery(broker=url, set_as_current=False)
    app.conf.broker_transport_options = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
    app.conf.task_publish_retry_policy = {"max_retries": 1, "interval_start": 0, "interval_max": 0.1}

    @app.task(name="nothing")
    def nothing():
        raise AssertionError("nobody works here")

    return nothing


def test_the_broker_takes_the_task(settings):
    assert doorbell.ring(task_on(settings.REDIS_URL)) is True


@contextlib.contextmanager
def broker(here: Path):
    """Run a Redis of its own, and yield a client."""
    process = subprocess.Popen(services.redis_command(here), stdout=subprocess.DEVNULL)
    client = redis.Redis(unix_socket_path=f"{services.socket_dir(here)}/redis.sock")
    try:
        until(lambda: answers(client))
        yield client
    finally:
        process.kill()
        process.wait()


def answers(client: redis.Redis) -> bool:
    with contextlib.suppress(redis.ConnectionError):
        return bool(client.ping())
    return False


def test_calls_share_one_connection_which_outlives_a_restart_of_the_broker():
    with tempfile.TemporaryDirectory() as directory:
        here = Path(directory)
        task = task_on(services.redis_url(here))
        with broker(here) as client:
            doorbell.ring(task)
            before = client.info("stats")["total_connections_received"]
            doorbell.ring(task)
            assert client.info("stats")["total_connections_received"] == before

        with broker(here) as client:
            assert doorbell.ring(task) is True
            assert client.llen("celery") == 1


def test_a_broker_that_refuses_is_not_tried_again_at_once(caplog):
    away = task_on("redis://127.0.0.1:1/0")

    assert [doorbell.ring(away) for _ in range(100)] == [False] * 100

    assert len([record for record in caplog.records if "broker away" in record.message]) == 1


def test_a_broker_that_hangs_costs_seconds_not_minutes(taken_port):
    begin = time.monotonic()

    assert doorbell.ring(task_on(f"redis://127.0.0.1:{taken_port}/0")) is False
    assert time.monotonic() - begin < 10
