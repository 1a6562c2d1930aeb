"""Leaving a cohort, with the request that waits in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.jobs.erasures import erase_due
from accounts.models.privacy import WAIT_AFTER_CLOSING
from accounts.services.privacy import ask_erasure
from matching.exceptions import PairOver
from matching.models import HelpRequest
from matching.services.ask_again import ask_again
from matching.services.cohorts.answer import say_yes
from matching.services.cohorts.leave import leave_side
from mentorship.exceptions import NotInCohort
from mentorship.models import CohortMember
from tests.factories import NOW, CohortMemberFactory, HelpRequestFactory, MatchFactory, MentorshipFactory
from tests.helpers import kinds, race
from tests.matching.helpers import request_for
from tests.matching.pairs import closed_cohort, mentor_in, proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def leave(request, now=NOW):
    member = CohortMember.objects.get(cohort=request.cohort, person=request.mentee, side="mentee")
    return leave_side(member_id=member.pk, by=request.mentee, now=now)


def leave_as_mentor(pair, now=NOW):
    mentor = pair.mentor.user
    member = CohortMember.objects.get(cohort=pair.help_request.cohort, person=mentor, side="mentor")
    return leave_side(member_id=member.pk, by=mentor, now=now)


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


# --- pairs that wait ----------------------------------------------------------------------------------------------


def test_the_pair_of_a_mentee_who_leaves_ends_and_the_mentor_is_told():
    pair = proposed_pair()

    leave(pair.help_request)

    pair.refresh_from_db()
    assert (pair.status, pair.why_withdrawn) == ("withdrawn", "request_over")
    assert (kinds(pair.help_request.mentee), kinds(pair.mentor.user)) == ([], ["cohort_pair_over"])


def test_the_mentees_of_a_mentor_who_leaves_are_told_and_get_an_alternate(rung, django_capture_on_commit_callbacks):
    cohort = closed_cohort()
    pair = proposed_pair(cohort=cohort, alternates=[mentor_in(cohort)])
    elsewhere = proposed_pair(mentor=pair.mentor)

    with django_capture_on_commit_callbacks(execute=True):
        leave_as_mentor(pair)

    pair.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (pair.status, pair.why_withdrawn, elsewhere.status) == ("withdrawn", "not_possible", "proposed")
    assert (kinds(pair.help_request.mentee), kinds(pair.mentor.user)) == (["cohort_pair_over"], [])
    assert (pair.replaced_by.status, pair.help_request.status) == ("published", "open")
    assert ("matching.tasks.propose_pairs",) in rung


def test_the_mentee_of_a_pair_that_nobody_was_told_of_hears_that_nobody_is_found_yet():
    pair = proposed_pair(status="published")

    leave_as_mentor(pair)

    pair.refresh_from_db()
    assert (pair.status, kinds(pair.help_request.mentee)) == ("withdrawn", ["cohort_next_round"])


def test_a_confirmed_pair_of_a_mentor_who_leaves_stays():
    pair = proposed_pair(status="confirmed")

    leave_as_mentor(pair)

    pair.refresh_from_db()
    assert pair.status == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_a_mentor_who_leaves_and_the_second_yes_wait_for_each_other():
    pair = proposed_pair(mentor_yes_at=NOW)

    rival = race(lambda: leave_as_mentor(pair), lambda: say_yes(pair_id=pair.pk, by=pair.help_request.mentee, now=NOW))

    with pytest.raises(PairOver):
        rival.finish()


def test_a_person_who_is_erased_leaves_no_pair_that_waits():
    as_mentor = proposed_pair()
    as_mentee = proposed_pair(help_request__mentee=as_mentor.mentor.user)

    ask_erasure(person=as_mentor.mentor.user, by=as_mentor.mentor.user, reason="", now=NOW)
    closed_at = NOW + timedelta(days=7)
    assert [erase_due(now=at) for at in (closed_at, closed_at + WAIT_AFTER_CLOSING)] == [0, 1]

    for pair, told in ((as_mentor, as_mentor.help_request.mentee), (as_mentee, as_mentee.mentor.user)):
        pair.refresh_from_db()
        assert (pair.status, kinds(told)) == ("withdrawn", ["cohort_pair_over"])
