"""Celery: the application, its settings, and the schedule of beat in words."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("mentorship")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["accounts.notifications"])

# Every entry is a sweep that can run at any time, twice, or late.
app.conf.beat_schedule = {
    # Every 15 seconds: send what is due and was not sent after its commit.
    "drain-outbox": {"task": "accounts.notifications.tasks.drain_outbox", "schedule": 15.0, "options": {"expires": 15}},
    # Every minute: write that beat, the broker and a worker work.
    "note-heartbeat": {
        "task": "accounts.notifications.tasks.note_heartbeat",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # Every 30 seconds: look for mentors for help requests whose task was lost, or whose retry is due.
    "propose-due": {"task": "matching.tasks.propose_due", "schedule": 30.0, "options": {"expires": 30}},
    # Every minute: have the queue of requests without a mentor looked at again, if mentors changed.
    "look-again": {"task": "matching.tasks.look_again", "schedule": 60.0, "options": {"expires": 60}},
    # Every 5 minutes: close help requests whose mentorship is over.
    "close-ended": {"task": "matching.tasks.close_ended", "schedule": 300.0, "options": {"expires": 300}},
    # Every 20 seconds: turn the texts of profiles that changed into vectors.
    "embed-stale": {"task": "matching.tasks.embed_stale", "schedule": 20.0, "options": {"expires": 20}},
    # Every 5 minutes: remind of questions and offers unanswered for two fifths of their time, and for four.
    "remind-unanswered": {
        "task": "matching.tasks.remind_unanswered",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    # Every minute: end questions and offers whose deadline has passed, so that the next mentors are proposed.
    "expire-unanswered": {
        "task": "matching.tasks.expire_unanswered",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # Every 5 minutes: end what waits for a mentor who was suspended, or kept apart from the mentee, meanwhile.
    "end-kept-apart": {"task": "matching.tasks.end_kept_apart", "schedule": 300.0, "options": {"expires": 300}},
    # Every hour: ask the mentees of requests that have been open for 60 days whether they still look.
    "ask-still-looking": {
        "task": "matching.tasks.ask_still_looking",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    # Every hour: close requests whose mentees were asked 14 days ago and did not say that they still look.
    "expire-abandoned": {
        "task": "matching.tasks.expire_abandoned",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    # Every 15 minutes, since days begin at quarter hours: bring mentors back whose pause ends today.
    "end-pauses": {"task": "accounts.tasks.end_pauses", "schedule": 900.0, "options": {"expires": 900}},
    # Every 15 minutes: the weekly mail of mentors for whom it is Monday 09:00 or later, and who had none this week.
    "send-weekly-requests": {
        "task": "matching.tasks.send_weekly_requests",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    # Every 15 minutes: the daily mail to admins for whom it is 08:00 or later, and who had none today.
    "send-daily-summaries": {
        "task": "matching.tasks.send_daily_summaries",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    # Every 15 minutes: the posts of the day, from 08:00 UTC on, to the channels on Slack that are set.
    "post-to-channels": {"task": "matching.tasks.post_to_channels", "schedule": 900.0, "options": {"expires": 900}},
    # Every hour: forget changes that every process has read, and note proposals too old to count.
    "tend-change-log": {
        "task": "matching.tasks.tend_change_log",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}
