"""Celery's entrances to this app: an id or nothing goes in, and running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from matching.jobs import (
    changes,
    close,
    daily_summary,
    embed,
    expire,
    kept_apart,
    propose,
    remind,
    still_looking,
    weekly_mail,
)
from matching.jobs import look_again as look_again_job


@shared_task
def propose_matches(help_request_id: int) -> int:
    """Look for mentors for one help request. Healed by ``propose_due``."""
    return propose.propose_matches(help_request_id=help_request_id, now=timezone.now())


@shared_task
def propose_due() -> int:
    """Look for mentors for every request that is due. Called by beat."""
    return propose.propose_due_requests(now=timezone.now())


@shared_task
def look_again() -> int:
    """Make requests due that wait without a mentor and may find one now. Called by beat."""
    return look_again_job.look_again(now=timezone.now())


@shared_task
def close_ended() -> int:
    """Close help requests whose mentorship is over. Called by beat."""
    return close.close_ended(now=timezone.now())


@shared_task
def remind_unanswered() -> int:
    """Remind whoever has a question or an offer to answer. Called by beat."""
    return remind.remind_unanswered(now=timezone.now())


@shared_task
def embed_stale() -> int:
    """Compute the vectors of texts that changed. Called by beat, and after a mentor's profile was saved."""
    return embed.embed_stale(limit=1000)


@shared_task
def tend_change_log() -> int:
    """Keep the log of changes short, and complete where only time passed. Called by beat."""
    return changes.tend_change_log(now=timezone.now())


@shared_task
def expire_unanswered() -> int:
    """End questions and offers past their deadline. Called by beat."""
    return expire.expire_unanswered(now=timezone.now())


@shared_task
def end_kept_apart() -> int:
    """End what waits between two who may not be matched any more. Called by beat."""
    return kept_apart.end_kept_apart(now=timezone.now())


@shared_task
def ask_still_looking() -> int:
    """Ask the mentees of old requests whether they still look. Called by beat."""
    return still_looking.ask_still_looking(now=timezone.now())


@shared_task
def expire_abandoned() -> int:
    """Close requests whose mentees did not say that they still look. Called by beat."""
    return still_looking.expire_abandoned(now=timezone.now())


@shared_task
def send_weekly_requests() -> int:
    """Write the weekly mail to mentors whose Monday morning has come. Called by beat."""
    return weekly_mail.send_weekly_requests(now=timezone.now())


@shared_task
def send_daily_summaries() -> int:
    """Write the daily mail to the admins whose morning has come. Called by beat."""
    return daily_summary.send_daily_summaries(now=timezone.now())


@shared_task
def post_to_channels() -> int:
    """Post to the channels on Slack, if there are any. Called by beat."""
    return daily_summary.post_to_channels(now=timezone.now())
