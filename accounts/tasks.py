"""Celery tasks of this app, beside those of the outbox. Running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from accounts import doorbell
from accounts.figures import store
from accounts.jobs import (
    bulk_actions,
    calendars,
    concerns,
    counts,
    erasures,
    exports,
    group_mail,
    kept_answers,
    pauses,
    reads,
    rules,
    sessions,
    sign_ups,
    webhooks,
)


@shared_task
def end_pauses() -> int:
    """End pauses whose end date has come. Called by beat."""
    return pauses.end_pauses(now=timezone.now())


@shared_task
def read_calendars() -> int:
    """Read the calendars of members that are due. Called by beat."""
    return calendars.read_calendars(now=timezone.now())


@shared_task
def read_calendar(calendar_id: int) -> bool:
    """Read one calendar at once. If the call is lost, ``read_calendars`` does the same within a minute."""
    return calendars.read_calendar(calendar_id=calendar_id, now=timezone.now())


@shared_task
def count_figures() -> int:
    """Count the figures of the admin's home. Called by beat."""
    return store.count_figures(now=timezone.now())


@shared_task
def count_slow_figures() -> int:
    """Count the figures of the admin's home that take seconds. Called by beat."""
    return store.count_slow_figures(now=timezone.now())


@shared_task
def delete_expired_counts() -> int:
    """Delete expired entries of the cache, which holds the counts of wrong passwords. Called by beat."""
    return counts.delete_expired_counts(now=timezone.now())


@shared_task
def delete_expired_sessions() -> int:
    """Delete the sessions that are over. Called by beat."""
    return sessions.delete_expired_sessions(now=timezone.now())


@shared_task
def delete_old_reads() -> int:
    """Delete the record of reads of private data that is a year old. Called by beat."""
    return reads.delete_old_reads(now=timezone.now())


@shared_task
def delete_kept_answers() -> int:
    """Delete the answers to keys of requests that are a day old. Called by beat."""
    return kept_answers.delete_old_answers(now=timezone.now())


@shared_task
def forget_words_of_concerns() -> int:
    """Delete words of concerns that were kept as long as their form said. Called by beat."""
    return concerns.forget_words(now=timezone.now())


@shared_task
def ask_about_rules() -> int:
    """Ask members to accept a new version of the community rules. Called by beat, and after a publication."""
    return rules.ask_about_rules(now=timezone.now())


@shared_task
def forget_sign_up(user_id: int) -> bool:
    """Delete an account whose address was misspelt. If the call is lost, it stays, and nobody can log in to it."""
    return sign_ups.forget_sign_up(user_id=user_id)


@shared_task
def send_group_mail(mail_id: int) -> int:
    """Write a mail to its group. ``send_group_mails`` makes up for a lost call, and for a worker that died."""
    return group_mail.send_group_mail(mail_id=mail_id, now=timezone.now())


@shared_task
def send_group_mails() -> int:
    """Write the mails to groups whose time has come, and end those that are sent. Called by beat."""
    return group_mail.send_group_mails(now=timezone.now())


@shared_task
def discard_old_drafts() -> int:
    """Discard drafts of mails to groups that were not sent for a month. Called by beat."""
    return group_mail.discard_old_drafts(now=timezone.now())


@shared_task
def work_on_bulk_action(bulk_id: int, rounds: int) -> int | None:
    """Do a round of an action. ``work_on_bulk_actions`` makes up for a lost call, and for a worker that died."""
    so_far = bulk_actions.work_on_bulk_action(bulk_id=bulk_id, rounds=rounds, now=timezone.now)
    if so_far is not None:
        doorbell.ring(work_on_bulk_action, bulk_id, so_far)
    return so_far


@shared_task
def work_on_bulk_actions() -> int:
    """Have each action that is under way go on, and forget the rows of old ones. Called by beat.

    A call for an action that somebody works on does nothing.
    """
    bulk_actions.forget_old_rows(now=timezone.now())
    under_way = bulk_actions.actions_to_go_on_with()
    for bulk_id, rounds in under_way:
        doorbell.ring(work_on_bulk_action, bulk_id, rounds)
    return len(under_way)


@shared_task
def tend_webhooks() -> int:
    """Tell the owners of endpoints that were switched off, and delete old deliveries. Called by beat."""
    webhooks.tell_of_switched_off(now=timezone.now())
    return webhooks.delete_old_deliveries(now=timezone.now())


@shared_task
def make_export(export_id: int) -> bool:
    """Make a file with everything about a person. ``make_exports`` makes up for a lost call."""
    return exports.make_export(export_id=export_id, now=timezone.now())


@shared_task
def make_exports() -> int:
    """Make the exports that nobody has made, and remove old files. Called by beat."""
    return exports.make_due_exports(now=timezone.now())


@shared_task
def erase_people() -> int:
    """Erase the people whose day has come. Called by beat."""
    return erasures.erase_due(now=timezone.now())
