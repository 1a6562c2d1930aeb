"""Celery tasks of this app. They take an id or nothing, and running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from matching.jobs import (
    changes,
    close,
    cohort_drafts,
    cohort_pairs,
    cohort_requests,
    daily_summary,
    embed,
    expire,
    handovers,
    imports,
    kept_apart,
    propose,
    question_bank,
    remind,
    still_looking,
    undelivered,
    weekly_mail,
)
from matching.jobs import look_again as look_again_job
from matching.selectors import snapshot


@shared_task
def propose_matches(help_request_id: int) -> int:
    """Look for mentors for one help request. ``propose_due`` makes up for a lost call."""
    return propose.propose_matches(help_request_id=help_request_id, now=timezone.now())


@shared_task
def propose_due() -> int:
    """Look for mentors for every request that is due. Called by beat."""
    return propose.propose_due_requests(now=timezone.now())


@shared_task
def look_again() -> int:
    """Make waiting requests due for which mentors may be found now. Called by beat."""
    return look_again_job.look_again(now=timezone.now())


@shared_task
def close_ended() -> int:
    """Close help requests whose mentorship is over. Called by beat."""
    return close.close_ended(now=timezone.now())


@shared_task
def withdraw_without_goal() -> int:
    """Withdraw open help requests whose goal was reached or dropped. Called by beat."""
    return close.withdraw_without_goal(now=timezone.now())


@shared_task
def remind_unanswered() -> int:
    """Remind mentors of questions and mentees of offers that wait. Called by beat."""
    return remind.remind_unanswered(now=timezone.now())


@shared_task
def embed_stale() -> int:
    """Compute the vectors of texts that changed. Called by beat, and after a mentor's profile was saved."""
    return embed.embed_stale(limit=1000)


@shared_task
def tend_change_log() -> int:
    """Log changes that come with time alone, and delete old rows of the log. Called by beat."""
    return changes.tend_change_log(now=timezone.now())


@shared_task
def share_community() -> bool:
    """Write the copy of the community that the processes of a machine share, if theirs is behind. Called by beat."""
    return snapshot.share_community(now=timezone.now())


@shared_task
def expire_unanswered() -> int:
    """Expire questions and offers past their deadline. Called by beat."""
    return expire.expire_unanswered(now=timezone.now())


@shared_task
def end_kept_apart() -> int:
    """Withdraw questions and offers between people who may no longer be matched. Called by beat."""
    return kept_apart.end_kept_apart(now=timezone.now())


@shared_task
def tend_handovers() -> int:
    """Close the handovers whose mentor is back, open new ones, follow pauses, remind, and end those without an answer.

    Called by beat. The order matters: a mentor whose pause became a suspension closes one and opens another.
    """
    now = timezone.now()
    return (
        handovers.close_handovers(now=now)
        + handovers.open_new_handovers(now=now)
        + handovers.follow_longer_pauses(now=now)
        + handovers.remind_of_handovers(now=now)
        + handovers.end_unanswered_handovers(now=now)
    )


@shared_task
def end_undelivered() -> int:
    """Withdraw questions that did not come to their mentors. Called by beat."""
    return undelivered.end_undelivered(now=timezone.now())


@shared_task
def ask_still_looking() -> int:
    """Ask the mentees of old requests whether they still look. Called by beat."""
    return still_looking.ask_still_looking(now=timezone.now())


@shared_task
def expire_abandoned() -> int:
    """Expire requests whose mentees did not say that they still look. Called by beat."""
    return still_looking.expire_abandoned(now=timezone.now())


@shared_task
def tend_cohorts() -> int:
    """Remind mentees of cohorts who have no request, and end the requests of cohorts that are over. Called by beat."""
    now = timezone.now()
    return (
        cohort_requests.remind_of_requests(now=now)
        + cohort_requests.expire_of_archived(now=now)
        + cohort_requests.withdraw_of_left(now=now)
        + cohort_requests.free_drafts(now=now)
    )


@shared_task
def send_weekly_requests() -> int:
    """Write the weekly mail to mentors, from Monday morning local time on. Called by beat."""
    return weekly_mail.send_weekly_requests(now=timezone.now())


@shared_task
def send_daily_summaries() -> int:
    """Write the daily mail to admins, from the morning local time on. Called by beat."""
    return daily_summary.send_daily_summaries(now=timezone.now())


@shared_task
def post_to_channels() -> int:
    """Post to the channels on Slack in the settings. Called by beat."""
    return daily_summary.post_to_channels(now=timezone.now())


@shared_task
def tend_question_bank() -> int:
    """Compute the vectors of shared questions, and group them. Called by beat. Return how many changed."""
    tended = question_bank.tend_question_bank()
    return tended.removed + tended.added


@shared_task
def work_on_import(import_id: int) -> int:
    """Check, apply or undo an import. ``tend_imports`` makes up for a lost call, and for a worker that died."""
    return imports.work_on_import(import_id=import_id, now=timezone.now())


@shared_task
def tend_imports() -> int:
    """Go on with imports that nobody works on, and forget the rows of old ones. Called by beat."""
    return imports.tend_imports(now=timezone.now())


@shared_task
def make_cohort_draft(draft_id: int) -> bool:
    """Make a draft of a cohort. ``tend_cohort_drafts`` makes up for a lost call, and for a worker that died."""
    return cohort_drafts.make_draft(draft_id=draft_id, now=timezone.now())


@shared_task
def tend_cohort_drafts() -> int:
    """Make drafts of cohorts that nobody makes, and delete the fits of old ones. Called by beat."""
    return cohort_drafts.tend_drafts(now=timezone.now())


@shared_task
def propose_pairs() -> int:
    """Propose published pairs of cohorts, and publish the alternates of those that cannot be. Called by beat."""
    return cohort_pairs.propose_published(now=timezone.now())


@shared_task
def tend_pairs() -> int:
    """End pairs of cohorts that cannot be any more or are past their deadline, and remind. Called by beat."""
    now = timezone.now()
    ended = cohort_pairs.end_impossible_pairs(now=now) + cohort_pairs.expire_pairs(now=now)
    return ended + cohort_pairs.remind_of_pairs(now=now)
