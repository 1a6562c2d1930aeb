"""The main flow from sign-up to acceptance, through public interfaces only."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.notifications.deliver import drain
from matching.jobs.propose import propose_due_requests
from mentorship.models import Mentorship
from tests.factories import PASSWORD
from tests.helpers import code_in, log_in_with_second_factor

pytestmark = pytest.mark.django_db

HELP_REQUEST = {
    "situation": "Postdoc in particle physics, six years of multivariate analysis.",
    "gap": "I cannot present it so that a company sees machine learning in it.",
    "ask": "Go through my CV with me and help me say in industry words what I did.",
    "needs": ["multivariate analysis"],
    "format": "ongoing",
    "session_kind": "cv_review",
    "minutes": 30,
}


class Person:
    """A person with a session token and a mailbox."""

    def __init__(self, email: str) -> None:
        self.email = email
        self.client = Client()
        self.token = ""

    def call(self, method: str, path: str, body: dict | None = None, *, status: int) -> dict:
        headers = {"X-Session-Token": self.token} if self.token else {}
        response = getattr(self.client, method)(path, body, content_type="application/json", headers=headers)
        assert response.status_code == status, (path, response.status_code, response.content)
        return response.json()

    def sign_up(self, *roles: str, **more: object) -> None:
        body = {"email": self.email, "password": PASSWORD, "name": self.email.split("@")[0].title()}
        body |= {"roles": list(roles), "accept_rules": True, **more}
        answer = self.call("post", "/_allauth/app/v1/auth/signup", body, status=401)
        self.token = answer["meta"]["session_token"]
        code = code_in(self.newest_mail().body)
        answer = self.call("post", "/_allauth/app/v1/auth/email/verify", {"key": code}, status=200)
        self.token = answer["meta"]["session_token"]

    def newest_mail(self):
        drain(now=timezone.now)
        return [message for message in mail.outbox if self.email in message.to][-1]


def test_from_sign_up_to_a_mentorship_and_two_mails(admin_user, rung):
    mina, jon = Person("mina@example.org"), Person("jon@example.org")
    jon.sign_up("mentor", motivation="I was helped when I left physics.", timezone="Europe/Berlin")
    postdoc = {"role": "Postdoc", "field": "physics", "sector": "academia", "country": "CH", "level": "mid"}
    job = {"role": "Data scientist", "field": "data science", "sector": "industry", "country": "DE", "level": "senior"}
    career = [postdoc | {"start_year": 2012, "end_year": 2017}, job | {"start_year": 2017}]
    jon.call("patch", "/api/v1/me/", {"languages": [{"code": "en", "level": "fluent"}], "career": career}, status=200)
    offer = {"goals": ["academia_to_industry"], "session_kinds": ["cv_review"], "formats": ["ongoing"]}
    offer |= {"teaches": ["machine learning"]}
    jon.call("patch", "/api/v1/me/mentor/", offer, status=200)
    assert "wants to mentor" in Person(admin_user.email).newest_mail().subject
    admin = Client()
    log_in_with_second_factor(admin, admin_user)
    [application] = admin.get("/api/v1/mentor-applications/?status=applied").json()["results"]
    assert admin.post(f"/api/v1/mentor-applications/{application['uuid']}/approve/").status_code == 200

    mina.sign_up("mentee")
    mina.call("patch", "/api/v1/me/", {"languages": [{"code": "en", "level": "fluent"}]}, status=200)
    goal = {"kind": "academia_to_industry", "target_role": "Data scientist", "target_field": "data science"}
    goal = mina.call("post", "/api/v1/goals/", goal, status=201)
    preview = mina.call("post", "/api/v1/help-requests/preview/", HELP_REQUEST | {"goal": goal["uuid"]}, status=200)
    assert [s["mentor"]["name"] for s in preview["suggestions"]] == ["Jon"]
    draft = mina.call("post", "/api/v1/help-requests/", HELP_REQUEST | {"goal": goal["uuid"]}, status=201)
    mina.call("post", f"/api/v1/help-requests/{draft['uuid']}/submit/", status=200)
    propose_due_requests(now=timezone.now())
    assert "fits your request" in mina.newest_mail().subject

    [match] = mina.call("get", "/api/v1/matches/", status=200)["results"]
    why = {"why_you": "You left physics for industry yourself."}
    mina.call("post", f"/api/v1/matches/{match['uuid']}/ask/", why, status=200)
    link = re.search(r"http://testserver(/answer/\S+)", jon.newest_mail().body)[1]
    page = Client().get(link)
    assert "You left physics for industry yourself." in page.content.decode()
    assert Client().post(link, {"do": "accept"}).status_code == 302

    mentorship = Mentorship.objects.get()
    assert (mentorship.mentee.email, mentorship.mentor.user.email) == (mina.email, jon.email)
    assert "jon@example.org" in mina.newest_mail().body
    assert "mina@example.org" in jon.newest_mail().body
