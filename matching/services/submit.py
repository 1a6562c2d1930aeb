"""Submitting a help request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.community_settings import value_of
from accounts.doorbell import ring_after_commit
from accounts.locks import lock_profile
from accounts.models import Profile
from accounts.models.profile import LanguageLevel, understood
from accounts.services.asking import must_be_asking
from accounts.services.rules import must_have_accepted_rules
from matching.concreteness import Concreteness
from matching.exceptions import (
    DuplicateHelpRequest,
    HelpRequestIncomplete,
    HelpRequestTooVague,
    TooManyOpenHelpRequests,
)
from matching.locks import lock_request
from matching.models import HelpRequest
from matching.selectors.concreteness import concreteness_of
from matching.services.checks import plain_words
from matching.services.cohorts.checks import must_be_for_a_cohort_of
from matching.tasks import propose_matches
from mentorship.exceptions import GoalNotActive
from mentorship.models import Goal
from mentorship.services.goals import settle_goal


@transaction.atomic
def submit_help_request(*, help_request_id: int, now: datetime) -> HelpRequest:
    """Open a drafted help request, and start a search for mentors after the commit. Not for one of a cohort.

    The request carries its ``concreteness``.
    Raises MoveNotAllowed if it is not a draft, GoalNotActive, RulesNotAccepted, HelpRequestIncomplete if a needed fact
    is missing, HelpRequestTooVague with better sentences, TooManyOpenHelpRequests at the mentee's limit, and
    DuplicateHelpRequest if another open one asks for the same. For a cohort, raises NotInCohort and CohortRequestThere
    instead of the last two.
    """
    request = lock_request(help_request_id)
    request.must_allow(HelpRequest.Status.OPEN)
    # The check must see the goal that mentors will read: settled, it can no longer change.
    request.goal = settle_goal(goal_id=request.goal_id, now=now)
    if request.goal.status != Goal.Status.ACTIVE:
        raise GoalNotActive(
            _("This goal is %(status)s. Take it up again, or state a new one.")
            % {"status": request.goal.get_status_display().lower()}
        )
    # The lock makes two submissions at once count one after the other.
    profile = lock_profile(request.mentee_id)
    must_be_asking(profile)
    must_have_accepted_rules(request.mentee_id, now=now)
    request.concreteness = must_be_ready(request, profile)  # type: ignore[attr-defined]
    if request.cohort_id is None:
        _must_have_room(request)
    else:
        must_be_for_a_cohort_of(request.mentee_id, request.cohort_id, help_request_id=request.pk)
    request.move_to(HelpRequest.Status.OPEN, at=now)
    if request.cohort_id is None:
        ring_after_commit(propose_matches, request.pk)
    return request


def must_be_ready(request: HelpRequest, profile: Profile) -> Concreteness:
    """Return the verdict on a request that may be submitted.

    Raises HelpRequestIncomplete if a needed fact is missing, HelpRequestTooVague with better sentences.
    """
    _must_be_complete(request, profile)
    found = concreteness_of(request)
    if found.verdict == "vague":
        raise HelpRequestTooVague([asdict(part) for part in found.missing])
    _must_have_all_parts(request)
    return found


def must_be_unlike(request: HelpRequest, others: Iterable[HelpRequest]) -> None:
    """Raise DuplicateHelpRequest if one of the mentee's ``others`` has the same goal and ask."""
    words = plain_words(request.ask)
    goal = (request.goal.kind_id, request.goal.key_of_twins())
    alike = [other for other in others if (other.goal.kind_id, other.goal.key_of_twins()) == goal]
    if any(plain_words(other.ask) == words for other in alike):
        raise DuplicateHelpRequest(
            _(
                "An open help request of yours asks for the same. Look at the mentors proposed there, or withdraw it, "
                "or ask for something else here."
            )
        )


def open_requests_of(mentee_id: int) -> QuerySet[HelpRequest]:
    """Return the mentee's open requests to the whole community. The caller holds the mentee's lock."""
    opened = HelpRequest.objects.filter(mentee=mentee_id, status=HelpRequest.Status.OPEN, cohort=None)
    return opened.select_related("goal")


def _must_have_room(request: HelpRequest) -> None:
    """Raise TooManyOpenHelpRequests or DuplicateHelpRequest. The caller holds the mentee's lock."""
    others = list(open_requests_of(request.mentee_id))
    if len(others) >= value_of("open_requests_max"):
        raise TooManyOpenHelpRequests(
            ngettext(
                "You have %(number)s open help request. Submit this one when one of them is matched, or withdraw one.",
                "You have %(number)s open help requests. Submit this one when one of them is matched, or withdraw one.",
                len(others),
            )
            % {"number": len(others)}
        )
    must_be_unlike(request, others)


def absent_parts(request: HelpRequest) -> list[str]:
    """Return the parts without words, named for a sentence. A draft may have some."""
    parts = [
        (_("your situation"), request.situation),
        (_("what is missing"), request.gap),
        (_("what you ask for"), request.ask),
        (_("at least one skill that you want help with"), "".join(request.needs)),
    ]
    return [name for name, text in parts if not text.strip()]


def _must_have_all_parts(request: HelpRequest) -> None:
    if absent := absent_parts(request):
        raise HelpRequestIncomplete(
            _("Say this as well, as mentors are found by it and decide with it: %(parts)s.")
            % {"parts": ", ".join(absent)}
        )


def _must_be_complete(request: HelpRequest, profile: Profile) -> None:
    spoken = set(profile.languages.exclude(level=LanguageLevel.BASIC).values_list("code", flat=True))
    if not understood(spoken).intersection(request.languages or spoken):
        raise HelpRequestIncomplete(
            _("Say in your profile which languages you speak at working level or better; mentors are found by them.")
        )
    if request.goal.kind.needs_market and not request.goal.target_country:
        raise HelpRequestIncomplete(_("Name the country of your goal: only mentors who worked there can help with it."))
