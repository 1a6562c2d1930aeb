"""Limits and deadlines of the search for mentors, and what their changes affect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from accounts.community_settings import SENT_MAILS, Effect, SettingKind, register
from accounts.models import MentorProfile, User
from matching.models import CLARIFICATIONS_MAX, Handover, HelpRequest, Match
from matching.selectors.handovers import to_hand_over, to_remind, unanswered_after_reminder
from matching.selectors.limits import (
    DAY,
    abandoned,
    asked_today,
    long_open,
    mentors_after_silence,
    mentors_with_full_inbox,
)

ASKING, DEADLINES, SILENCE, HANDOVERS = "Asking", "Deadlines", "Silence", "Handovers"


def _response_days(old: int, new: int, now: datetime) -> Sequence[Effect]:
    words = {
        Match.Status.ASKED: ("question keeps its deadline.", "questions keep their deadlines."),
        Match.Status.CLARIFYING: ("question back keeps its deadline.", "questions back keep their deadlines."),
        Match.Status.OFFERED: ("offer keeps its deadline.", "offers keep their deadlines."),
    }
    return [Effect(*sentences, Match.objects.filter(status=status)) for status, sentences in words.items()]


def _at_most(
    old: int,
    new: int,
    rows: Callable[..., QuerySet[Any]],
    *,
    reached: tuple[str, str],
    freed: tuple[str, str],
) -> Sequence[Effect]:
    """Return the effects of a limit on those who reach it, and on those whom a higher one frees.

    ``rows`` takes conditions on ``count``. The sentences are those for one and for more.
    """
    effects = [Effect(*reached, rows(count__gte=new))]
    if new > old:
        effects.append(Effect(*freed, rows(count__gte=old, count__lt=new)))
    return effects


def _open_requests_max(old: int, new: int, now: datetime) -> Sequence[Effect]:
    opened = HelpRequest.objects.filter(status=HelpRequest.Status.OPEN, cohort=None).order_by().values("mentee")
    mentees = opened.annotate(count=Count("pk"))

    def with_open(**count: int) -> QuerySet[User]:
        return User.objects.filter(pk__in=mentees.filter(**count).values("mentee"))

    return _at_most(
        old,
        new,
        with_open,
        reached=(
            f"mentee has {new} open or more, keeps them, and can submit no other until one is over.",
            f"mentees have {new} open or more, keep them, and can submit no other until one is over.",
        ),
        freed=("mentee at the limit can submit again.", "mentees at the limit can submit again."),
    )


def _asked_max(old: int, new: int, now: datetime) -> Sequence[Effect]:
    opened = HelpRequest.objects.filter(status=HelpRequest.Status.OPEN)
    waiting = opened.annotate(count=Count("matches", filter=Q(matches__status__in=Match.WAITING)))
    return _at_most(
        old,
        new,
        waiting.filter,
        reached=(
            f"request has {new} or more that wait: they go on, and nobody else is asked until one is answered.",
            f"requests have {new} or more that wait: they go on, and nobody else is asked until one is answered.",
        ),
        freed=("request at the limit can ask again.", "requests at the limit can ask again."),
    )


def _inbox(old: int, new: int, now: datetime) -> Sequence[Effect]:
    before, after = (mentors_with_full_inbox(value) for value in (old, new))
    return [
        Effect("mentor has a full inbox now.", "mentors have a full inbox now.", before),
        Effect("mentor would have one.", "mentors would have one.", after),
        Effect("Those with a full inbox are not suggested. Waiting requests are looked at again within six hours."),
    ]


def _silence_max(old: int, new: int, now: datetime) -> Sequence[Effect]:
    if new == 0:
        return [
            Effect("Nobody is paused for silence any more."),
            Effect(
                "mentor is paused for silence, and stays so until they come back.",
                "mentors are paused for silence, and stay so until they come back.",
                MentorProfile.objects.filter(
                    status=MentorProfile.Status.PAUSED, pause_cause=MentorProfile.PauseCause.SILENCE
                ),
            ),
        ]
    return [
        Effect(
            "mentor is paused if the next question runs out as well.",
            "mentors are paused if the next question runs out as well.",
            mentors_after_silence(new - 1),
        )
    ]


def _still_looking(old: int, new: int, now: datetime) -> Sequence[Effect]:
    return [
        Effect(
            f"open request is {new} days old or older: its mentee is asked within the hour.",
            f"open requests are {new} days old or older: their mentees are asked within the hour.",
            long_open(after=timedelta(days=new), now=now),
        )
    ]


def _still_looking_grace(old: int, new: int, now: datetime) -> Sequence[Effect]:
    return [
        Effect(
            "request waits for the answer of its mentee.",
            "requests wait for the answer of a mentee.",
            abandoned(after=timedelta(0), now=now),
        ),
        Effect(
            "of them expires within the hour.",
            "of them expire within the hour.",
            abandoned(after=timedelta(days=new), now=now),
        ),
        SENT_MAILS,
    ]


def _clarifications_max(old: int, new: int, now: datetime) -> Sequence[Effect]:
    asked = Match.objects.filter(status=Match.Status.ASKED).annotate(backs=Count("clarifications"))
    return [
        Effect(
            "waiting question has as many questions back: its mentor says yes or no now.",
            "waiting questions have as many questions back: their mentors say yes or no now.",
            asked.filter(backs__gte=new),
        )
    ]


def _questions_a_day(old: int, new: int, now: datetime) -> Sequence[Effect]:
    today = Match.objects.filter(asked_today(now)).order_by().values("help_request__mentee")
    often = today.annotate(count=Count("pk")).filter(count__gte=new).values("help_request__mentee")
    return [
        Effect(
            "mentee has asked as often within the last day, and asks again once that is over.",
            "mentees have asked as often within the last day, and ask again once that is over.",
            User.objects.filter(pk__in=often),
        )
    ]


def _questions_to_one_a_day(old: int, new: int, now: datetime) -> Sequence[Effect]:
    pair = ("help_request__mentee", "mentor")
    asked, offered = (
        Match.objects.filter(is_today).order_by().values(*pair).annotate(count=Count("pk")).filter(count__gte=new)
        for is_today in (asked_today(now), Q(offered_at__gt=now - DAY))
    )
    return [
        Effect(
            "mentee has asked one mentor as often within the last day, and asks that one again later.",
            "mentees have asked one mentor as often within the last day, and ask that one again later.",
            User.objects.filter(pk__in=asked.values("help_request__mentee")),
        ),
        Effect(
            "mentor has offered one mentee as often within the last day, and offers that one again later.",
            "mentors have offered one mentee as often within the last day, and offer that one again later.",
            MentorProfile.objects.filter(pk__in=offered.values("mentor")),
        ),
    ]


def _long_pause(old: int, new: int, now: datetime) -> Sequence[Effect]:
    asked = to_hand_over(now=now, long_pause=timedelta(days=new)).filter(Q(("cause_now", Handover.Cause.PAUSED)))
    still_open = Handover.objects.filter(closed_at__isnull=True, cause=Handover.Cause.PAUSED)
    return [
        Effect(
            "mentorship has a mentor in a pause that is long then: its mentee is asked within minutes, and sessions "
            "within a pause by the mentor's own wish are cancelled.",
            "mentorships have a mentor in a pause that is long then: their mentees are asked within minutes, and "
            "sessions within a pause by the mentor's own wish are cancelled.",
            asked,
        ),
        Effect(
            "handover of a pause is open, and stays so until the mentor is back.",
            "handovers of pauses are open, and stay so until the mentor is back.",
            still_open,
        ),
    ]


def _handover_remind(old: int, new: int, now: datetime) -> Sequence[Effect]:
    return [
        Effect(
            "mentee has not chosen for as long, and is reminded within minutes.",
            "mentees have not chosen for as long, and are reminded within minutes.",
            to_remind(after=timedelta(days=new), now=now),
        ),
        SENT_MAILS,
    ]


def _handover_end(old: int, new: int, now: datetime) -> Sequence[Effect]:
    return [
        Effect(
            f"mentee was reminded {new} days ago: the mentorship ends within minutes, and the search begins.",
            f"mentees were reminded {new} days ago: their mentorships end within minutes, and the search begins.",
            unanswered_after_reminder(after=timedelta(days=new), now=now),
        ),
        SENT_MAILS,
    ]


register(
    SettingKind(
        code="open_requests_max",
        group=ASKING,
        title="Open requests of a mentee",
        does="A mentee has at most so many open requests at a time.",
        unit="requests",
        default=lambda: settings.OPEN_REQUESTS_MAX,
        least=1,
        most=20,
        runs_on="Requests that are open stay open.",
        affects=_open_requests_max,
    ),
    SettingKind(
        code="asked_max",
        group=ASKING,
        title="Questions and offers at a time",
        does="At most so many questions and offers of one request wait for an answer at a time.",
        unit="mentors",
        default=lambda: settings.ASKED_MAX,
        least=1,
        most=10,
        runs_on="Questions and offers that wait go on.",
        affects=_asked_max,
    ),
    SettingKind(
        code="inbox_per_free_place",
        group=ASKING,
        title="Questions for each free place",
        does="A mentor is asked by at most so many people for each free place. With more the inbox counts as full.",
        unit="questions",
        default=lambda: settings.INBOX_PER_FREE_PLACE,
        least=1,
        most=10,
        runs_on="Questions that wait stay in the inbox.",
        affects=_inbox,
    ),
    SettingKind(
        code="clarifications_max",
        group=ASKING,
        title="Questions back",
        does="A mentor asks back at most so often before saying yes or no.",
        unit="questions",
        default=lambda: CLARIFICATIONS_MAX,
        least=1,
        most=CLARIFICATIONS_MAX,
        runs_on="A question back that waits is still answered. The database takes two at most.",
        affects=_clarifications_max,
    ),
    SettingKind(
        code="response_days",
        group=DEADLINES,
        title="Time to answer",
        does="A question or an offer runs out after so many days. Reminders come after two and four fifths of them.",
        unit="days",
        default=lambda: settings.RESPONSE_WINDOW.days,
        least=1,
        most=14,
        runs_on="What waits keeps its deadline and its reminders. New questions and offers get the new time, and a "
        "mentor who is away for all of it is not suggested.",
        affects=_response_days,
    ),
    SettingKind(
        code="still_looking_days",
        group=DEADLINES,
        title="Age of a request before “still looking?”",
        does="The mentee of a request that has been open for so many days is asked whether they still look.",
        unit="days",
        default=lambda: settings.STILL_LOOKING_AFTER.days,
        least=7,
        most=365,
        runs_on="Mentees who were asked already are not asked again.",
        affects=_still_looking,
    ),
    SettingKind(
        code="still_looking_grace_days",
        group=DEADLINES,
        title="Time to answer “still looking?”",
        does="A request expires if its mentee has not answered for so many days.",
        unit="days",
        default=lambda: settings.STILL_LOOKING_GRACE.days,
        least=1,
        most=90,
        runs_on="Requests that have expired stay so.",
        affects=_still_looking_grace,
    ),
    SettingKind(
        code="silence_max",
        group=SILENCE,
        title="Unanswered questions that pause a mentor",
        does="A mentor whose last so many questions all ran out is paused, with a way back. 0: nobody is paused.",
        unit="questions",
        default=lambda: settings.SILENCE_MAX,
        least=0,
        most=10,
        runs_on="The change itself pauses nobody, and brings nobody back.",
        affects=_silence_max,
    ),
    SettingKind(
        code="questions_a_day",
        group=ASKING,
        title="Questions of a mentee within a day",
        does="A mentee asks at most so often within 24 hours, over all mentors. A question with a yes does not count.",
        unit="questions",
        default=lambda: 12,
        least=1,
        most=100,
        runs_on="Questions that wait go on.",
        affects=_questions_a_day,
    ),
    SettingKind(
        code="questions_to_one_a_day",
        group=ASKING,
        title="Questions or offers to one person within a day",
        does="One person asks another, or offers help to another, at most so often within 24 hours, over all goals.",
        unit="questions",
        default=lambda: 2,
        least=1,
        most=20,
        runs_on="Questions and offers that wait go on.",
        affects=_questions_to_one_a_day,
    ),
    SettingKind(
        code="long_pause_days",
        group=HANDOVERS,
        title="Long pause of a mentor",
        does="If a mentor pauses for more days than these, the mentees are asked: a successor, or wait?",
        unit="days",
        default=lambda: 21,
        least=7,
        most=180,
        runs_on="Mentees who were asked already still have their choice.",
        affects=_long_pause,
    ),
    SettingKind(
        code="handover_remind_days",
        group=HANDOVERS,
        title="Time to choose in a handover, before the reminder",
        does="A mentee who is asked for a successor and does not choose is reminded after so many days, once.",
        unit="days",
        default=lambda: 7,
        least=1,
        most=60,
        runs_on="The new time counts for handovers that are open, too. Nobody is reminded twice.",
        affects=_handover_remind,
    ),
    SettingKind(
        code="handover_end_days",
        group=HANDOVERS,
        title="Time to choose in a handover, after the reminder",
        does="If the mentor is gone, the mentorship ends so many days after the reminder.",
        unit="days",
        default=lambda: 7,
        least=1,
        most=60,
        runs_on="The new time counts for mentees who were reminded already, too.",
        affects=_handover_end,
    ),
)
