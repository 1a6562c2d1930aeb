"""Twins: goals of one mentee with the same kind, role, field and country. One at most is active."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.locks import lock_profile
from matching.exceptions import DuplicateHelpRequest
from matching.selectors.needs import tried_for
from matching.services.submit import submit_help_request
from mentorship.exceptions import AlreadyTogether, GoalStatedAlready
from mentorship.models import Goal, GoalKind
from mentorship.services.goals import drop_goal, state_goal, take_up_goal, update_goal
from mentorship.services.start import start_mentorship
from tests.factories import NOW, GoalFactory, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory
from tests.helpers import Rival, race

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def facts(**changes: str) -> dict:
    kind = GoalKind.objects.get(code=changes.pop("kind", "job_search"))
    return {"kind": kind, "target_role": "Data scientist", "target_field": "data science"} | changes


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"target_role": "data  SCIENTIST "},
        {"target_role": "Data-Scientist."},
        {"target_role": "Data\u00a0scientist"},
        {"target_role": "Data\u200b scientist"},
        {"target_role": "Ｄａｔａ scientist"},
        {"target_role": "“Data scientist”"},
        {"target_field": "Data Science"},
        {"target_sector": "industry"},
        {"target_level": "senior"},
    ],
)
def test_a_second_active_twin_is_refused(changes, alice):
    first = state_goal(mentee=alice, fields=facts())

    with pytest.raises(GoalStatedAlready) as refusal:
        state_goal(mentee=alice, fields=facts(**changes))

    assert refusal.value.members == {"goal": str(first.uuid)}
    assert Goal.objects.get() == first


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Straßenplaner", "STRASSENPLANER"),
        ("Développeuse", "De\u0301veloppeuse"),
        ("İşçi", "i\u0307şçi"),
    ],
)
def test_letters_have_one_form(first, second, alice):
    state_goal(mentee=alice, fields=facts(target_role=first))

    with pytest.raises(GoalStatedAlready):
        state_goal(mentee=alice, fields=facts(target_role=second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"target_role": "C developer"}, {"target_role": "C++ developer"}),
        ({"target_role": "C developer"}, {"target_role": "C# developer"}),
        ({"target_role": "数据科学家"}, {"target_role": "数据工程师"}),
        ({"target_country": "DE"}, {"target_country": "FR"}),
        ({"target_country": "DE"}, {}),
        ({"target_field": "statistics"}, {}),
        ({"kind": "promotion"}, {}),
    ],
)
def test_another_goal_is_no_twin(first, second, alice):
    state_goal(mentee=alice, fields=facts(**first))

    state_goal(mentee=alice, fields=facts(**second))

    assert Goal.objects.count() == 2


def test_the_goal_of_somebody_else_is_no_twin(alice, charlie):
    state_goal(mentee=charlie, fields=facts())

    state_goal(mentee=alice, fields=facts())

    assert Goal.objects.count() == 2


def test_the_api_names_the_goal_that_exists(api, alice):
    body = {"kind": "job_search", "target_role": "Data scientist", "target_field": "data science"}
    first = api(alice).post("/api/v1/goals/", body, format="json").json()

    response = api(alice).post("/api/v1/goals/", body, format="json")

    assert (response.status_code, response.json()["code"]) == (409, "goal_stated_already")
    assert response.json()["goal"] == first["uuid"]


def test_a_goal_does_not_become_a_twin_by_a_change(alice):
    state_goal(mentee=alice, fields=facts())
    other = state_goal(mentee=alice, fields=facts(target_role="Analyst"))

    with pytest.raises(GoalStatedAlready):
        update_goal(goal_id=other.pk, changes={"target_role": "data scientist"})

    other.refresh_from_db()
    assert other.target_role == "Analyst"


def test_a_dropped_goal_is_not_taken_up_beside_its_twin(alice):
    dropped = state_goal(mentee=alice, fields=facts())
    drop_goal(goal_id=dropped.pk, by=alice, now=NOW)
    state_goal(mentee=alice, fields=facts())

    with pytest.raises(GoalStatedAlready):
        take_up_goal(goal_id=dropped.pk, by=alice, now=NOW)

    dropped.refresh_from_db()
    assert dropped.status == "dropped"


def test_the_database_refuses_a_second_active_twin(alice):
    goal = GoalFactory(mentee=alice)

    with pytest.raises(IntegrityError, match="goal_once_among_active_ones"), transaction.atomic():
        Goal.objects.create(
            mentee=alice, kind=goal.kind, target_role=goal.target_role.upper(), target_field=goal.target_field
        )


@pytest.mark.django_db(transaction=True)
def test_one_of_two_statements_at_once_is_refused(alice):
    rival = race(
        lambda: state_goal(mentee=alice, fields=facts()),
        lambda: state_goal(mentee=alice, fields=facts(target_role="data scientist")),
    )

    with pytest.raises(GoalStatedAlready):
        rival.finish()
    assert Goal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_goal_is_stated_while_its_twin_is_taken_up(alice):
    dropped = state_goal(mentee=alice, fields=facts())
    drop_goal(goal_id=dropped.pk, by=alice, now=NOW)

    with transaction.atomic():
        lock_profile(alice.pk)
        rival = Rival(lambda: take_up_goal(goal_id=dropped.pk, by=alice, now=NOW))
        rival.wait_until_blocked()
        stated = state_goal(mentee=alice, fields=facts())

    with pytest.raises(GoalStatedAlready):
        rival.finish()
    assert Goal.objects.get(status="active") == stated


def twin_of_a_dropped_goal(goal: Goal) -> Goal:
    drop_goal(goal_id=goal.pk, by=goal.mentee, now=NOW)
    return state_goal(mentee=goal.mentee, fields=facts(target_role=goal.target_role.upper()))


def test_a_pair_takes_one_place_for_a_goal_and_its_twin(alice):
    mentorship = MentorshipFactory(goal=GoalFactory(mentee=alice))
    twin = twin_of_a_dropped_goal(mentorship.goal)

    with pytest.raises(AlreadyTogether):
        start_mentorship(mentor_id=mentorship.mentor_id, mentee=alice, goal=twin, format="ongoing", now=NOW)


def test_a_mentor_who_declined_was_tried_for_the_twin_too(alice):
    match = MatchFactory(help_request__mentee=alice, status="declined", mentor=MentorFactory())
    twin = twin_of_a_dropped_goal(match.help_request.goal)

    assert tried_for([twin], now=NOW)[twin.pk] == {match.mentor.user_id}


def test_the_same_ask_for_a_twin_is_a_duplicate(alice):
    request = HelpRequestFactory(mentee=alice)
    twin = twin_of_a_dropped_goal(request.goal)
    draft = HelpRequestFactory(mentee=alice, goal=twin, ask=request.ask, status="draft")

    with pytest.raises(DuplicateHelpRequest):
        submit_help_request(help_request_id=draft.pk, now=NOW)
