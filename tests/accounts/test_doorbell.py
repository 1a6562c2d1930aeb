"""The doorbell reaches the broker, and does no harm if the broker is away."""

from __future__ import annotations

import time

from celery import Celery

from accounts import doorbell


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


def test_a_broker_that_refuses_is_not_tried_again_at_once():
    away = task_on("redis://127.0.0.1:1/0")

    assert doorbell.ring(away) is False
    begin = time.monotonic()
    for _ in range(100):
        assert doorbell.ring(away) is False
    assert time.monotonic() - begin < 0.1


def test_a_broker_that_hangs_costs_seconds_not_minutes(taken_port):
    begin = time.monotonic()

    assert doorbell.ring(task_on(f"redis://127.0.0.1:{taken_port}/0")) is False
    assert time.monotonic() - begin < 2.5
