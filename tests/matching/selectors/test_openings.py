"""The changes of a mentor's offer that would bring more requests, in words for the mentor."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import Absence, Availability, Block, Language, MentorProfile
from matching.selectors import openings
from matching.selectors.openings import openings_for
from mentorship.models import GoalKind, SessionKind
from tests.factories import (
    NOW,
    HelpRequestFactory,
    MatchFactory,
    MentorshipFactory,
)
from tests.matching.helpers import good_mentor

pytestmark = pytest.mark.django_db


def lines(person: MentorProfile) -> list[tuple[str, str, str]]:
    person.refresh_from_db()
    return [(one.change, one.gain, one.place) for one in openings_for(person, now=NOW)]


@pytest.mark.parametrize(
    ("formats", "wanted", "change"),
    [
        (["one_off"], "ongoing", "Offer help for longer, too"),
        (["ongoing"], "one_off", "Offer one-off help, too"),
    ],
)
def test_a_format_is_counted(formats, wanted, change):
    HelpRequestFactory.create_batch(2, format=wanted)

    assert lines(good_mentor(formats=formats)) == [(change, "2 more open requests", "offer")]


def test_a_kind_of_goal_is_counted():
    HelpRequestFactory()
    person = good_mentor(goal_kinds=GoalKind.objects.filter(code="promotion"))

    assert lines(person) == [("Help with another kind of goal: “Find a job”", "1 more open request", "offer")]


def test_a_kind_of_session_that_makes_a_mentor_good_enough_is_counted():
    HelpRequestFactory(goal__target_sector="")
    person = good_mentor(session_kinds=SessionKind.objects.filter(code="mock_interview"))

    assert lines(person) == [("Offer a CV review", "1 more open request", "offer")]


def test_a_language_is_counted():
    request = HelpRequestFactory()
    Language.objects.filter(profile__user=request.mentee).update(code="de")

    assert lines(good_mentor()) == [("Speak German well enough for a meeting", "1 more open request", "languages")]


def test_two_hours_of_the_mentors_own_clock_are_counted():
    request, person = HelpRequestFactory(), good_mentor()
    for profile, day in ((request.mentee.profile, 1), (person.user.profile, 2)):
        Availability.objects.create(profile=profile, weekday=day, start_minute=18 * 60, end_minute=20 * 60)

    [(change, gain, place)] = lines(person)

    assert (change, gain, place) == ("Have time on Monday, 17:00 to 19:00", "1 more open request", "week")


def test_help_for_free_is_counted():
    HelpRequestFactory()
    person = good_mentor(paid=True, rate_amount=50, rate_currency="EUR", rate_per="session")

    assert lines(person) == [("Help for free", "1 more open request", "offer")]


def rest(person):
    MentorProfile.objects.update(status="paused", pause_cause="own_wish", paused_until_on=date(2026, 12, 24))


def go_away(person):
    today = NOW.date()
    Absence.objects.create(profile=person.user.profile, from_on=today, until_on=today + timedelta(days=30))


def take_all_places(person):
    MentorshipFactory(mentor=person)


def fill_the_inbox(person):
    MatchFactory.create_batch(2, mentor=person, status="asked", help_request__format="one_off")


@pytest.mark.parametrize("limit", [rest, go_away, take_all_places, fill_the_inbox])
def test_limits_of_the_moment_do_not_count(limit):
    person = good_mentor(formats=["one_off"], capacity=1)
    HelpRequestFactory(format="ongoing")
    limit(person)

    assert [change for change, *_ in lines(person)] == ["Offer help for longer, too"]


@pytest.mark.parametrize("status", ["applied", "suspended", "rejected"])
def test_a_mentor_whom_the_admins_hold_back_gets_no_advice(status):
    HelpRequestFactory(format="ongoing")

    assert lines(good_mentor(formats=["one_off"], status=status)) == []


def test_requests_that_the_mentor_knows_or_may_not_see_are_not_counted():
    person = good_mentor(formats=["one_off"])
    known, blocked = HelpRequestFactory(), HelpRequestFactory()
    MatchFactory(help_request=known, mentor=person, status="declined")
    Block.objects.create(blocker=blocked.mentee, blocked=person.user)
    HelpRequestFactory(mentee=person.user)
    HelpRequestFactory(status="withdrawn")

    assert lines(person) == []


def test_only_the_newest_requests_are_judged(monkeypatch):
    monkeypatch.setattr(openings, "NEWEST", 2)
    HelpRequestFactory.create_batch(3)

    assert [gain for _change, gain, _place in lines(good_mentor(formats=["one_off"]))] == ["2 more open requests"]


def test_nothing_would_change_it():
    HelpRequestFactory()

    assert lines(good_mentor()) == []


@pytest.mark.parametrize("requests", [1, 3])
def test_the_number_of_queries_does_not_grow(requests, django_assert_num_queries):
    HelpRequestFactory.create_batch(requests)
    person = MentorProfile.objects.select_related("user__profile").get(pk=good_mentor(formats=["one_off"]).pk)

    with django_assert_num_queries(19):
        openings_for(person, now=NOW)


def test_the_api_answers_a_mentor_and_404_for_others(api, alice):
    HelpRequestFactory()
    person = good_mentor(formats=["one_off"])

    answer = api(person.user).get("/api/v1/me/mentor/openings/").json()

    line = {"kind": "format", "change": "Offer help for longer, too", "more": 1, "place": "offer"}
    assert answer == {"changes": [line], "judged_max": 200}
    assert api(alice).get("/api/v1/me/mentor/openings/").status_code == 404
