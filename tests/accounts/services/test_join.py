"""Joining, by page and by the headless API, which share one form."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import MentorProfile, Notification, User
from accounts.selectors import current_rules
from tests.factories import PASSWORD, UserFactory
from tests.helpers import code_in, kinds

pytestmark = pytest.mark.django_db

SIGN_UP = "/_allauth/app/v1/auth/signup"
FORM = {
    "email": "mina@example.org",
    "password": PASSWORD,
    "name": "Mina",
    "roles": ["mentee"],
    "timezone": "Europe/Rome",
    "accept_rules": True,
}


def sign_up(**changes):
    return Client().post(SIGN_UP, FORM | changes, content_type="application/json")


def confirm(session: str) -> None:
    """Enter the code of the mail that came with the sign-up."""
    text = Notification.objects.get(recipient__email="mina@example.org").payload["text"]
    Client().post(
        "/_allauth/app/v1/auth/email/verify",
        {"key": code_in(text)},
        content_type="application/json",
        headers={"X-Session-Token": session},
    )


def faults(response) -> set[str]:
    assert response.status_code == 400
    return {error["param"] for error in response.json()["errors"]}


def test_sign_up_makes_a_member_with_profile_and_accepted_rules(rung):
    assert sign_up().status_code == 401  # the address has to be confirmed first

    user = User.objects.get(email="mina@example.org")
    assert (user.name, user.profile.timezone, user.profile.is_mentee) == ("Mina", "Europe/Rome", True)
    assert not MentorProfile.objects.filter(user=user).exists()
    assert user.accepted_rules.get().rules == current_rules()
    assert user.password.startswith("argon2$")


def test_sign_up_by_page_is_the_same(rung):
    form = FORM | {"password1": PASSWORD, "accept_rules": "on", "rules_version": current_rules().version}
    response = Client().post("/accounts/signup/", form)

    assert response.status_code == 302
    assert User.objects.get().accepted_rules.count() == 1


def test_one_person_may_be_mentee_and_mentor(rung):
    sign_up(roles=["mentee", "mentor"], motivation="I like to explore things together.")

    user = User.objects.get()
    assert (user.profile.is_mentee, user.mentor.status) == (True, "applied")


def test_a_mentor_needs_a_motivation():
    assert faults(sign_up(roles=["mentor"])) == {"motivation"}
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"accept_rules": False}, "accept_rules"),
        ({"roles": []}, "roles"),
        ({"roles": ["guru"]}, "roles"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"name": "  "}, "name"),
        ({"name": "Your account is locked, see http://evil.example"}, "name"),
        ({"name": "Two\nlines"}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"email": "no address"}, "email"),
        ({"password": "1234567890"}, "password"),
    ],
)
def test_a_missing_or_wrong_field_is_named(change, param):
    assert faults(sign_up(**change)) == {param}
    assert not User.objects.exists()


def test_acceptance_of_another_version_of_the_rules_is_refused():
    assert faults(sign_up(rules_version=current_rules().version + 1)) == {"accept_rules"}


def test_an_address_that_exists_gets_the_same_answer_and_a_mail(rung):
    UserFactory(email="mina@example.org", name="Mina")
    fresh, known = sign_up(email="fresh@example.org"), sign_up(email="MINA@example.org")

    assert (known.status_code, known.json()["data"]) == (fresh.status_code, fresh.json()["data"])
    assert User.objects.filter(email="mina@example.org").count() == 1
    [row] = Notification.objects.filter(recipient__email="mina@example.org")
    assert "already" in row.payload["text"]


def test_admins_hear_of_an_application_once_the_address_is_confirmed(admin_user, rung):
    session = sign_up(roles=["mentor"], motivation="I was helped once.").json()["meta"]["session_token"]
    assert not admin_user.notifications.exists()

    confirm(session)

    assert kinds(admin_user) == ["mentor_applied"]


def test_confirming_an_address_ends_its_bouncing(now, rung):
    session = sign_up().json()["meta"]["session_token"]
    User.objects.update(bouncing_since_at=now)

    confirm(session)

    assert User.objects.get().bouncing_since_at is None


@pytest.mark.parametrize("path", [SIGN_UP, "/_allauth/app/v1/auth/login"])
@pytest.mark.parametrize(
    "body", ['{"email": ' * 5000, '{"email": "a@example.org", "name": "\\ud800", "password": "x"}']
)
def test_an_unreadable_body_is_a_client_error(path, body):
    response = Client().post(path, body, content_type="application/json")

    assert response.status_code in (400, 401)


def test_the_mail_to_an_unconfirmed_address_has_no_name(rung):
    sign_up(name="Mallory the Stranger")

    assert "Mallory" not in Notification.objects.get().payload["text"]
