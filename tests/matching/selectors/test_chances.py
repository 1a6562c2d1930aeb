"""The changes of a request that would bring more mentors, in words for the mentee."""

from __future__ import annotations

import pytest

from accounts.models import Availability, Block, Language
from matching.exceptions import HelpRequestNotOpen
from matching.models import HelpRequest
from matching.selectors.chances import Place, chances_of
from mentorship.models import GoalKind
from tests.factories import NOW, GoalFactory, HelpRequestFactory, MatchFactory
from tests.matching.helpers import german_mentor, good_mentor

pytestmark = pytest.mark.django_db


def lines(request: HelpRequest) -> list[tuple[str, str, str]]:
    return [(one.change, one.gain, one.place) for one in chances_of(request, now=NOW).changes]


def test_a_language_is_counted():
    request = HelpRequestFactory()
    for _ in range(2):
        german_mentor()

    assert lines(request) == [("Speak German well enough for a meeting", "2 more mentors", "languages")]
    assert chances_of(request, now=NOW).now == 0


def test_a_language_that_the_mentee_speaks_and_left_out_is_one_of_the_request():
    request = HelpRequestFactory(languages=["en"])
    Language.objects.create(profile=request.mentee.profile, code="de", level="native")
    german_mentor()

    assert lines(request) == [("Meet in German, too", "1 more mentor", "request")]


def test_languages_that_count_as_one_are_said_once():
    person = good_mentor()
    Language.objects.filter(profile__user=person.user).update(code="nb")

    assert [change for change, *_ in lines(HelpRequestFactory())] == [
        "Speak Norwegian Bokmål well enough for a meeting"
    ]


def test_an_hour_of_the_mentees_own_clock_is_counted():
    request = HelpRequestFactory()
    for profile, day in ((request.mentee.profile, 1), (good_mentor().user.profile, 2)):
        Availability.objects.create(profile=profile, weekday=day, start_minute=18 * 60, end_minute=20 * 60)

    assert lines(request) == [("Have time on Tuesday, 18:00 to 19:00", "1 more mentor", "week")]


def test_a_long_meeting_needs_two_hours():
    request = HelpRequestFactory(minutes=90)
    for profile, day in ((request.mentee.profile, 1), (good_mentor().user.profile, 2)):
        Availability.objects.create(profile=profile, weekday=day, start_minute=18 * 60, end_minute=20 * 60)

    assert [change for change, *_ in lines(request)] == ["Have time on Tuesday, 18:00 to 20:00"]


@pytest.mark.parametrize(("status", "place"), [("draft", "request"), ("open", "new_request")])
def test_the_format_of_an_open_request_needs_a_new_one(status, place):
    request = HelpRequestFactory(status=status)
    good_mentor(formats=["one_off"])

    assert lines(request) == [("Ask for help once instead of for longer", "1 more mentor", place)]


def test_mentors_who_would_be_lost_are_told():
    request = HelpRequestFactory(format="one_off")
    for formats in (["one_off"], ["ongoing"], ["ongoing"]):
        good_mentor(formats=formats)

    assert [gain for _, gain, _ in lines(request)] == ["2 more mentors; 1 of those who fit now is lost"]


def test_a_change_that_costs_as_many_as_it_brings_is_left_out():
    request = HelpRequestFactory(format="one_off")
    for formats in (["one_off"], ["ongoing"]):
        good_mentor(formats=formats)

    assert lines(request) == []


def test_the_lowest_price_that_brings_all_is_said():
    request = HelpRequestFactory()
    for amount in (40, 60):
        good_mentor(paid=True, rate_amount=amount, rate_currency="EUR", rate_per="session")

    assert lines(request) == [("Accept paid mentors up to €60.00 a session", "2 more mentors", "request")]


@pytest.mark.parametrize(("settled_at", "place"), [(None, Place.GOAL), (NOW, Place.NEW_GOAL)])
def test_a_goal_that_mentors_have_read_needs_a_new_one(settled_at, place):
    request = HelpRequestFactory(goal__settled_at=settled_at)
    good_mentor(goal_kinds=GoalKind.objects.filter(code="promotion"))

    assert lines(request) == [("State another kind of goal: “Get promoted”", "1 more mentor", place)]


def test_another_country_is_counted():
    abroad = GoalKind.objects.get(code="job_abroad")
    request = HelpRequestFactory(goal__kind=abroad, goal__target_country="NL")
    good_mentor(goal_kinds=[abroad], country="GB")

    assert [change for change, *_ in lines(request)] == [
        "Look in Germany instead",
        "Look in the United Kingdom instead",
    ]


def test_mentors_on_the_list_and_those_who_were_tried_are_not_counted():
    request = HelpRequestFactory()
    for status in ("proposed", "declined"):
        MatchFactory(help_request=request, mentor=german_mentor(), status=status)

    assert lines(request) == []


def test_a_blocked_mentor_is_not_counted():
    request, person = HelpRequestFactory(), german_mentor()
    Block.objects.create(blocker=person.user, blocked=request.mentee)

    assert lines(request) == []


def test_a_request_that_is_not_saved_has_chances():
    good_mentor(formats=["one_off"])
    stored = HelpRequestFactory(goal=GoalFactory())
    names = ("mentee", "goal", "session_kind", "format", "situation", "gap", "ask", "needs", "minutes")

    written = HelpRequest(**{name: getattr(stored, name) for name in names})

    assert lines(written) == [("Ask for help once instead of for longer", "1 more mentor", "request")]


def test_a_request_that_is_over_looks_for_nobody():
    with pytest.raises(HelpRequestNotOpen):
        chances_of(HelpRequestFactory(status="withdrawn"), now=NOW)


@pytest.mark.parametrize("mentors", [1, 3])
def test_the_number_of_queries_does_not_grow(mentors, django_assert_num_queries):
    request = HelpRequestFactory()
    for _ in range(mentors):
        german_mentor()

    with django_assert_num_queries(15):
        chances_of(request, now=NOW)
