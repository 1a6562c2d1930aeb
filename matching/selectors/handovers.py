"""Handovers: mentors who cannot go on, the successors of each, and the notes that went along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Case, CharField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from accounts.community_settings import days_of
from accounts.models import MentorProfile, User
from matching.models import Handover, Match
from matching.selectors.mentorships import request_of
from matching.selectors.shown import MentorCard, suggested_card
from matching.selectors.suggestions import best_mentors
from mentorship.models import Mentorship, Session
from mentorship.selectors.apart import ENDED_BY_ADMINS, apart, can_meet
from mentorship.selectors.mentors import kept_apart_each
from mentorship.selectors.mentorships import mentorships_visible_to

Cause = Handover.Cause
PAUSED = MentorProfile.Status.PAUSED

# Causes after which nobody can wait.
GONE = (Cause.SUSPENDED, Cause.LEFT, Cause.ARRANGED)
# A mentor who pauses and comes back again and again does not ask anew each time.
PAUSE_ASKS_EVERY = timedelta(days=1)
SUCCESSORS = 3
NOTES_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """A mentor who could go on, with the fit, 0 to 100, and reasons for the mentee."""

    mentor: MentorCard
    fit: int
    reasons: tuple[str, ...]


def left_alone(
    mentorships: QuerySet[Mentorship], *, now: datetime, long_pause: timedelta | None = None
) -> QuerySet[Mentorship]:
    """Return those whose mentor cannot go on or pauses for long, with the reason in ``cause_now``.

    A pause is long if it is planned for more than ``long_pause``, or has no end and lasts as long. None: the setting.
    """
    length = days_of("long_pause_days") if long_pause is None else long_pause
    ends_late = Q(mentor__paused_until_on__gt=TruncDate(F("mentor__status_since_at") + length, tzinfo=UTC))
    lasts_long = Q(mentor__paused_until_on__isnull=True, mentor__status_since_at__lte=now - length)
    found = mentorships.annotate(
        cause_now=Case(
            When(mentor__user__is_active=False, then=Value(Cause.LEFT)),
            When(mentor__status__in=ENDED_BY_ADMINS, then=Value(Cause.SUSPENDED)),
            When(Q(mentor__status=PAUSED) & (ends_late | lasts_long), then=Value(Cause.PAUSED)),
            default=Value(""),
            output_field=CharField(),
        )
    )
    return found.exclude(cause_now="")


def to_hand_over(*, now: datetime, long_pause: timedelta | None = None) -> QuerySet[Mentorship]:
    """Return the running mentorships whose mentee is to be asked, with ``cause_now``. As ``left_alone``."""
    running = Mentorship.objects.filter(status__in=Mentorship.RUNNING, mentee__is_active=True)
    handovers = Handover.objects.filter(mentorship=OuterRef("pk"))
    is_open = handovers.filter(closed_at__isnull=True)
    asked_lately = handovers.filter(opened_at__gt=now - PAUSE_ASKS_EVERY)
    found = left_alone(running.filter(~Exists(is_open)), now=now, long_pause=long_pause)
    # After a block no word about a pause passes between the two.
    not_for_a_pause = Q(Exists(asked_lately)) | apart(mentee="mentee")
    return found.exclude(Q(cause_now=Cause.PAUSED) & not_for_a_pause).order_by("pk")


def open_handovers() -> QuerySet[Handover]:
    """Return the handovers whose mentorship runs and whose cause still holds, the oldest first."""
    return Handover.objects.filter(_holds(), closed_at__isnull=True).order_by("opened_at", "pk")


def split_by_handover(mentorships: QuerySet[Mentorship]) -> tuple[list[Mentorship], list[Mentorship]]:
    """Return the mentorships whose mentee is not asked how to go on, and those whose mentee is. Each by primary key."""
    asked = Handover.objects.filter(mentorship=OuterRef("pk"), closed_at__isnull=True)
    ordered = mentorships.select_related("mentee", "goal__kind").order_by("pk")
    return list(ordered.filter(~Exists(asked))), list(ordered.filter(Exists(asked)))


def handovers_to_close() -> QuerySet[Handover]:
    """Return the handovers whose mentor is back, or has another cause by now, or whose mentorship is over."""
    return Handover.objects.filter(~_holds(), closed_at__isnull=True).order_by("opened_at", "pk")


def _holds() -> Q:
    is_there = Q(mentorship__mentor__user__is_active=True)
    holds = (
        Q(cause=Cause.LEFT, mentorship__mentor__user__is_active=False)
        | Q(cause=Cause.SUSPENDED, mentorship__mentor__status__in=ENDED_BY_ADMINS)
        # Only its end closes what an admin arranged.
        | Q(cause=Cause.ARRANGED)
        # A pause that was asked about counts until its end, also if that was moved nearer.
        | (Q(cause=Cause.PAUSED, mentorship__mentor__status=PAUSED) & is_there)
    )
    return holds & Q(mentorship__status__in=Mentorship.RUNNING)


def longer_pauses() -> QuerySet[Handover]:
    """Return the open handovers whose mentor has moved the end of the pause away, or has taken it back."""
    ends_on = "mentorship__mentor__paused_until_on"
    is_longer = Q(**{f"{ends_on}__gt": F("cancelled_until_on")}) | Q(**{f"{ends_on}__isnull": True})
    return open_handovers().filter(is_longer, cause=Cause.PAUSED, cancelled_until_on__isnull=False)


def handovers_of(mentee: User) -> QuerySet[Handover]:
    """Return the handovers of a mentee, the newest first."""
    handovers = Handover.objects.filter(mentorship__mentee=mentee).select_related("help_request")
    mentorships = Prefetch("mentorship", mentorships_visible_to(mentee))
    return handovers.prefetch_related(mentorships).order_by("-opened_at", "-pk")


def open_handover_of(mentorship: Mentorship) -> Handover | None:
    """Return the open handover of a mentorship, if there is one. One query."""
    return open_handovers().filter(mentorship=mentorship).first()


def unanswered_of(mentee: User) -> QuerySet[Handover]:
    """Return the open handovers of a mentee without a choice."""
    return open_handovers().filter(mentorship__mentee=mentee, choice="")


def is_pause(handover: Handover) -> bool:
    return handover.cause == Cause.PAUSED


def back_on(handover: Handover) -> date | None:
    """Return the day on which the mentor's pause ends. None without such a day."""
    return handover.mentorship.mentor.paused_until_on if is_pause(handover) else None


