"""Views of a list that an admin saves: their own, and those that colleagues share."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.exceptions import SavedViewNotPossible
from accounts.models import SavedView, User
from accounts.models.saved_view import VIEWS_MAX
from accounts.services.saved_views import change_view
from tests.factories import MentorFactory, UserFactory
from tests.helpers import log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

MENTORS = "/admin/accounts/mentorprofile/"
WAITING = "o=3&status__exact=applied"


def browser_of(role: str) -> Client:
    client = Client()
    log_in_with_second_factor(client, UserFactory(role=role, name=f"The {role}"))
    return client


def save(client, name: str, query: str = WAITING, **more: str):
    address = f"{MENTORS}views/?{urlencode({'_changelist_filters': query})}"
    return client.post(address, {"do": "save", "name": name} | more, follow=True)


def views_above(client, model: str = "accounts/mentorprofile") -> list[tuple[str, str]]:
    return [(view.name, view.query) for view in client.get(f"/admin/{model}/").context["saved_views"]]


def test_a_view_keeps_filters_search_and_order_without_the_page(admin_client, admin_user):
    MentorFactory(status="applied")

    saved = save(admin_client, "Those who wait", f"{WAITING}&p=1&q=Ada")

    view = SavedView.objects.get()
    assert (view.owner, view.model, view.is_shared) == (admin_user, "accounts.mentorprofile", False)
    assert views_above(admin_client) == [("Those who wait", f"{WAITING}&q=Ada")]
    assert saved.request["QUERY_STRING"] == f"{WAITING}&p=1&q=Ada"
    assert views_above(admin_client, "accounts/user") == []
    assert admin_client.get(f"{MENTORS}?{view.query}").status_code == 200


def test_the_view_that_is_open_is_marked(admin_client):
    save(admin_client, "Those who wait")

    assert [view.is_now for view in admin_client.get(f"{MENTORS}?{WAITING}").context["saved_views"]] == [True]
    assert [view.is_now for view in admin_client.get(MENTORS).context["saved_views"]] == [False]


def test_colleagues_see_what_is_shared_and_nothing_else(admin_client):
    manager = browser_of("manager")
    save(admin_client, "Mine")
    save(admin_client, "Ours", is_shared="on")

    assert views_above(manager) == [("Ours", WAITING)]
    assert "Ours (of " in manager.get(MENTORS).content.decode()


@pytest.mark.parametrize("change", [{"role": "", "is_staff": False}, {"is_active": False}])
def test_nobody_sees_views_of_somebody_who_is_no_admin_any_more(change, admin_client):
    left = UserFactory(role="manager")
    SavedView.objects.create(owner=left, model="accounts.mentorprofile", name="Ours", is_shared=True)
    assert views_above(admin_client) == [("Ours", "")]

    User.objects.filter(pk=left.pk).update(**change)

    assert views_above(admin_client) == []


@pytest.mark.parametrize("query", ["pause_cause=missed", "q=bob%40example.org"])
def test_a_role_sees_no_view_whose_filters_it_has_not(query, admin_client):
    matchmaker = browser_of("matchmaker")
    save(admin_client, "Not for all", query, is_shared="on")
    save(admin_client, "For all", is_shared="on")

    assert views_above(matchmaker) == [("For all", WAITING)]


def test_a_view_is_renamed_shared_and_deleted_by_its_owner_alone(admin_client):
    save(admin_client, "Old")
    view = SavedView.objects.get()
    change = {"do": "change", "view": view.pk, "name": "New", "is_shared": "on"}

    assert browser_of("manager").post(f"{MENTORS}views/", change).status_code == 404
    assert admin_client.post(f"{MENTORS}views/", change).status_code == 302
    view.refresh_from_db()
    assert (view.name, view.is_shared) == ("New", True)
    assert browser_of("owner").post(f"{MENTORS}views/", {"do": "delete", "view": view.pk}).status_code == 404
    admin_client.post(f"{MENTORS}views/", {"do": "delete", "view": view.pk})
    assert not SavedView.objects.exists()


def test_a_name_is_there_once_for_each_list(admin_client):
    save(admin_client, "Those who wait")

    again = save(admin_client, "Those who wait", "o=1")

    assert again.status_code == 400
    assert "You have a view “Those who wait” of this list already." in again.content.decode()
    assert SavedView.objects.get().query == WAITING


def test_a_view_that_was_deleted_meanwhile_does_not_come_back(admin_user):
    view = SavedView.objects.create(owner=admin_user, model="accounts.mentorprofile", name="Old")
    SavedView.objects.all().delete()

    with pytest.raises(SavedViewNotPossible, match="is deleted already"):
        change_view(view=view, name="New", is_shared=True)

    assert not SavedView.objects.exists()


def test_an_admin_has_so_many_views_of_a_list_at_most(admin_client, admin_user):
    for number in range(VIEWS_MAX):
        SavedView.objects.create(owner=admin_user, model="accounts.mentorprofile", name=f"View {number}")

    assert "Delete one first" in save(admin_client, "One more").content.decode()
    assert SavedView.objects.count() == VIEWS_MAX


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("nothing=1", {}),
        ("user__password__startswith=a", {}),
        ("o=1&q=" + "a" * 3000, {}),
        (WAITING, {"name": ""}),
        (WAITING, {"name": "x" * 61}),
        (WAITING, {"do": "nothing"}),
        (WAITING, {"do": "delete", "view": "x"}),
    ],
)
def test_filters_that_the_list_does_not_take_are_not_saved(query, fields, admin_client):
    address = f"{MENTORS}views/?{urlencode({'_changelist_filters': query})}"

    answer = admin_client.post(address, {"do": "save", "name": "Odd"} | fields)

    assert answer.status_code == 400
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("matchmaker", 200), ("viewer", 403)])
def test_the_page_opens_for_those_who_see_the_list(role, status):
    assert browser_of(role).get(f"{MENTORS}views/").status_code == status
