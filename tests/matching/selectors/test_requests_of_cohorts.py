"""A request for a cohort is seen by nobody outside of it, and no sweep of the open community touches it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.community_settings import known_kind
from matching.exceptions import MatchedInCohort
from matching.jobs.kept_apart import end_kept_apart
from matching.jobs.look_again import look_again
from matching.jobs.propose import propose_due_requests
from matching.jobs.still_looking import ask_still_looking, expire_abandoned
from matching.jobs.weekly_mail import send_weekly_requests
from matching.merging import _against_requests
from matching.models import HelpRequest, Match
from matching.moves import make_due
from matching.selectors.admin_waiting_list import waiting_requests
from matching.selectors.chances import chances_of
from matching.selectors.escalations import requests_without_a_mentor, unanswered_requests
from matching.selectors.figures import count_waiting
from matching.selectors.finding import requests_to_judge_for
from matching.selectors.fitting import fitting_requests
from matching.selectors.my_turns import turns_of
from matching.selectors.needs import judgeable_requests
from matching.selectors.preview import preview_of
from matching.selectors.queue import due_again, goals_without_mentor, stuck
from matching.selectors.recruit import requests_without_mentors
from matching.selectors.turns_of_requests import with_turns
from tests.factories import NOW, CohortFactory, CohortMemberFactory, HelpRequestFactory, MatchFactory, MentorFactory
from tests.helpers import kinds
from tests.matching.helpers import request_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
LONG = timedelta(days=365)


@pytest.fixture
def mentor():
    return MentorFactory(teaches=["machine learning"])


@pytest.fixture
def both():
    """Return an open request for a cohort, and one like it for the whole community."""
    return request_for(looked_at=NOW), HelpRequestFactory(looked_at=NOW)


def test_a_mentor_outside_does_not_browse_it(both, mentor):
    _of_cohort, ordinary = both

    assert [found.help_request for found in fitting_requests(mentor, now=NOW)] == [ordinary]
    assert list(judgeable_requests()) == [ordinary]


def test_the_weekly_mail_does_not_come_for_it(mentor):
    request_for()
    tuesday = NOW + timedelta(days=(8 - NOW.weekday()) % 7)

    assert send_weekly_requests(now=tuesday) == 0
    assert kinds(mentor.user) == []


def test_a_mentor_of_the_cohort_does_not_browse_it_either(mentor):
    request = request_for()
    CohortMemberFactory(cohort=request.cohort, person=mentor.user, side="mentor")

    assert list(fitting_requests(mentor, now=NOW)) == []


def test_no_search_touches_it(mentor):
    request = request_for(looked_at=NOW - LONG)

    assert make_due(request, now=NOW) is False
    assert (propose_due_requests(now=NOW), look_again(now=NOW), end_kept_apart(now=NOW)) == (0, 0, 0)
    assert (list(stuck(now=NOW)), list(due_again(now=NOW))) == ([], [])
    assert Match.objects.count() == 0


def test_nobody_is_asked_whether_they_still_look_and_it_does_not_expire():
    request = request_for(opened_at=NOW - LONG)

    assert (ask_still_looking(now=NOW), expire_abandoned(now=NOW)) == (0, 0)
    request.refresh_from_db()
    assert (request.status, request.still_looking_at, kinds(request.mentee)) == ("open", None, [])


def test_admins_do_not_read_that_its_search_failed(both):
    _of_cohort, ordinary = both

    assert list(waiting_requests(HelpRequest.objects.all())) == [ordinary]
    assert list(requests_without_mentors()) == [ordinary]
    assert goals_without_mentor() == []
    assert list(requests_without_a_mentor(days=0, now=NOW)) == []
    assert list(unanswered_requests(days=0, now=NOW)) == []
    assert count_waiting(None, NOW).n == 1


def test_a_limit_of_open_requests_is_not_reached_by_it(both):
    _of_cohort, ordinary = both

    [effect] = known_kind("open_requests_max").affects(1, 1, NOW)

    assert list(effect.rows) == [ordinary.mentee]


def test_two_accounts_are_merged_whatever_they_ask_in_cohorts(alice, settings):
    gone = request_for().mentee
    for _place in range(settings.OPEN_REQUESTS_MAX):
        HelpRequestFactory(mentee=alice)

    class Merge:
        pass

    merge = Merge()
    merge.gone, merge.stays = gone, alice
    assert list(_against_requests(merge)) == []


def test_the_search_for_mentors_does_not_judge_for_it(alice):
    request_for(mentee=alice)
    ordinary = HelpRequestFactory(mentee=alice)

    assert requests_to_judge_for(alice) == [ordinary]


def test_it_has_no_chances_and_no_preview(mentor):
    request = request_for()

    with pytest.raises(MatchedInCohort):
        chances_of(request, now=NOW)
    assert preview_of(request, now=NOW)["suggestions"] == []


def test_it_is_the_turn_of_the_organisers(both):
    of_cohort, ordinary = both

    turns = {one.pk: (one.whose_turn, one.turn_since_at) for one in with_turns(HelpRequest.objects.all())}

    assert turns == {of_cohort.pk: ("organisers", NOW), ordinary.pk: ("community", NOW)}


def test_its_mentee_reads_who_is_waited_for(alice):
    request = request_for(mentee=alice)

    [turn] = turns_of(alice, now=NOW).others

    assert (turn.kind, turn.uuid, turn.name) == ("cohort", request.uuid, request.cohort.name)


def test_a_mentee_without_a_request_is_to_write_one(alice):
    place = CohortMemberFactory(person=alice)
    CohortMemberFactory(person=alice, cohort=CohortFactory(status="preparing", opened_at=None))
    CohortMemberFactory(person=alice, left_at=NOW)
    CohortMemberFactory(person=alice, side="mentor")
    HelpRequestFactory(mentee=alice, cohort=place.cohort, status="withdrawn")

    turns = [turn for turn in turns_of(alice, now=NOW).mine if turn.kind == "cohort_request"]

    assert [(turn.uuid, turn.name) for turn in turns] == [(place.cohort.uuid, place.cohort.name)]


def test_a_draft_for_it_is_the_only_thing_to_do(alice):
    request_for(mentee=alice, status="draft")

    assert [turn.kind for turn in turns_of(alice, now=NOW).mine if turn.kind != "profile"] == ["draft"]


def test_a_block_of_a_proposed_mentor_makes_no_search_of_it_due():
    request = request_for()
    match = MatchFactory(help_request=request)
    match.mentor.user.blocks.create(blocked=request.mentee, created_at=NOW)

    assert end_kept_apart(now=NOW) == 0
    request.refresh_from_db()
    assert request.mentors_due_at is None