def to_remind(*, after: timedelta, now: datetime) -> QuerySet[Handover]:
    """Return the handovers that were opened so long ago, without a choice or a reminder."""
    unanswered = open_handovers().filter(choice="", reminded_at__isnull=True, mentorship__mentee__is_active=True)
    # Two who are kept apart have no pause to wait for.
    parted = Q(cause=Cause.PAUSED, mentorship__in=Mentorship.objects.filter(apart(mentee="mentee")).values("pk"))
    return unanswered.filter(opened_at__lte=now - after).exclude(parted)


def unanswered_after_reminder(*, after: timedelta, now: datetime) -> QuerySet[Handover]:
    """Return the handovers of mentors who are gone whose mentee was reminded so long ago, and has not chosen."""
    unanswered = open_handovers().filter(choice="", cause__in=GONE, mentorship__mentee__is_active=True)
    return unanswered.filter(reminded_at__lte=now - after)


def ends_at(handover: Handover) -> datetime | None:
    """Return when the mentorship ends without an answer. None if it waits."""
    if is_pause(handover):
        return None
    reminded_at = handover.reminded_at or handover.opened_at + days_of("handover_remind_days")
    return reminded_at + days_of("handover_end_days")


def pause_ends_at(mentor: MentorProfile) -> datetime | None:
    """Return the moment at which a pause ends in the mentor's zone. None without an end."""
    day = mentor.paused_until_on
    return datetime.combine(day, time(), tzinfo=mentor.user.profile.zone) if day else None


def successors_of(handover: Handover, *, now: datetime) -> list[Successor]:
    """Rank the mentors who could go on, best first, SUCCESSORS at most. Nothing is stored.

    Empty if the mentorship came without a request.
    """
    request = request_of(handover.mentorship)
    if request is None:
        return []
    # The copy was shown to nobody. The engine leaves out mentors who were tried for the goal.
    found = best_mentors(request.copied(at=now), now=now, count=SUCCESSORS).suggestions
    mentors = _mentors_with([suggestion.mentor_id for suggestion in found])
    return [
        Successor(
            mentor=suggested_card(mentors[suggestion.mentor_id]),
            fit=suggestion.fit,
            reasons=tuple(suggestion.reasons),
        )
        for suggestion in found
    ]


def _mentors_with(users: Iterable[int]) -> dict[int, MentorProfile]:
    mentors = MentorProfile.objects.select_related("user__profile")
    mentors = mentors.prefetch_related("user__profile__languages", "user__profile__career")
    return mentors.in_bulk(list(users), field_name="user_id")


def notes_brought_to(mentorship: Mentorship, *, to: User) -> list[Session]:
    """Return sessions of an earlier mentorship whose shared notes the mentee took along, the last one first.

    The mentee reads them, and the mentor while ``mentorship`` runs. Empty for two who are not in contact. Notes with a
    mentor who is kept apart from one of the two are left out.
    """
    if to.pk != mentorship.mentee_id and mentorship.status not in Mentorship.RUNNING:
        return []
    led_here = Match.objects.filter(status=Match.Status.ACCEPTED, mentorship=mentorship)
    handovers = Handover.objects.filter(takes_notes=True, help_request__in=led_here.values("help_request"))
    earlier = Session.objects.filter(mentorship__in=handovers.values("mentorship")).exclude(shared_notes="")
    both = kept_apart_each([mentorship.mentee_id, mentorship.mentor.user_id])
    earlier = earlier.exclude(mentorship__mentor__user__in=frozenset().union(*both.values()))
    notes = list(earlier.select_related("kind").order_by(F("starts_at").desc(nulls_last=True), "-pk")[:NOTES_MAX])
    return notes if notes and can_meet(mentorship) else []
