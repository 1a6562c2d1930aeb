"""The search for a mentor among those who are listed: its order, and the values that find somebody."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet
from django_countries import countries

from accounts.models import CareerStep, Language, MentorProfile, User
from accounts.replica import maybe_stale
from accounts.words import language_name
from matching.models import HelpRequest, Match
from matching.selectors.fit import by_fit
from mentorship.selectors.kinds import goal_kind_choices

Choices = list[tuple[str, str]]
# Fields, countries and languages.
Values = tuple[list[str], list[str], list[str]]

# A process keeps the values of the search so long.
VALUES_FOR_S = 60.0
_read: tuple[float, Values] | None = None


def requests_to_judge_for(member: User) -> list[HelpRequest]:
    """Return the member's open requests, then their drafts, each the newest first. Not those of cohorts."""
    going_on = [HelpRequest.Status.OPEN, HelpRequest.Status.DRAFT]
    requests = HelpRequest.objects.filter(mentee=member, status__in=going_on, cohort=None)
    # "open" sorts after "draft".
    return list(
        requests.select_related("goal__kind", "session_kind", "mentee").order_by("-status", "-created_at", "-pk")
    )


def users_in_order(mentors: QuerySet[MentorProfile], request: HelpRequest | None, *, now: datetime) -> list[int]:
    """Return the user ids of the mentors: with a request the best fit first, then by name."""
    users = maybe_stale(lambda: list(mentors.values_list("user_id", flat=True)))
    if request is None or not users:
        return users
    places = {user: place for place, user in enumerate(by_fit(request, now=now))}
    return sorted(users, key=lambda user: places.get(user, len(places)))


def mentors_of(users: Collection[int], listed: QuerySet[MentorProfile]) -> list[MentorProfile]:
    """Return the mentors with these user ids, in their order. Those who are not listed any more are left out."""
    found = maybe_stale(lambda: list(listed.filter(user__in=users)))
    by_user = {mentor.user_id: mentor for mentor in found}
    return [by_user[user] for user in users if user in by_user]


def is_on_list(request: HelpRequest, mentor: MentorProfile) -> bool:
    """Return whether ``mentor`` is among the mentors of a request now."""
    return mentor.matches.filter(help_request=request, status__in=Match.LIVE).exists()


def values_that_find() -> dict[str, Choices]:
    """Return the values of the search with which somebody may be found, with their names, by field."""
    fields, worked_in, spoken = _values_of_listed()
    return {
        "goal_kind": goal_kind_choices(),
        "field": [(name, name) for name in fields],
        "country": _by_name((code, countries.name(code)) for code in worked_in),
        "language": _by_name((code, language_name(code)) for code in spoken),
    }


def forget_values() -> None:
    """Read the values of the search anew at the next page."""
    global _read
    _read = None


def _values_of_listed() -> Values:
    """Return the fields, countries and languages of all listed mentors, as of VALUES_FOR_S ago at most.

    They are the same for everybody, and reading them goes through the careers of all.
    """
    global _read
    if _read is None or time.monotonic() - _read[0] >= VALUES_FOR_S:
        _read = time.monotonic(), maybe_stale(_read_values)
    return _read[1]


def _read_values() -> Values:
    listed = MentorProfile.objects.filter(status=MentorProfile.Status.APPROVED, is_listed=True, user__is_active=True)
    profiles = listed.values("user__profile")
    steps = CareerStep.objects.filter(profile__in=profiles).order_by()
    spoken = Language.objects.filter(profile__in=profiles).order_by().values_list("code", flat=True).distinct()
    fields = {name.casefold(): name for name in steps.values_list("field", flat=True).distinct()}
    worked_in = steps.values_list("country", flat=True).distinct()
    return [name for _key, name in sorted(fields.items())], list(worked_in), list(spoken)


def _by_name(choices: Iterable[tuple[str, str]]) -> Choices:
    return sorted(choices, key=lambda choice: choice[1].casefold())
