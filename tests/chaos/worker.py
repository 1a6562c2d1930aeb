"""The Celery application with short times: `celery -A tests.chaos.worker`."""

from __future__ import annotations

from config.celery import app
from tests.chaos.drainer import shorten_times

app.loader.import_default_modules()
shorten_times()
app.conf.beat_schedule = {
    name: entry | {"schedule": 0.5, "options": {"expires": 5}}
    for name, entry in app.conf.beat_schedule.items()
    if name in ("drain-outbox", "note-heartbeat")
}
