"""Celery runs with the settings that were measured, and no task waits in the broker, which would lose or repeat it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from celery import Celery

from config.celery import SWEEPS, app

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "mentorship", "matching", "config")
A_MINUTE = 60
# A task that waits in Redis for longer than the visibility time-out runs again and again, and is lost with Redis.
WAITS = {"countdown", "default_retry_delay", "retry_backoff_max"}


def waits_too_long(source: str) -> list[int]:
    """Return the lines of calls that make a task wait in the broker: for more than a minute, or until a date."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        # Both a call and a dictionary of options can have these names.
        named: list[tuple[str | None, ast.expr]] = []
        if isinstance(node, ast.Call):
            named = [(keyword.arg, keyword.value) for keyword in node.keywords]
        elif isinstance(node, ast.Dict):
            named = [(getattr(key, "value", None), value) for key, value in zip(node.keys, node.values, strict=True)]
        for name, value in named:
            short = isinstance(value, ast.Constant) and isinstance(value.value, int | float) and value.value <= A_MINUTE
            if name == "eta" or (name in WAITS and not short):
                lines.append(node.lineno)
    return lines


def test_no_task_waits_in_the_broker_for_more_than_a_minute():
    files = [file for name in APPS for file in (ROOT / name).rglob("*.py")]

    assert len(files) > 50
    assert {str(file): lines for file in files if (lines := waits_too_long(file.read_text()))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "task.apply_async(eta=tomorrow)",
        "task.apply_async((1,), countdown=61)",
        "app.send_task('x', countdown=wait)",
        "task.apply_async(**{'countdown': 3600})",
        "self.retry(countdown=2 ** self.request.retries)",
        "shared_task(default_retry_delay=180)",
        "task.s(1).set(countdown=120)",
    ],
)
def test_a_long_wait_is_found(source):
    assert waits_too_long(source) == [1]


def test_a_short_wait_is_allowed():
    assert waits_too_long("task.apply_async(countdown=60)") == []


def test_the_settings_that_were_measured_are_in_force():
    conf = app.conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.worker_prefetch_multiplier) == (True, True, 1)
    assert (conf.result_backend, conf.task_ignore_result) == (None, True)
    assert conf.task_soft_time_limit < conf.task_time_limit < conf.broker_transport_options["visibility_timeout"] == 900
    assert conf.broker_transport_options["socket_connect_timeout"] == 1
    assert conf.broker_transport_options["socket_timeout"] == 5
    assert conf.task_publish_retry_policy["max_retries"] == 1
    assert conf.worker_soft_shutdown_timeout > 0


def test_every_task_of_the_schedule_exists():
    app.loader.import_default_modules()

    assert set(SWEEPS) <= set(app.tasks)


def test_a_sweep_expires_before_the_next_one_is_due():
    """Else a worker that was away would find a long queue of the same sweep."""
    entries = app.conf.beat_schedule.values()

    assert len(entries) == len(SWEEPS)
    assert all(0 < entry["options"]["expires"] <= entry["schedule"] for entry in entries)


def test_the_health_check_does_not_ask_redis(client, db, monkeypatch):
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:1/0")

    def refuse(*args, **kwargs):
        raise AssertionError("Redis was asked")

    monkeypatch.setattr(Celery, "connection_for_read", refuse)
    monkeypatch.setattr(Celery, "connection_for_write", refuse)

    assert client.get("/healthy/").status_code == 200
