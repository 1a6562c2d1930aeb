"""The page behind an invitation: a first password, and the rules."""

from __future__ import annotations

import html

import pytest
from django.core import mail
from django.urls import reverse

from accounts.links import INVITATION, invitation_link
from accounts.models import MentorProfile, RulesAcceptance, User
from accounts.selectors import current_rules
from accounts.services.invitations import Invited, invite_people
from tests.factories import NOW, PASSWORD
from tests.helpers import kinds, path, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def anna():
    [person] = invite_people([Invited("anna@example.org", "Anna Lind", NOW)], now=NOW)
    return person


def form(**answers: object) -> dict:
    return {"password1": PASSWORD, "accept_rules": "on", "rules_version": current_rules().version} | answers


def test_the_mail_leads_to_the_page(anna, client):
    send(NOW)

    [message] = mail.outbox
    assert (message.to, message.subject) == (["anna@example.org"], "You are invited to Mentorship")
    link = next(line for line in message.body.splitlines() if "/invitation/" in line)
    assert "Welcome, Anna Lind" in client.get(path(link)).content.decode()


def test_an_invited_person_chooses_a_password_and_logs_in(anna, client):
    answer = client.post(path(invitation_link(anna)), form())

    assert answer["Location"] == reverse("account_login")
    assert RulesAcceptance.objects.filter(user=anna).exists()
    assert kinds(anna) == ["invitation", "welcome"]
    assert client.post(answer["Location"], {"login": "Anna@example.org", "password": PASSWORD}).status_code == 302
    assert client.get("/start/").status_code == 200


def test_an_invited_person_who_forgot_the_password_is_invited_again(anna, client):
    client.post(reverse("account_reset_password"), {"email": "anna@example.org"})
    send(NOW)

    assert kinds(anna) == ["invitation", "invitation"]
    assert all("/password/" not in message.body for message in mail.outbox)
    assert "/invitation/" in mail.outbox[-1].body


def test_a_member_who_was_invited_gets_a_link_for_a_new_password(anna, client):
    client.post(path(invitation_link(anna)), form())

    client.post(reverse("account_reset_password"), {"email": "anna@example.org"})

    assert kinds(anna) == ["account_mail", "invitation", "welcome"]


def test_the_link_works_once(anna, client):
    client.post(path(invitation_link(anna)), form())

    assert client.get(path(invitation_link(anna))).status_code == 404
    assert client.post(path(invitation_link(anna)), form(password1="another-long-one")).status_code == 404
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_a_link_never_sets_the_password_of_a_member(client, alice):
    alice.set_password(PASSWORD)
    alice.save()

    assert client.post(path(invitation_link(alice)), form(password1="another-long-one")).status_code == 404


def test_a_link_for_somebody_else_opens_nothing(anna, client):
    [other] = invite_people([Invited("bea@example.org", "Bea", NOW)], now=NOW)
    link = INVITATION.link(anna.uuid, other)

    assert client.get(path(link)).status_code == 404


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"password1": "short"}, "at least 10 characters"),
        ({"password1": "anna@example.org"}, "too similar"),
        ({"accept_rules": ""}, "Please read and accept the community rules"),
        ({"rules_version": 0}, "The rules have changed"),
    ],
)
def test_a_weak_password_and_rules_that_were_not_read_are_refused(answers, sentence, anna, client):
    answer = client.post(path(invitation_link(anna)), form(**answers))

    assert sentence in html.unescape(answer.content.decode())
    anna.refresh_from_db()
    assert not anna.has_usable_password()


def test_a_mentor_who_comes_in_is_announced_to_the_admins(client, admin_user):
    mentor = {"motivation": "I was helped.", "status": MentorProfile.Status.APPLIED}
    [mia] = invite_people([Invited("mia@example.org", "Mia", NOW, mentor=mentor)], now=NOW)
    assert kinds(admin_user) == []

    client.post(path(invitation_link(mia)), form())

    assert kinds(admin_user) == ["mentor_applied"]


def test_an_invitation_is_not_sent_to_somebody_who_is_in(anna):
    User.objects.filter(pk=anna.pk).update(last_login=NOW)

    send(NOW)

    assert mail.outbox == []
