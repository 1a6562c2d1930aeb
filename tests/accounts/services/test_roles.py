"""Roles: who gives them, what stays, and what the person is told."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.exceptions import AccountIsLocked, LastOwner, NotAnOwner, ReasonMissing, RoleAlreadyGiven
from accounts.models import RoleChange, User
from accounts.services.roles import change_role
from tests.factories import UserFactory
from tests.helpers import kinds, race, send

pytestmark = pytest.mark.usefixtures("rung")


def give(person: User, role: str, *, by: User, now, reason: str = "She asked for it.") -> RoleChange:
    return change_role(user_id=person.pk, role=role, by=by, reason=reason, now=now)


@pytest.mark.django_db
def test_an_owner_gives_a_role_and_the_person_reads_why(admin, alice, now):
    give(alice, "matchmaker", by=admin, now=now)
    send(now)

    alice.refresh_from_db()
    change = RoleChange.objects.get()
    assert (alice.role, alice.is_staff) == ("matchmaker", True)
    assert (change.user, change.by, change.before, change.after) == (alice, admin, "", "matchmaker")
    [sent] = mail.outbox
    assert sent.subject == "Your role as an admin: Matchmaker"
    assert "She asked for it." in sent.body
    assert "connect an authenticator app" in sent.body


@pytest.mark.django_db
def test_a_role_that_is_taken_away_ends_every_right_at_once(admin, now):
    manager = UserFactory(role="manager")

    give(manager, "", by=admin, now=now)
    send(now)

    manager.refresh_from_db()
    assert (manager.role, manager.is_staff) == ("", False)
    assert not manager.has_perm("accounts.view_user")
    assert mail.outbox[0].subject == "You are no longer an admin"


@pytest.mark.django_db
def test_only_the_latest_change_is_told(admin, alice, now):
    give(alice, "viewer", by=admin, now=now)
    give(alice, "manager", by=admin, now=now)
    send(now)

    assert kinds(alice) == ["role_changed", "role_changed"]
    assert [sent.subject for sent in mail.outbox] == ["Your role as an admin: Community manager"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["", "manager", "matchmaker", "viewer", "programme"])
def test_nobody_but_an_owner_gives_roles(role, alice, now, admin):
    with pytest.raises(NotAnOwner):
        give(alice, "owner", by=UserFactory(role=role), now=now)

    assert not RoleChange.objects.exists()


@pytest.mark.django_db
def test_a_role_needs_a_reason_a_change_and_an_open_account(admin, alice, now):
    locked = UserFactory(is_active=False)

    with pytest.raises(ReasonMissing):
        give(alice, "viewer", by=admin, now=now, reason=" ")
    with pytest.raises(RoleAlreadyGiven):
        give(alice, "", by=admin, now=now)
    with pytest.raises(AccountIsLocked):
        give(locked, "viewer", by=admin, now=now)


@pytest.mark.django_db
def test_the_last_owner_stays_one(admin, now):
    UserFactory(role="owner", is_active=False)

    with pytest.raises(LastOwner):
        give(admin, "manager", by=admin, now=now)

    give(UserFactory(), "owner", by=admin, now=now)
    give(admin, "manager", by=admin, now=now)
    assert User.objects.get(pk=admin.pk).role == "manager"


@pytest.mark.django_db(transaction=True)
def test_two_owners_do_not_take_away_each_others_role(now):
    first, second = UserFactory.create_batch(2, role="owner")

    rival = race(lambda: give(second, "", by=first, now=now), lambda: give(first, "", by=second, now=now))

    with pytest.raises(NotAnOwner):
        rival.finish()
    assert User.objects.get(role="owner") == first


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"role": "manager"}, {"is_active": False}, {"role": "", "is_staff": False}])
def test_the_database_keeps_the_last_owner(admin, changes):
    with pytest.raises(IntegrityError, match="last owner"), transaction.atomic():
        User.objects.filter(pk=admin.pk).update(**changes)
    with pytest.raises(IntegrityError, match="last owner"), transaction.atomic():
        User.objects.filter(pk=admin.pk).delete()

    assert User.objects.get(pk=admin.pk).is_owner


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"role": "manager"}, {"is_staff": True}, {"role": "king", "is_staff": True}])
def test_the_database_knows_no_admin_without_a_role(alice, fields):
    with pytest.raises(IntegrityError, match="user_has_a_role_if_and_only_if_staff"), transaction.atomic():
        User.objects.filter(pk=alice.pk).update(**fields)


@pytest.mark.django_db
def test_a_superuser_is_an_owner():
    user = User.objects.create_superuser("root@example.org", "a-long-password", name="Rita")

    assert (user.role, user.is_staff) == ("owner", True)


@pytest.mark.django_db
def test_a_person_who_gets_a_role_logs_in_anew(admin, alice, client, now):
    client.force_login(alice)
    assert client.get(reverse("usersessions_list")).status_code == 200

    give(alice, "viewer", by=admin, now=now)

    assert client.get(reverse("usersessions_list")).status_code == 302
