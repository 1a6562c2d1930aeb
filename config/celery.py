"""Celery: the application, its settings, and the schedule of beat in words."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("mentorship")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Every entry is a sweep that can run at any time, twice, or late.
app.conf.beat_schedule = {
    # Every 15 seconds: send what is due and was not sent after its commit.
    "drain-outbox": {"task": "accounts.tasks.drain_outbox", "schedule": 15.0, "options": {"expires": 15}},
    # Every minute: write that beat, the broker and a worker work.
    "note-heartbeat": {"task": "accounts.tasks.note_heartbeat", "schedule": 60.0, "options": {"expires": 60}},
    # Every 30 seconds: look for mentors for help requests whose task was lost, or whose retry is due.
    "propose-due": {"task": "matching.tasks.propose_due", "schedule": 30.0, "options": {"expires": 30}},
    # Every 20 seconds: turn the texts of profiles that changed into vectors.
    "embed-stale": {"task": "matching.tasks.embed_stale", "schedule": 20.0, "options": {"expires": 20}},
    # Every 5 minutes: remind mentors of requests that are unanswered for 48 hours.
    "remind-unanswered": {
        "task": "matching.tasks.remind_unanswered",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    # Every hour: forget changes that every process has read, and note proposals too old to count.
    "tend-change-log": {
        "task": "matching.tasks.tend_change_log",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}
