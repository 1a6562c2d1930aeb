"""The pages of a member's goals."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from mentorship.models import Goal
from tests.factories import NOW, GoalFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ANALYST = {"kind": "job_abroad", "target_role": "Analyst", "target_field": "energy", "target_country": "Germany"}


@pytest.fixture
def member(client, alice):
    client.force_login(alice)
    return alice


def text(response) -> str:
    return html.unescape(response.content.decode())


def page_of(goal: Goal) -> str:
    return reverse("goal", args=[goal.uuid])


def test_a_goal_is_stated_with_its_country_by_name(client, member):
    answer = client.post(reverse("goal-new"), ANALYST | {"by": "2126-03-01"})

    goal = member.goals.get()
    assert answer.headers["Location"] == page_of(goal)
    assert (goal.kind.code, goal.target_country.code, str(goal.by_on)) == ("job_abroad", "DE", "2126-03-01")
    page = text(client.get(page_of(goal)))
    for words in ("Germany", "Friday, 1 March 2126", "You work on this goal."):
        assert words in page


def test_a_goal_without_its_country_is_400_and_keeps_the_rest(client, member):
    answer = client.post(reverse("goal-new"), ANALYST | {"target_country": ""})

    assert (answer.status_code, member.goals.count()) == (400, 0)
    assert "Name the country" in text(answer)
    assert 'value="Analyst"' in text(answer)


def test_a_twin_is_refused_with_the_way_to_the_goal_that_exists(client, member):
    client.post(reverse("goal-new"), ANALYST)

    answer = client.post(reverse("goal-new"), ANALYST | {"target_role": "analyst!"})

    assert (answer.status_code, member.goals.count()) == (409, 1)
    assert "You have this goal already" in text(answer)
    assert page_of(member.goals.get()) in text(answer)


def test_a_goal_can_be_changed_until_mentors_read_it(client, member):
    goal = GoalFactory(mentee=member)

    assert client.post(page_of(goal), ANALYST | {"do": "save"}).status_code == 302
    goal.refresh_from_db()
    assert goal.target_role == "Analyst"


def test_only_the_date_of_a_goal_that_mentors_read_can_be_changed(client, member):
    goal = GoalFactory(mentee=member, target_role="Analyst", settled_at=NOW)
    page = text(client.get(page_of(goal)))

    client.post(page_of(goal), {"do": "save", "target_role": "Boss", "by": "2126-03-01"})

    goal.refresh_from_db()
    assert "Mentors have read this goal" in page
    assert 'name="target_role"' not in page
    assert (goal.target_role, str(goal.by_on)) == ("Analyst", "2126-03-01")


@pytest.mark.parametrize(
    ("do", "before", "after"),
    [("reach", "active", "reached"), ("drop", "active", "dropped"), ("take_up", "dropped", "active")],
)
def test_a_goal_moves_by_a_button_and_a_second_click_is_no_error(do, before, after, client, member):
    goal = GoalFactory(mentee=member, status=before, ended_at=None if before == "active" else NOW)

    for _ in range(2):
        assert client.post(page_of(goal), {"do": do}).status_code == 302

    goal.refresh_from_db()
    assert goal.status == after


def test_a_goal_with_an_active_twin_is_not_taken_up_again(client, member):
    dropped = GoalFactory(mentee=member, status="dropped", ended_at=NOW, target_role="Analyst")
    GoalFactory(mentee=member, target_role="Analyst")

    answer = client.post(page_of(dropped), {"do": "take_up"})

    dropped.refresh_from_db()
    assert (answer.status_code, dropped.status) == (409, "dropped")
    assert "You have this goal already" in text(answer)


def test_the_list_shows_active_goals_before_the_others(client, member):
    GoalFactory(mentee=member, target_role="Astronaut", status="reached", ended_at=NOW)
    GoalFactory(mentee=member, target_role="Analyst")
    GoalFactory(target_role="Of somebody else")

    page = text(client.get(reverse("goals")))

    assert page.index("Analyst") < page.index("Reached or dropped") < page.index("Astronaut")
    assert "Of somebody else" not in page


def test_a_goal_of_somebody_else_is_404(client, member):
    goal = GoalFactory()

    assert client.get(page_of(goal)).status_code == 404
    assert client.post(page_of(goal), {"do": "drop"}).status_code == 404
    goal.refresh_from_db()
    assert goal.status == "active"
