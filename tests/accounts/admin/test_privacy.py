"""Admins erase people with a reason; owners set legal holds."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import DataExport, Erasure, LegalHold
from accounts.services.privacy import ask_erasure
from tests.factories import NOW, UserFactory
from tests.helpers import kinds, log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def page_of(person) -> str:
    return reverse("admin:accounts_user_data", args=[person.pk])


@pytest.fixture
def manager(client):
    log_in_with_second_factor(client, UserFactory(role="manager", name="Mona Manager"))
    return client


@pytest.fixture
def owner(client, admin_user):
    log_in_with_second_factor(client, admin_user)
    return client


def test_an_admin_erases_with_a_reason(manager, alice):
    assert manager.post(page_of(alice), {"do": "erase", "reason": ""}).status_code == 400
    assert not Erasure.objects.exists()

    manager.post(page_of(alice), {"do": "erase", "reason": "She wrote to us."})

    row = Erasure.objects.get()
    assert (row.person, row.by.name, row.reason) == (alice, "Mona Manager", "She wrote to us.")
    assert kinds(alice) == ["erasure_asked"]
    assert "She wrote to us." in manager.get(page_of(alice)).content.decode()


def test_a_service_account_is_not_erased_as_a_person(manager):
    service = UserFactory(is_service=True, password="!")

    answer = manager.post(page_of(service), {"do": "erase", "reason": "Not used."})

    assert answer.status_code == 404
    assert not Erasure.objects.exists()


def test_an_admin_cancels_an_erasure(manager, alice):
    ask_erasure(person=alice, by=alice, now=NOW)

    manager.post(page_of(alice), {"do": "keep"})

    assert Erasure.objects.get().status == "cancelled"


def test_an_admin_is_not_erased_before_the_role_is_taken_away(manager):
    other = UserFactory(role="viewer")

    page = manager.post(page_of(other), {"do": "erase", "reason": "Left."}, follow=True).content.decode()

    assert "An owner has to take that role away first" in page
    assert not Erasure.objects.exists()


def test_an_owner_sets_and_lifts_a_hold(owner, alice, admin_user):
    owner.post(page_of(alice), {"do": "hold", "reason": "A court asked."})
    assert "A legal hold stands" in owner.get(page_of(alice)).content.decode()

    owner.post(page_of(alice), {"do": "lift", "reason": "The case is over."})

    hold = LegalHold.objects.get()
    assert (hold.set_by, hold.lifted_by, hold.lifted_reason) == (admin_user, admin_user, "The case is over.")


def test_a_manager_sets_no_hold(manager, alice):
    manager.post(page_of(alice), {"do": "hold", "reason": "A court asked."})

    assert not LegalHold.objects.exists()


def test_the_lists_say_who_asked_and_when_it_is_due(manager, alice):
    ask_erasure(person=alice, by=alice, now=NOW)
    DataExport.objects.create(person=alice, requested_at=NOW)

    for name in ("erasure", "dataexport"):
        assert "Alice Archer" in manager.get(reverse(f"admin:accounts_{name}_changelist")).content.decode()
