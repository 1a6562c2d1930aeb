"""The page of a person in the admin: each list that has rows about this person."""

from __future__ import annotations

from html import unescape

import pytest
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.of_person import listed_about
from config.admin_menu import MENU
from mentorship.models import Exclusion
from tests.factories import (
    BlockFactory,
    ConcernFactory,
    GoalFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorshipFactory,
    UserFactory,
)
from tests.helpers import log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def listed(client, person: User) -> dict[str, tuple[int, str]]:
    page = client.get(reverse("admin:accounts_user_change", args=[person.pk]))
    return {one.name: (one.count, one.url) for one in page.context["listed"]}


def points_at_a_person(model: type[Model], path: str) -> bool:
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model is User


def test_each_list_about_people_is_found_from_their_pages():
    """The fields with these names say whom a row is about. Others say which admin did something."""
    people = {"user", "mentee", "mentor", "person", "recipient", "profile", "owner", "mentorship", "help_request"}
    for model, model_admin in admin.site._registry.items():
        fields = getattr(model_admin, "of_person", None)
        named = [field.name for field in model._meta.concrete_fields if field.is_relation]
        assert fields is not None or not people & set(named), f"{model} has rows about people, and no of_person"
        for path in fields or ():
            try:
                assert points_at_a_person(model, path), (model, path)
            except FieldDoesNotExist:
                pytest.fail(f"{model} has no field {path}")


def test_one_row_is_opened_at_once(admin_client):
    mentorship = MentorshipFactory()

    count, url = listed(admin_client, mentorship.mentee)["Mentorship"]

    assert count == 1
    assert admin_client.get(unescape(url)).context["original"] == mentorship


def test_more_rows_are_a_list_of_this_person_alone(admin_client, bob):
    own = BlockFactory.create_batch(2, blocker=bob)
    BlockFactory()

    count, url = listed(admin_client, bob)["Blocks"]

    page = admin_client.get(url)
    assert count == 2
    assert {row.pk for row in page.context["cl"].result_list} == {row.pk for row in own}
    assert "Bob Baker" in page.content.decode()


def test_both_sides_of_a_row_find_it(admin_client, alice, bob):
    BlockFactory(blocker=alice, blocked=bob)

    assert "Block" in listed(admin_client, alice)
    assert "Block" in listed(admin_client, bob)


def test_a_person_without_rows_has_a_profile_only(admin_client):
    assert set(listed(admin_client, UserFactory())) == {"Profile"}


@pytest.mark.parametrize("value", ["nobody", "999999", "-1", "²", "1e3", ""])
def test_a_person_who_is_not_there_is_no_filter(admin_client, value):
    MentorshipFactory()

    page = admin_client.get(reverse("admin:mentorship_mentorship_changelist"), {"person": value})

    assert page.status_code in (302, 400)


def test_an_admin_is_led_to_nothing_that_the_role_may_not_see(rf, alice):
    request = rf.get("/")
    request.user = UserFactory(role="matchmaker")
    HelpRequestFactory(mentee=alice, goal=GoalFactory(mentee=alice))
    ConcernFactory(raised_by=alice)

    shown = {one.name for one in listed_about(admin.site, request, alice)}

    assert "Help request" in shown
    assert "Concern" not in shown


def test_a_concern_about_the_reader_is_counted_for_others_only(admin_client, admin_user, bob):
    ConcernFactory(raised_by=bob, about=admin_user)

    assert "Concern" not in listed(admin_client, bob)


def test_the_page_of_a_person_has_as_many_queries_for_many_rows(admin_client, bob):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            listed(admin_client, bob)
        return len(found)

    BlockFactory.create_batch(2, blocker=bob)
    listed(admin_client, bob)
    few = queries()
    BlockFactory.create_batch(5, blocker=bob)

    assert queries() == few


def test_the_filter_tells_no_name_to_a_role_that_reads_no_accounts(client, alice):
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))
    address = reverse("admin:matching_match_changelist")
    match = MatchFactory()

    assert client.get(address, {"person": match.help_request.mentee_id}).status_code == 200
    assert client.get(address, {"person": alice.pk}).status_code == 400


def test_an_exclusion_is_not_shown_to_those_whom_it_keeps_apart(admin_client, admin_user, alice):
    own = Exclusion.objects.create(first=admin_user, second=alice, reason="blocked")
    page = reverse("admin:mentorship_exclusion_delete", args=[own.pk])

    assert "Exclusion" not in listed(admin_client, alice)
    admin_client.post(page, {"post": "yes"})
    assert Exclusion.objects.filter(pk=own.pk).exists()


# --- the menu -------------------------------------------------------------------------------------------------


def test_each_list_is_in_one_group_of_the_menu():
    named = [name for models in MENU.values() for name in models]

    assert sorted(named) == sorted(model.__name__ for model in admin.site._registry)


def test_the_menu_shows_what_the_role_may_see(client):
    log_in_with_second_factor(client, UserFactory(role="viewer"))

    page = client.get(reverse("admin:index"))

    assert "Mentorships that run" in page.content.decode()
    assert {model["object_name"] for group in page.context["app_list"] for model in group["models"]} == set()
