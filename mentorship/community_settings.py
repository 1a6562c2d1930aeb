"""Limits and deadlines of mentorships and sessions, and what their changes affect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.community_settings import SENT_MAILS, Effect, SettingKind, register
from accounts.models import MentorProfile
from mentorship.models import Mentorship, Occasion, OutcomeQuestion, OutcomeRating, Session
from mentorship.selectors.limits import (
    answered_by_one,
    ends_to_ask_about,
    outcomes_to_remind_of,
    with_feedback_to_open,
)
from mentorship.selectors.misses import people_with_misses, sessions_that_count
from mentorship.selectors.silence import STEPS, reached_by_change

MENTORSHIPS, SESSIONS, OUTCOMES = "Mentorships", "Sessions", "Outcomes and feedback"


def _silence(old: int, new: int, now: datetime) -> Sequence[Effect]:
    return [
        Effect(
            "quiet pair has reached another message by that: both get it within a day.",
            "quiet pairs have reached another message by that: both of each get it within a day.",
            reached_by_change(old=timedelta(days=old), new=timedelta(days=new), now=now),
        ),
        Effect(f"An offer to close comes after {STEPS * new} days without a sign of life."),
    ]


def _fit_checks(old: int, new: int, now: datetime) -> Sequence[Effect]:
    waiting = Mentorship.objects.filter(
        status__in=Mentorship.RUNNING, format=MentorProfile.Format.ONGOING, fit_check_due_at__isnull=False
    )
    return [
        Effect(
            "running mentorship keeps the day of its next fit check.",
            "running mentorships keep the day of their next fit check.",
            waiting,
        )
    ]


def _planned_end(old: int, new: int, now: datetime) -> Sequence[Effect]:
    return [
        Effect(
            f"mentorship ends within {new} days, and nobody was asked: both are asked within the hour.",
            f"mentorships end within {new} days, and nobody was asked: both of each are asked within the hour.",
            ends_to_ask_about(before=timedelta(days=new), now=now),
        )
    ]


def _attendance(old: int, new: int, now: datetime) -> Sequence[Effect]:
    return [
        Effect(
            f"session has one answer, {new} days old or older: it is settled by that within the hour.",
            f"sessions have one answer, {new} days old or older: they are settled by that within the hour.",
            answered_by_one(after=timedelta(days=new), now=now),
        ),
        SENT_MAILS,
    ]


def _misses(old: int, new: int, now: datetime) -> Sequence[Effect]:
    mentees, mentors = (people_with_misses(as_mentor=side, at_least=new - 1, now=now) for side in (False, True))
    return [
        Effect(
            "mentee cannot ask any more after one more missed session.",
            "mentees cannot ask any more after one more missed session each.",
            mentees,
        ),
        Effect(
            "mentor is paused after one more missed session.",
            "mentors are paused after one more missed session each.",
            mentors,
        ),
    ]


def _misses_days(old: int, new: int, now: datetime) -> Sequence[Effect]:
    return _counting(*(sessions_that_count(now=now, counted=timedelta(days=days)) for days in (old, new)))


def _late_hours(old: int, new: int, now: datetime) -> Sequence[Effect]:
    return _counting(*(sessions_that_count(now=now, late_from=timedelta(hours=hours)) for hours in (old, new)))


def _counting(before: QuerySet[Session], after: QuerySet[Session]) -> Sequence[Effect]:
    """Return the effects of a change of what counts against one of the two."""
    return [
        Effect(
            "session counts against one of the two then, and does not now.",
            "sessions count against one of their two then, and do not now.",
            after.exclude(pk__in=before.values("pk")),
        ),
        Effect(
            "session does not count any more.",
            "sessions do not count any more.",
            before.exclude(pk__in=after.values("pk")),
        ),
    ]


def _suggested_times(old: int, new: int, now: datetime) -> Sequence[Effect]:
    return [
        Effect("Times are suggested by the new number from the next look on."),
        Effect(
            "session has times to choose from, and keeps them.",
            "sessions have times to choose from, and keep them.",
            Session.objects.filter(status=Session.Status.PROPOSED),
        ),
    ]


def _sessions_without_time(old: int, new: int, now: datetime) -> Sequence[Effect]:
    proposed = Q(sessions__status=Session.Status.PROPOSED)
    waiting = Mentorship.objects.filter(status=Mentorship.Status.ACTIVE)
    waiting = waiting.annotate(proposed=Count("sessions", filter=proposed))
    return [
        Effect(
            "mentorship has as many sessions without a time: they stay, and no other is proposed until one has a time.",
            "mentorships have as many sessions without a time: they stay, and no other is proposed until one has a "
            "time.",
            waiting.filter(proposed__gte=new),
        )
    ]


def _outcome_later(old: int, new: int, now: datetime) -> Sequence[Effect]:
    later = OutcomeQuestion.objects.filter(when=Occasion.LATER, asked_at__isnull=True)
    return [
        Effect(
            "mentorship that is over keeps the day of its later question.",
            "mentorships that are over keep the day of their later question.",
            Mentorship.objects.filter(pk__in=later.values("mentorship")),
        )
    ]


def _outcome_remind(old: int, new: int, now: datetime) -> Sequence[Effect]:
    ratings = OutcomeRating.objects.filter(mentorship=OuterRef("mentorship"), when=OuterRef("when")).order_by()
    count = ratings.values("mentorship").annotate(count=Count("pk")).values("count")
    asked = outcomes_to_remind_of(after=timedelta(days=new), now=now)
    unrated = asked.annotate(rated=Coalesce(Subquery(count), 0)).filter(rated__lt=2)
    return [
        Effect(
            f"mentorship was asked about {new} days ago, and not rated: a reminder comes within the hour.",
            f"mentorships were asked about {new} days ago, and not rated: reminders come within the hour.",
            Mentorship.objects.filter(pk__in=unrated.order_by().values("mentorship")),
        )
    ]


def _feedback(old: int, new: int, now: datetime) -> Sequence[Effect]:
    sealed = Mentorship.objects.filter(feedback__opened_at__isnull=True, feedback__isnull=False).distinct()
    return [
        Effect(
            "mentorship has sealed feedback now. Its authors read the day of before.",
            "mentorships have sealed feedback now. The authors read the day of before.",
            sealed,
        ),
        Effect(
            "of them opens its feedback within the hour, before or on the day that the author read.",
            "of them open their feedback within the hour, before or on the day that the author read.",
            with_feedback_to_open(after=timedelta(days=new), now=now),
        ),
    ]


register(
    SettingKind(
        code="silence_days",
        group=MENTORSHIPS,
        title="Days between messages to a quiet pair",
        does="After so many days without a sign of life, and twice, three and four times as many, both get a mail. The "
        "last one offers to close.",
        unit="days",
        default=lambda: 7,
        least=3,
        most=60,
        runs_on="The new days count for pairs that are quiet now, too. A message that was sent is not repeated.",
        affects=_silence,
    ),
    SettingKind(
        code="fit_check_first_days",
        group=MENTORSHIPS,
        title="Fit check by the calendar, the first",
        does="Each of the two is asked how it goes so many days after the start, besides the check after the first "
        "session.",
        unit="days",
        default=lambda: 30,
        least=7,
        most=180,
        runs_on="The days after that one are counted by the new number.",
        affects=_fit_checks,
    ),
    SettingKind(
        code="fit_check_every_days",
        group=MENTORSHIPS,
        title="Fit checks by the calendar, those that follow",
        does="After the first one, each of the two is asked how it goes every so many days.",
        unit="days",
        default=lambda: 60,
        least=14,
        most=365,
        runs_on="The days after that one are counted by the new number.",
        affects=_fit_checks,
    ),
    SettingKind(
        code="planned_end_days",
        group=MENTORSHIPS,
        title="Question before the planned end",
        does="So many days before the planned end of a mentorship, both are asked: reached, go on, or end?",
        unit="days",
        default=lambda: 14,
        least=3,
        most=90,
        runs_on="Those who were asked already are not asked again.",
        affects=_planned_end,
    ),
    SettingKind(
        code="attendance_days",
        group=SESSIONS,
        title="Time to say how a session was",
        does="If only one of the two says how a session was, that answer counts so many days later.",
        unit="days",
        default=lambda: 3,
        least=1,
        most=30,
        runs_on="The new time counts for answers that were given already, too. What was settled stays so.",
        affects=_attendance,
    ),
    SettingKind(
        code="misses_max",
        group=SESSIONS,
        title="Missed sessions that pause a person",
        does="After so many missed sessions that still count, the one who missed them is paused, with a way back. A "
        "late cancellation counts half.",
        unit="sessions",
        default=lambda: 4,
        least=3,
        most=20,
        runs_on="The change itself pauses nobody, and brings nobody back.",
        affects=_misses,
    ),
    SettingKind(
        code="misses_days",
        group=SESSIONS,
        title="Days for which a missed session counts",
        does="A missed session counts for so many days after its beginning, and so does a late cancellation.",
        unit="days",
        default=lambda: 30,
        least=7,
        most=180,
        runs_on="The change itself pauses nobody, and brings nobody back. Mails that were sent name the old days.",
        affects=_misses_days,
    ),
    SettingKind(
        code="late_hours",
        group=SESSIONS,
        title="Late cancellation",
        does="Who cancels a session less than so many hours before its beginning has missed half of it.",
        unit="hours",
        default=lambda: 24,
        least=2,
        most=168,
        runs_on="The change itself pauses nobody, and brings nobody back. Cancellations of before are counted by the "
        "new hours, though those who cancelled read the old ones.",
        affects=_late_hours,
    ),
    SettingKind(
        code="sessions_without_time_max",
        group=SESSIONS,
        title="Sessions without a time",
        does="In one mentorship at most so many proposed sessions wait for a time at once.",
        unit="sessions",
        default=lambda: 3,
        least=1,
        most=10,
        runs_on="Sessions that have a time do not count.",
        affects=_sessions_without_time,
    ),
    SettingKind(
        code="suggested_notice_hours",
        group=SESSIONS,
        title="Notice of suggested times",
        does="A time that is suggested for a session lies so many hours ahead at least: both read of it, and agree.",
        unit="hours",
        default=lambda: 24,
        least=1,
        most=168,
        runs_on="Members still propose times of their own at shorter notice.",
        affects=_suggested_times,
    ),
    SettingKind(
        code="suggested_a_week",
        group=SESSIONS,
        title="Suggested times in one week",
        does="At most so many of the times that are suggested for a session lie in one week.",
        unit="times",
        default=lambda: 4,
        least=1,
        most=10,
        runs_on="Ten times are suggested at most.",
        affects=_suggested_times,
    ),
    SettingKind(
        code="outcome_later_days",
        group=OUTCOMES,
        title="Later question about the outcome",
        does="So many days after the end of a mentorship, both are asked once more what came of it.",
        unit="days",
        default=lambda: 90,
        least=30,
        most=365,
        runs_on="Mentorships that end from now on get the new day. Figures compare all answers, whatever their day.",
        affects=_outcome_later,
    ),
    SettingKind(
        code="outcome_remind_days",
        group=OUTCOMES,
        title="Reminder of the outcome",
        does="Those who have not rated the outcome so many days after the question are reminded, once.",
        unit="days",
        default=lambda: 7,
        least=1,
        most=60,
        runs_on="The new time counts for questions that were asked already, too. Nobody is reminded twice.",
        affects=_outcome_remind,
    ),
    SettingKind(
        code="feedback_opens_days",
        group=OUTCOMES,
        title="Opening of feedback",
        does="If only one of the two writes feedback, it opens so many days after the end of the mentorship.",
        unit="days",
        default=lambda: 14,
        least=3,
        most=90,
        runs_on="The new time counts for feedback that is sealed now, too. What is open stays open.",
        affects=_feedback,
    ),
)
