"""Kinds of goals and sessions in the admin: what uses them, and that those in use stay."""

from __future__ import annotations

import pytest
from django.urls import reverse

from mentorship.models import GoalKind, SessionKind
from tests.factories import GoalFactory, HelpRequestFactory, MentorFactory, SessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def address(row, view: str) -> str:
    return reverse(f"admin:mentorship_{row._meta.model_name}_{view}", args=[row.pk])


@pytest.fixture
def goal_kind():
    return GoalKind.objects.create(code="return", name="Return to work", phrase="return to work")


@pytest.fixture
def session_kind():
    return SessionKind.objects.create(code="walk", name="a walk", minutes=30, agenda="Walk and talk.")


def test_the_page_of_a_goal_kind_says_what_uses_it(admin_client, goal_kind):
    GoalFactory.create_batch(2, kind=goal_kind)
    MentorFactory().goal_kinds.add(goal_kind)

    page = admin_client.get(address(goal_kind, "change")).content.decode()

    assert f'/admin/mentorship/goal/?kind__id__exact={goal_kind.pk}">2 goals</a>' in page
    assert "1 mentor who offers it" in page
    assert admin_client.get(f"/admin/mentorship/goal/?kind__id__exact={goal_kind.pk}").status_code == 200


@pytest.mark.parametrize("posted", [False, True])
def test_a_goal_kind_in_use_is_not_deleted(posted, admin_client, goal_kind):
    GoalFactory(kind=goal_kind)
    target = address(goal_kind, "delete")

    answer = admin_client.post(target, {"post": "yes"}) if posted else admin_client.get(target)

    assert answer.status_code == (409 if posted else 200)
    page = answer.content.decode()
    assert "It cannot be deleted while it is used by" in page
    assert "Switch it off instead" in page
    assert GoalKind.objects.filter(pk=goal_kind.pk).exists()


@pytest.mark.parametrize("posted", [False, True])
def test_the_last_kind_that_can_be_chosen_is_not_deleted(posted, admin_client, session_kind):
    SessionKind.objects.exclude(pk=session_kind.pk).update(is_offered=False)
    target = address(session_kind, "delete")

    answer = admin_client.post(target, {"post": "yes"}) if posted else admin_client.get(target)

    assert answer.status_code == (409 if posted else 200)
    assert "It is the last one that can be chosen. Switch another one on first." in answer.content.decode()
    assert SessionKind.objects.filter(pk=session_kind.pk).exists()


def test_a_kind_that_nothing_uses_is_deleted(admin_client, session_kind):
    assert admin_client.post(address(session_kind, "delete"), {"post": "yes"}).status_code == 302
    assert not SessionKind.objects.filter(pk=session_kind.pk).exists()


def test_a_kind_that_only_mentors_offer_is_not_deleted(admin_client, session_kind):
    MentorFactory().session_kinds.add(session_kind)

    assert admin_client.post(address(session_kind, "delete"), {"post": "yes"}).status_code == 409
    assert SessionKind.objects.filter(pk=session_kind.pk).exists()


def test_the_page_of_a_session_kind_counts_its_sessions(admin_client, session_kind):
    SessionFactory(kind=session_kind)

    assert "1 session, " in admin_client.get(address(session_kind, "change")).content.decode()


def test_a_kind_that_a_request_names_is_not_deleted(admin_client, session_kind):
    HelpRequestFactory(session_kind=session_kind)

    answer = admin_client.post(address(session_kind, "delete"), {"post": "yes"})

    assert answer.status_code == 409
    assert SessionKind.objects.filter(pk=session_kind.pk).exists()


@pytest.mark.parametrize("kind", ["goal_kind", "session_kind"])
def test_a_kind_without_a_use_is_deleted(kind, admin_client, request):
    row = request.getfixturevalue(kind)

    assert admin_client.post(address(row, "delete"), {"post": "yes"}).status_code == 302
    assert not type(row).objects.filter(pk=row.pk).exists()


def test_many_kinds_are_not_deleted_at_once(admin_client, goal_kind):
    listed = reverse("admin:mentorship_goalkind_changelist")

    admin_client.post(listed, {"action": "delete_selected", "_selected_action": [goal_kind.pk], "post": "yes"})

    assert GoalKind.objects.filter(pk=goal_kind.pk).exists()


def test_a_kind_is_added_and_saved(admin_client, goal_kind):
    form = {"code": "sabbatical", "name": "Take a sabbatical", "phrase": "take a sabbatical"}
    numbers = {"usual_weeks": 10, "position": 5, "description": ""}

    admin_client.post(reverse("admin:mentorship_goalkind_add"), form | numbers)
    admin_client.post(address(goal_kind, "change"), form | numbers | {"name": "Come back"})

    assert GoalKind.objects.get(code="sabbatical").usual_weeks == 10
    goal_kind.refresh_from_db()
    assert (goal_kind.code, goal_kind.name) == ("return", "Come back")
