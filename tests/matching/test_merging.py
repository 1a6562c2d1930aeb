"""Help requests and matches follow a person whose two accounts become one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.exceptions import MergeNotPossible
from accounts.services.merge import merge_accounts
from matching.models import HelpRequest, Match
from matching.selectors.facts import judged_mentors
from matching.selectors.snapshot import current_community
from tests.factories import NOW, GoalFactory, HelpRequestFactory, MatchFactory, MentorFactory, UserFactory
from tests.matching.helpers import request_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def gone():
    return UserFactory(name="Anna Weber", email="anna.old@example.org")


@pytest.fixture
def stays():
    return UserFactory(name="Anna Weber", email="anna@example.org")


def merge(gone, stays):
    by = UserFactory(role="manager")
    return merge_accounts(gone_id=gone.pk, stays_id=stays.pk, by=by, reason="Both are hers.", now=NOW)


def refusal(gone, stays) -> str:
    with pytest.raises(MergeNotPossible) as refused:
        merge(gone, stays)
    gone.refresh_from_db()
    assert gone.merged_into is None
    return refused.value.detail


# --- as a mentee ------------------------------------------------------------------------------------------


def test_requests_follow_and_mentors_are_looked_for_again(gone, stays, rung):
    request = HelpRequestFactory(mentee=gone)
    draft = HelpRequestFactory(mentee=gone, goal=request.goal, status="draft")

    merge(gone, stays)

    assert set(HelpRequest.objects.filter(mentee=stays)) == {request, draft}
    request.refresh_from_db()
    assert request.mentors_due_at == NOW


def test_a_mentor_who_declined_one_account_is_no_suggestion_for_the_other(gone, stays):
    role = {"target_role": "Data scientist", "target_field": "data science"}
    mentor = MentorFactory()
    declined = HelpRequestFactory(mentee=gone, goal=GoalFactory(mentee=gone, **role), status="withdrawn")
    MatchFactory(help_request=declined, mentor=mentor, status="declined")
    request = HelpRequestFactory(mentee=stays, goal=GoalFactory(mentee=stays, **role))

    merge(gone, stays)

    tried = Match.objects.filter(help_request__mentee=stays, help_request__goal=request.goal, mentor=mentor)
    assert [match.status for match in tried] == ["declined"]


def test_more_open_requests_than_one_person_has_are_withdrawn_before(gone, stays, settings):
    settings.OPEN_REQUESTS_MAX = 1
    for person in (gone, stays):
        HelpRequestFactory(mentee=person)

    assert "2 open help requests, and one person has 1 at most" in refusal(gone, stays)


def test_a_request_for_a_cohort_follows_with_the_place_in_it_and_is_not_searched(gone, stays):
    request = request_for(mentee=gone)

    merge(gone, stays)

    request.refresh_from_db()
    assert (request.mentee, request.status, request.mentors_due_at) == (stays, "open", None)
    assert request.cohort.members.get().person == stays


def test_requests_of_both_for_one_cohort_are_withdrawn_before(gone, stays):
    first = request_for(mentee=gone)
    request_for(first.cohort, mentee=stays)

    assert "a help request in the same cohort" in refusal(gone, stays)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("status", ["asked", "offered", "declined"])
def test_people_who_asked_or_answered_each_other_are_not_merged(gone, stays, turned, status):
    mentee, mentor = (stays, gone) if turned else (gone, stays)
    MatchFactory(help_request__mentee=mentee, mentor=MentorFactory(user=mentor), status=status)

    assert "asked the other one for help" in refusal(gone, stays)


def test_suggestions_between_the_two_go(gone, stays):
    MatchFactory(help_request__mentee=gone, mentor=MentorFactory(user=stays))

    merge(gone, stays)

    assert not Match.objects.exists()


# --- as a mentor ------------------------------------------------------------------------------------------


def test_matches_of_two_mentors_become_those_of_one(gone, stays):
    old, kept = MentorFactory(user=gone), MentorFactory(user=stays)
    asked, declined = MatchFactory(mentor=old, status="asked"), MatchFactory(mentor=old, status="declined")
    own = MatchFactory(mentor=kept)

    merge(gone, stays)

    assert set(Match.objects.filter(mentor=kept)) == {asked, declined, own}


@pytest.mark.parametrize(
    ("old_status", "kept_status", "after"),
    [
        ("declined", "proposed", "declined"),
        ("proposed", "declined", "declined"),
        ("asked", "proposed", "asked"),
        ("superseded", "dismissed", "dismissed"),
        ("proposed", "proposed", "proposed"),
    ],
)
def test_the_stronger_of_two_matches_of_a_request_is_kept(gone, stays, old_status, kept_status, after):
    old, kept = MentorFactory(user=gone), MentorFactory(user=stays)
    request = HelpRequestFactory()
    MatchFactory(help_request=request, mentor=old, status=old_status)
    MatchFactory(help_request=request, mentor=kept, status=kept_status)

    merge(gone, stays)

    match = Match.objects.get()
    assert (match.status, match.mentor) == (after, kept)


def test_a_refusal_for_some_time_ends_a_suggestion(gone, stays):
    old, kept = MentorFactory(user=gone), MentorFactory(user=stays)
    request = HelpRequestFactory()
    until = NOW.date() + timedelta(days=30)
    MatchFactory(help_request=request, mentor=old, status="declined", decline_reason="no_time", time_again_on=until)
    MatchFactory(help_request=request, mentor=kept)

    merge(gone, stays)

    assert [(match.status, match.mentor) for match in Match.objects.all()] == [("declined", kept)]


@pytest.mark.parametrize("statuses", [("asked", "offered"), ("asked", "declined"), ("declined", "offered")])
def test_a_question_to_one_of_two_mentors_is_answered_before(gone, stays, statuses):
    request = HelpRequestFactory()
    for person, status in zip((gone, stays), statuses, strict=True):
        MatchFactory(help_request=request, mentor=MentorFactory(user=person), status=status)

    assert "Let the question be answered first" in refusal(gone, stays)


@pytest.mark.parametrize("stays_mentors", [False, True])
def test_the_copy_of_the_community_has_the_person_once(gone, stays, stays_mentors):
    MentorFactory(user=gone)
    if stays_mentors:
        MentorFactory(user=stays)

    merge(gone, stays)

    with current_community(now=NOW) as community:
        assert {mentor.id for mentor in judged_mentors(skills=community.skills, now=NOW)} == {stays.pk}
