"""Celery: the application, its settings, and the schedule of beat."""

import logging
import os
from datetime import timedelta
from importlib import import_module
from typing import Any

import pghistory
from celery import Celery, Task
from celery.signals import worker_init
from django.db import DatabaseError, connections

log = logging.getLogger(__name__)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class OnRecord(Task):
    """A task that tells the record of changes its name.

    Each statement that writes repeats it, which costs time. Tasks of the outbox write no row with a record.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.name.startswith("accounts.notifications."):
            return super().__call__(*args, **kwargs)
        with pghistory.context(task=self.name):
            return super().__call__(*args, **kwargs)


app = Celery("mentorship", task_cls=OnRecord)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["accounts.notifications"])


@worker_init.connect
def warm_up_before_the_fork(**_: object) -> None:
    """Load what all processes of the worker need once, in the one that they are copied from.

    The worker answers a ping only after this.
    """
    try:
        # Models can be imported only now: the application is loaded.
        import_module("config.warm_up").warm_up()
    except DatabaseError as fault:
        log.warning("the worker starts cold: %s", fault)
    finally:
        # Neither connections nor the threads of their pool may be copied.
        for each in connections.all(initialized_only=True):
            each.close()
            each.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL alone


# Every task is a sweep that can run at any time, twice, or late.
SWEEPS = {
    # Send due mails and posts whose own task was lost after the commit, or failed.
    "accounts.notifications.tasks.drain_outbox": timedelta(seconds=15),
    # Deliver due events to webhooks.
    "accounts.notifications.tasks.drain_webhooks": timedelta(seconds=15),
    # Record a heartbeat: beat, the broker and a worker are up.
    "accounts.notifications.tasks.note_heartbeat": timedelta(minutes=1),
    # Look for mentors for help requests whose task was lost, or whose retry is due.
    "matching.tasks.propose_due": timedelta(seconds=30),
    # Let requests without a mentor look again if mentors changed.
    "matching.tasks.look_again": timedelta(minutes=1),
    # Close help requests whose mentorship has ended.
    "matching.tasks.close_ended": timedelta(minutes=5),
    # Withdraw open requests whose goal was reached or dropped.
    "matching.tasks.withdraw_without_goal": timedelta(minutes=5),
    # Compute the vectors of profiles whose texts changed.
    "matching.tasks.embed_stale": timedelta(seconds=20),
    # Group the questions of interviews that members share.
    "matching.tasks.tend_question_bank": timedelta(minutes=5),
    # Remind of unanswered questions and offers, after two fifths and four fifths of their time.
    "matching.tasks.remind_unanswered": timedelta(minutes=5),
    # End questions and offers whose deadline has passed, so that the next mentors are proposed.
    "matching.tasks.expire_unanswered": timedelta(minutes=1),
    # End open matches with mentors who have been suspended, or kept apart from the mentee.
    "matching.tasks.end_kept_apart": timedelta(minutes=5),
    # Propose published pairs of cohorts whose own task was lost, and alternates.
    "matching.tasks.propose_pairs": timedelta(seconds=30),
    # End pairs of cohorts that cannot be any more or are past their deadline, and remind of those that wait.
    "matching.tasks.tend_pairs": timedelta(minutes=5),
    # Ask the mentees of mentors who cannot go on or pause for long: a successor, or wait?
    "matching.tasks.tend_handovers": timedelta(minutes=5),
    # End questions that did not come to their mentors, so that others are asked.
    "matching.tasks.end_undelivered": timedelta(minutes=5),
    # Ask mentees whether they still look, once a request has been open for STILL_LOOKING_DAYS.
    "matching.tasks.ask_still_looking": timedelta(hours=1),
    # Close requests whose mentees have not answered that question for STILL_LOOKING_GRACE_DAYS.
    "matching.tasks.expire_abandoned": timedelta(hours=1),
    # Remind mentees of cohorts who have no request, and end the requests of cohorts that are over.
    "matching.tasks.tend_cohorts": timedelta(minutes=15),
    # Ask both about the planned end of their mentorship, two weeks before it.
    "mentorship.tasks.ask_about_ends": timedelta(hours=1),
    # Ask both how it goes: after the first session, at day 30, then every 60 days.
    "mentorship.tasks.ask_how_it_goes": timedelta(hours=1),
    # Write to both of a mentorship without a sign of life, after 7, 14, 21 and 28 days.
    "mentorship.tasks.write_to_the_quiet": timedelta(hours=1),
    # Ask both how a session was, once it is over.
    "mentorship.tasks.ask_about_attendance": timedelta(minutes=5),
    # Cancel sessions of people who are kept apart, or of whom one has left.
    "mentorship.tasks.cancel_kept_apart": timedelta(minutes=5),
    # Settle sessions about which one of the two did not answer.
    "mentorship.tasks.settle_attendance_by_one": timedelta(hours=1),
    # Ask both about the outcome, 90 days after the end of their mentorship.
    "mentorship.tasks.ask_about_outcomes": timedelta(hours=1),
    # Remind those who have not rated the outcome a week after they were asked, once.
    "mentorship.tasks.remind_of_outcomes": timedelta(hours=1),
    # Open feedback that one of the two alone has written, two weeks after the end.
    "mentorship.tasks.open_due_feedback": timedelta(hours=1),
    # Count private answers of closed weeks, for the figures of the admin's home.
    "mentorship.tasks.close_answer_steps": timedelta(hours=1),
    # Delete notes to the organisers and words of feedback that were kept as long as their forms said.
    "mentorship.tasks.delete_old_words": timedelta(hours=6),
    # Bring back mentors whose pause ends today. Time zones differ by quarter hours, and so do the starts of their days.
    "accounts.tasks.end_pauses": timedelta(minutes=15),
    # Read the calendars of members, each every half hour, and new ones at once.
    "accounts.tasks.read_calendars": timedelta(minutes=1),
    # Count the figures of the admin's home.
    "accounts.tasks.count_figures": timedelta(minutes=5),
    # Find out whom to recruit, for the same page.
    "accounts.tasks.count_slow_figures": timedelta(hours=1),
    # Delete what the cache no longer needs: counts of wrong passwords and codes, after a few minutes.
    "accounts.tasks.delete_expired_counts": timedelta(minutes=15),
    # Delete the sessions that are over, with what was typed before a login that never came.
    "accounts.tasks.delete_expired_sessions": timedelta(hours=1),
    # Delete the answers that programs could ask for again, a day later.
    "accounts.tasks.delete_kept_answers": timedelta(hours=1),
    # Delete the record of reads of private data after a year.
    "accounts.tasks.delete_old_reads": timedelta(hours=6),
    # Delete the words of concerns that were closed a year ago.
    "accounts.tasks.forget_words_of_concerns": timedelta(hours=6),
    # Ask members to accept a version of the rules that was published, each once.
    "accounts.tasks.ask_about_rules": timedelta(minutes=5),
    # Tell the owners of webhooks that were switched off, and delete deliveries after 30 days.
    "accounts.tasks.tend_webhooks": timedelta(minutes=5),
    # Write mails to groups whose time has come, go on after a crash, and end those that are sent.
    "accounts.tasks.send_group_mails": timedelta(seconds=30),
    # Discard drafts of mails to groups that were not sent for a month, with their recipients.
    "accounts.tasks.discard_old_drafts": timedelta(hours=6),
    # Make exports whose worker died, and remove those that were ready a week ago.
    "accounts.tasks.make_exports": timedelta(minutes=1),
    # Erase people who asked for it a week ago, and go on after a crash.
    "accounts.tasks.erase_people": timedelta(minutes=1),
    # Have actions on many rows go on whose worker died, and forget the rows of those of last month.
    "accounts.tasks.work_on_bulk_actions": timedelta(minutes=1),
    # Send mentors their weekly mail, from Monday 09:00 on in their time zone.
    "matching.tasks.send_weekly_requests": timedelta(minutes=15),
    # Send admins their daily mail, from 08:00 on in their time zone.
    "matching.tasks.send_daily_summaries": timedelta(minutes=15),
    # Post to the channels on Slack, once a day from 08:00 UTC on.
    "matching.tasks.post_to_channels": timedelta(minutes=15),
    # Write the copy of the community that processes share, once theirs is behind.
    "matching.tasks.share_community": timedelta(minutes=1),
    # Go on with imports whose worker died, and forget the rows of those of yesterday.
    "matching.tasks.tend_imports": timedelta(minutes=1),
    # Make drafts of cohorts whose worker died, and delete the fits of old drafts.
    "matching.tasks.tend_cohort_drafts": timedelta(minutes=1),
    # Delete changes that every process has read, and note proposals that are too old to count.
    "matching.tasks.tend_change_log": timedelta(hours=1),
}

# Entries are named after their tasks. A sweep that no worker takes until the next one is due is dropped.
app.conf.beat_schedule = {
    task.rpartition(".")[2].replace("_", "-"): {
        "task": task,
        "schedule": every.total_seconds(),
        "options": {"expires": every.total_seconds()},
    }
    for task, every in SWEEPS.items()
}
