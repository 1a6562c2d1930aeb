"""The pages behind the links in mails."""

from __future__ import annotations

import logging

import pytest
import time_machine
from django import forms
from django.db import OperationalError
from django.test import Client
from psycopg.errors import LockNotAvailable

from config.logs import CutTokens
from matching import pages
from matching.links import LINK_LIFE, answer_link, choose_link
from matching.models import Match
from mentorship.models import Mentorship
from tests.factories import NOW, MatchFactory, MentorFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def asked():
    return MatchFactory(status="asked", help_request__mentee__name="Alice <b>Archer</b>")


def path(link: str) -> str:
    return link.removeprefix("http://testserver")


def test_looking_changes_nothing_and_shows_the_request_escaped(asked):
    for method in ("get", "head"):
        response = getattr(Client(), method)(path(answer_link(asked)))
        assert response.status_code == 200

    page = Client().get(path(answer_link(asked))).content.decode()
    assert asked.why_you in page
    assert "Alice &lt;b&gt;Archer&lt;/b&gt;" in page
    assert Match.objects.get().status == "asked"


def test_yes_starts_the_mentorship_and_the_page_says_how_to_go_on(asked):
    response = Client().post(path(answer_link(asked)), {"answer": "accept"}, follow=True)

    assert Mentorship.objects.count() == 1
    assert asked.help_request.mentee.email in response.content.decode()


def test_no_takes_a_reason(asked):
    Client().post(path(answer_link(asked)), {"answer": "decline", "reason": "no_time", "note": "Sorry."})

    match = Match.objects.get()
    assert (match.status, match.decline_reason, match.decline_note) == ("declined", "no_time", "Sorry.")


@pytest.mark.parametrize("form", [{}, {"answer": "decline"}, {"answer": "decline", "reason": "spite"}, {"answer": "x"}])
def test_a_form_that_says_nothing_is_asked_again(asked, form):
    response = Client().post(path(answer_link(asked)), form)

    assert response.status_code == 400
    assert Match.objects.get().status == "asked"


def test_a_second_yes_is_told_where_things_stand(asked):
    Client().post(path(answer_link(asked)), {"answer": "accept"})

    response = Client().post(path(answer_link(asked)), {"answer": "accept"})

    assert response.status_code == 409
    assert Mentorship.objects.count() == 1


def test_a_yes_beyond_capacity_is_refused_in_words():
    mentor = MentorFactory(capacity=1)
    match = MatchFactory(mentor=mentor, status="asked")
    MentorshipFactory(mentor=mentor)

    response = Client().post(path(answer_link(match)), {"answer": "accept"})

    assert response.status_code == 409
    assert "All places are taken" in response.content.decode()


def test_a_link_is_for_one_purpose_and_cannot_be_forged(asked):
    token = path(answer_link(asked)).split("/")[2]
    for address in (f"/choose/{token}/", f"/answer/{token[:-1]}x/", "/answer/nonsense/"):
        assert Client().get(address).status_code == 404


def test_a_link_ends_after_30_days_and_with_its_account(asked):
    link = path(answer_link(asked))
    with time_machine.travel(NOW.now(NOW.tzinfo) + LINK_LIFE * 1.01, tick=False):
        assert Client().get(link).status_code == 404
    asked.mentor.user.is_active = False
    asked.mentor.user.save()
    assert Client().get(link).status_code == 404


def test_a_post_without_its_token_is_refused(asked):
    response = Client(enforce_csrf_checks=True).post(path(answer_link(asked)), {"answer": "accept"})

    assert response.status_code == 403
    assert Match.objects.get().status == "asked"


def test_the_mentee_sees_mentors_with_reasons_and_asks_one():
    match = MatchFactory(mentor__user__name="Bob Baker")
    MatchFactory(mentor__user__name="Somebody Else")
    link = path(choose_link(match.help_request))

    page = Client().get(link).content.decode()
    assert "Bob Baker" in page
    assert match.reasons[0] in page
    assert "Somebody Else" not in page
    Client().post(link, {"match": match.uuid, "why_you": "You moved from physics yourself."})

    match.refresh_from_db()
    assert (match.status, match.why_you) == ("asked", "You moved from physics yourself.")


@pytest.mark.parametrize("why", ["", "   ", "please"])
def test_asking_without_a_reason_is_asked_again(why):
    match = MatchFactory()

    response = Client().post(path(choose_link(match.help_request)), {"match": match.uuid, "why_you": why})

    assert response.status_code == 400
    assert Match.objects.get().status == "proposed"


def test_nobody_asks_a_mentor_of_another_request():
    mine, other = MatchFactory(), MatchFactory()

    response = Client().post(
        path(choose_link(mine.help_request)), {"match": other.uuid, "why_you": "A long enough reason to ask you."}
    )

    assert response.status_code == 404
    other.refresh_from_db()
    assert other.status == "proposed"


def test_a_held_lock_is_told_in_words(asked, monkeypatch):
    def busy(**kwargs):
        raise OperationalError from LockNotAvailable()

    monkeypatch.setitem(pages.MENTOR_MOVES, "accept", (forms.Form, busy))

    response = Client().post(path(answer_link(asked)), {"answer": "accept"})

    assert response.status_code == 503
    assert "try again" in response.content.decode()


def test_links_that_work_stay_out_of_the_logs(asked):
    record = logging.makeLogRecord({"msg": "Conflict: %s", "args": (path(answer_link(asked)),)})

    CutTokens().filter(record)

    assert record.getMessage() == "Conflict: /answer/.../"
