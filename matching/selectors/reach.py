"""Reach: whether a question comes to its mentor, by mail or in the app, and the messages that came to nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from accounts.models import MentorProfile, Notification
from matching.models import Match

# The group of messages that asks a mentor for an answer.
QUESTIONS = "questions"
# A person who read a message in the app as recently as this is taken to read the next one there.
READS_FOR = timedelta(days=30)
# A mail can also die of a fault on our side. Admins have this time to mend it and to send the mail again.
ADMINS_MAY_MEND_FOR = timedelta(days=1)

# Conditions on the user ``u``. No mail with a question goes to them: the address bounces, or they switched it off.
NOT_MAILED = """
(u.bouncing_since_at IS NOT NULL OR EXISTS (
    SELECT FROM accounts_notificationchoice o
    WHERE o.user_id = u.id AND o."group" = 'questions' AND o.email = 'off'))"""
# Nor do they read messages in the app.
UNREACHABLE = f"""
({NOT_MAILED} AND (
    EXISTS (SELECT FROM accounts_notificationchoice i
            WHERE i.user_id = u.id AND i."group" = 'questions' AND NOT i.in_app)
    OR NOT EXISTS (SELECT FROM accounts_notification r
                   WHERE r.recipient_id = u.id AND r.read_at > %(read_since)s)))"""  # noqa: S608 -- constants


def unreachable_mentors(*, now: datetime) -> QuerySet[MentorProfile]:
    """Return the mentors to whom a question would come neither by mail nor in the app."""
    condition = UNREACHABLE.replace("%(read_since)s", "%s")
    users = RawSQL(f"SELECT u.id FROM accounts_user u WHERE {condition}", [now - READS_FOR])  # noqa: S608, S611 -- constants
    return MentorProfile.objects.filter(user__in=users)


def undelivered_questions(*, now: datetime) -> QuerySet[Match]:
    """Return the questions whose message came to nobody, and will not: their mentors do not know of them.

    A mail that died although the address takes mail counts after ADMINS_MAY_MEND_FOR.
    """
    message = _failed().filter(
        recipient=OuterRef("mentor__user"),
        kind__in=["match_asked", "match_clarified"],
        key__startswith=Cast(OuterRef("uuid"), CharField()),
        created_at__gte=OuterRef("waits_since_at"),
    )
    long_dead = message.filter(status=Notification.Status.DEAD, created_at__lte=now - ADMINS_MAY_MEND_FOR)
    lost = Q(Exists(message), mentor__in=unreachable_mentors(now=now)) | Q(Exists(long_dead))
    return Match.objects.filter(lost, status=Match.Status.ASKED).order_by("pk")


def is_undelivered(match: Match, *, now: datetime) -> bool:
    """Return whether a match is one of ``undelivered_questions``. One query."""
    return undelivered_questions(now=now).filter(pk=match.pk).exists()


def was_not_reminded(match: Match) -> bool:
    """Return whether reminders of this turn were written for the mentor, and none of them came to anybody."""
    since = match.waits_since_at
    reminders = Notification.objects.filter(
        recipient=match.mentor.user_id,
        kind="match_reminder",
        key__startswith=f"{match.uuid}:{since.isoformat()}:" if since else str(match.uuid),
    )
    failed = _failed().values("pk")
    return reminders.exists() and not reminders.exclude(pk__in=failed).exists()


def _failed() -> QuerySet[Notification]:
    """Return the messages that were not sent and will not be, alone or in a digest, and were not read in the app."""
    no_digest = Q(digest__isnull=True) | Q(digest__status__in=[Notification.Status.SKIPPED, Notification.Status.DEAD])
    not_sent = Q(status=Notification.Status.DEAD) | Q(no_digest, status=Notification.Status.SKIPPED)
    return Notification.objects.filter(not_sent, read_at__isnull=True)
