"""Celery's entrances to this app: an id or nothing goes in, and running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from mentorship.jobs import answer_steps, ask_about_end, attendance, feedback, fit_checks, kept_apart, outcomes, silence


@shared_task
def ask_about_ends() -> int:
    """Ask both about the planned end of their mentorship. Called by beat."""
    return ask_about_end.ask_about_ends(now=timezone.now())


@shared_task
def ask_how_it_goes() -> int:
    """Ask both of a mentorship how it goes. Called by beat."""
    return fit_checks.ask_how_it_goes(now=timezone.now())


@shared_task
def write_to_the_quiet() -> int:
    """Write to the two of a mentorship in which nothing happens. Called by beat."""
    return silence.write_to_the_quiet(now=timezone.now())


@shared_task
def ask_about_attendance() -> int:
    """Ask both whether a session was held. Called by beat."""
    return attendance.ask_about_attendance(now=timezone.now())


@shared_task
def cancel_kept_apart() -> int:
    """Cancel sessions of people who may not meet any more. Called by beat."""
    return kept_apart.cancel_kept_apart(now=timezone.now())


@shared_task
def settle_attendance_by_one() -> int:
    """Settle sessions about which one of the two was silent. Called by beat."""
    return attendance.settle_attendance_by_one(now=timezone.now())


@shared_task
def ask_about_outcomes() -> int:
    """Ask both about the outcome, some time after the end. Called by beat."""
    return outcomes.ask_about_outcomes(now=timezone.now())


@shared_task
def remind_of_outcomes() -> int:
    """Remind those who have not rated the outcome, once. Called by beat."""
    return outcomes.remind_of_outcomes(now=timezone.now())


@shared_task
def open_due_feedback() -> int:
    """Open feedback of one alone, some days after the end. Called by beat."""
    return feedback.open_due_feedback(now=timezone.now())


@shared_task
def delete_old_words() -> int:
    """Delete notes to the organisers and words of feedback that were kept long enough. Called by beat."""
    return feedback.delete_old_words(now=timezone.now())


@shared_task
def close_answer_steps() -> int:
    """Count private answers of closed weeks, for figures. Called by beat."""
    return answer_steps.close_answer_steps(now=timezone.now())
