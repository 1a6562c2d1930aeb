"""Leaving a cohort, with the request that waits in it."""

from __future__ import annotations

import pytest

from matching.models import HelpRequest
from matching.services.ask_again import ask_again
from matching.services.cohorts.leave import leave_side
from mentorship.exceptions import NotInCohort
from mentorship.models import CohortMember
from tests.factories import NOW, CohortMemberFactory, HelpRequestFactory, MatchFactory, MentorshipFactory
from tests.matching.helpers import request_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def leave(request, now=NOW):
    member = CohortMember.objects.get(cohort=request.cohort, person=request.mentee, side="mentee")
    return leave_side(member_id=member.pk, by=request.mentee, now=now)


def test_an_open_request_is_withdrawn_and_can_be_asked_again():
    request = request_for()
    ordinary = HelpRequestFactory(mentee=request.mentee)

    assert leave(request).left_at == NOW

    request.refresh_from_db()
    ordinary.refresh_from_db()
    assert (request.status, request.closed_at, ordinary.status) == ("withdrawn", NOW, "open")
    assert ask_again(help_request_id=request.pk, by=request.mentee, now=NOW).cohort is None


def test_a_draft_becomes_an_ordinary_one():
    draft = request_for(status="draft")

    leave(draft)

    assert HelpRequest.objects.get().cohort is None


def test_a_mentorship_of_it_goes_on():
    request = request_for(status="matched")
    mentorship = MentorshipFactory(goal=request.goal)
    MatchFactory(help_request=request, mentor=mentorship.mentor, mentorship=mentorship, status="accepted")

    leave(request)

    request.refresh_from_db()
    mentorship.refresh_from_db()
    assert (request.status, request.cohort is None, mentorship.status) == ("matched", False, "active")


def test_leaving_as_a_mentor_keeps_the_own_request(bob):
    request = request_for(mentee=bob)
    place = CohortMemberFactory(cohort=request.cohort, person=bob, side="mentor")

    leave_side(member_id=place.pk, by=bob, now=NOW)

    request.refresh_from_db()
    assert request.status == "open"


def test_leaving_twice_is_no_error():
    request = request_for()
    leave(request)

    assert leave(request).left_at == NOW


def test_nobody_leaves_for_somebody_else(bob):
    request = request_for()

    with pytest.raises(NotInCohort):
        leave_side(member_id=CohortMember.objects.get().pk, by=bob, now=NOW)

    request.refresh_from_db()
    assert request.status == "open"
