"""The page where owners give roles, and what it does to the page of a person."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import RoleChange, User
from accounts.services.roles import change_role
from tests.factories import UserFactory
from tests.helpers import log_in_with_second_factor, race

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def role_page(person: User) -> str:
    return reverse("admin:accounts_user_role", args=[person.pk])


def change_page(person: User) -> str:
    return reverse("admin:accounts_user_change", args=[person.pk])


def test_an_owner_gives_a_role(admin_client, alice):
    form = admin_client.get(role_page(alice)).content.decode()
    page = admin_client.post(role_page(alice), {"role": "viewer", "reason": "Reports to the board."}, follow=True)

    assert "a member without a role" in form
    assert role_page(alice) in page.content.decode()
    assert "Member → Viewer" in page.content.decode()
    assert "Reports to the board." in admin_client.get(role_page(alice)).content.decode()
    assert User.objects.get(pk=alice.pk).role == "viewer"


@pytest.mark.parametrize("sent", [{"role": "viewer"}, {"role": "king", "reason": "It is good."}, {"reason": " "}])
def test_an_incomplete_form_changes_nothing(admin_client, alice, sent):
    answer = admin_client.post(role_page(alice), sent)

    assert answer.status_code == 200
    assert not RoleChange.objects.exists()


def test_the_last_owner_reads_why_the_role_stays(admin_client, admin_user):
    page = admin_client.post(role_page(admin_user), {"role": "", "reason": "I go."}, follow=True).content.decode()

    assert "This is the last owner. Make somebody else an owner first." in page


def test_the_last_owner_is_not_locked_out(admin_client, admin_user):
    page = admin_client.post(change_page(admin_user), {"name": "Ada Admin"}).content.decode()

    assert "This is the last owner." in page
    assert User.objects.get(pk=admin_user.pk).is_active


def test_a_second_owner_can_be_locked_out(admin_client):
    second = UserFactory(role="owner")

    admin_client.post(change_page(second), {"name": "Second"})

    assert not User.objects.get(pk=second.pk).is_active


def test_a_manager_locks_members_and_no_admins(client, admin_user, alice):
    log_in_with_second_factor(client, UserFactory(role="manager"))

    client.post(change_page(alice), {"name": "Alice Archer"})
    answer = client.post(change_page(admin_user), {"name": "Ada Admin"})

    assert not User.objects.get(pk=alice.pk).is_active
    assert answer.status_code == 403
    assert "Role …" not in client.get(change_page(alice)).content.decode()


def test_the_form_of_a_person_has_no_role_in_it(admin_client, alice):
    admin_client.post(change_page(alice), {"name": "Alice", "is_active": "on", "role": "owner", "is_staff": "on"})

    alice.refresh_from_db()
    assert (alice.name, alice.role, alice.is_staff) == ("Alice", "", False)


def test_a_service_account_has_no_role(admin_client):
    service = UserFactory(is_service=True, password="!")

    answer = admin_client.post(role_page(service), {"role": "viewer", "reason": "Reports."})

    assert answer.status_code == 404


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_an_unknown_person_has_no_page_of_a_role(admin_client, number):
    assert admin_client.get(f"/admin/accounts/user/{number}/role/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_form_that_waits_for_a_change_of_role_does_not_take_it_back(client, admin_user, now):
    person = UserFactory(role="manager", is_staff=True)
    log_in_with_second_factor(client, admin_user)
    address = change_page(person)

    def take_the_role() -> None:
        change_role(user_id=person.pk, role="", by=admin_user, reason="They left.", now=now)
        User.objects.filter(pk=person.pk).update(password="new")

    race(take_the_role, lambda: client.post(address, {"name": "Changed", "is_active": "on"})).finish()

    person.refresh_from_db()
    assert (person.name, person.role, person.is_staff, person.password) == ("Changed", "", False, "new")


@pytest.mark.django_db(transaction=True)
def test_a_manager_who_waits_for_a_new_owner_does_not_lock_them_out(client, admin_user, now):
    manager, person = UserFactory(role="manager", is_staff=True), UserFactory()
    log_in_with_second_factor(client, manager)
    address = change_page(person)

    def give_the_role() -> None:
        change_role(user_id=person.pk, role="owner", by=admin_user, reason="A second one.", now=now)

    answer = race(give_the_role, lambda: client.post(address, {"name": "Changed"})).finish()

    person.refresh_from_db()
    assert (answer.status_code, person.is_active, person.role) == (403, True, "owner")
