"""The pages behind the links in mails."""

from __future__ import annotations

import pytest
import time_machine
from django import forms
from django.db import OperationalError
from django.test import Client
from psycopg.errors import LockNotAvailable

from matching.links import LINK_LIFE, answer_link, choose_link
from matching.models import Match
from matching.pages import mentor
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


@pytest.mark.parametrize(
    ("form", "heading"),
    [({"answer": "accept"}, "You said yes"), ({"answer": "decline", "reason": "no_time"}, "You declined")],
)
def test_a_second_click_is_no_error(asked, form, heading):
    Client().post(path(answer_link(asked)), form)

    response = Client().post(path(answer_link(asked)), form, follow=True)

    assert response.redirect_chain
    assert heading in response.content.decode()


def test_a_yes_after_a_no_is_told_where_things_stand(asked):
    Client().post(path(answer_link(asked)), {"answer": "decline", "reason": "no_time"})

    response = Client().post(path(answer_link(asked)), {"answer": "accept"})

    assert response.status_code == 409
    assert "You declined" in response.content.decode()
    assert not Mentorship.objects.exists()


def test_a_second_click_of_a_mentee_is_no_error():
    match = MatchFactory()
    for form in ({"do": "ask", "why_you": "You moved as I want to."}, {"do": "withdraw"}, {"do": "stop"}):
        for _ in range(2):
            assert press(match, **form).status_code == 302


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

    monkeypatch.setitem(mentor.BUTTONS, "accept", (forms.Form, busy))

    response = Client().post(path(answer_link(asked)), {"answer": "accept"})

    assert response.status_code == 503
    assert "try again" in response.content.decode()


@pytest.fixture
def offered():
    return MatchFactory(status="offered", mentor__user__name="Bob Baker")


def press(match, do: str, **form):
    return Client().post(path(choose_link(match.help_request)), {"match": match.uuid, "do": do} | form)


def test_no_and_a_pause_are_one_press(asked):
    form = {"answer": "decline", "reason": "no_time", "pause": "yes", "pause_until_on": "2126-12-24"}

    page = Client().post(path(answer_link(asked)), form, follow=True).content.decode()

    asked.mentor.refresh_from_db()
    assert (Match.objects.get().status, asked.mentor.status) == ("declined", "paused")
    assert "paused until 24 December 2126" in page


def test_who_names_a_day_wants_the_pause(asked):
    Client().post(path(answer_link(asked)), {"answer": "decline", "reason": "no_time", "pause_until_on": "2126-12-24"})

    asked.mentor.refresh_from_db()
    assert asked.mentor.status == "paused"


@pytest.mark.parametrize(("day", "status"), [("soon", 400), ("2020-01-01", 409)])
def test_a_pause_that_cannot_be_is_told_and_nothing_is_changed(asked, day, status):
    form = {"answer": "decline", "reason": "no_time", "pause_until_on": day}

    response = Client().post(path(answer_link(asked)), form)

    asked.mentor.refresh_from_db()
    assert response.status_code == status
    assert (Match.objects.get().status, asked.mentor.status) == ("asked", "approved")


def test_a_mentor_takes_an_offer_back(offered):
    link = path(answer_link(offered))
    assert "You offered" in Client().get(link).content.decode()

    Client().post(link, {"answer": "withdraw"})

    assert Match.objects.get().status == "withdrawn"
    assert "It was taken back" in Client().get(link).content.decode()


def test_an_offer_is_accepted_with_one_press(offered):
    page = Client().get(path(choose_link(offered.help_request))).content.decode()
    assert offered.offer_note in page
    assert not Mentorship.objects.exists()

    press(offered, "accept")

    assert Mentorship.objects.get().mentor == offered.mentor


def test_an_offer_is_declined_with_a_reason(offered):
    assert press(offered, "decline").status_code == 400
    press(offered, "decline", reason="other_fits_better")

    assert Match.objects.get().status == "declined"


def test_a_dismissed_mentor_is_not_shown_again():
    match = MatchFactory(mentor__user__name="Bob Baker")

    press(match, "dismiss", reason="known")

    assert Match.objects.get().status == "dismissed"
    assert "Bob Baker" not in Client().get(path(choose_link(match.help_request))).content.decode()


def test_a_question_is_taken_back(asked):
    press(asked, "withdraw")

    assert Match.objects.get().status == "withdrawn"


def test_the_whole_request_is_withdrawn(asked):
    page = Client().post(path(choose_link(asked.help_request)), {"do": "stop"}, follow=True).content.decode()

    assert Match.objects.get().help_request.status == "withdrawn"
    assert "Your request is withdrawn" in page
    assert "does not look for a mentor any more" in Client().get(path(answer_link(asked))).content.decode()


@pytest.mark.parametrize("form", [{"do": "marry"}, {"do": "dismiss"}, {"do": "dismiss", "reason": "spite"}])
def test_what_no_button_says_is_asked_again(form):
    match = MatchFactory()

    assert press(match, **form).status_code == 400
    assert Match.objects.get().status == "proposed"


@pytest.mark.parametrize("uuid", ["", "nonsense", "\x00"])
def test_a_match_that_is_none_is_not_found(asked, uuid):
    response = Client().post(path(choose_link(asked.help_request)), {"match": uuid, "do": "withdraw"})

    assert response.status_code == 404


def test_what_a_mentor_may_still_want_to_know_is_shown_while_the_request_is_open(asked):
    link = path(choose_link(asked.help_request))
    assert "It is not said by when you need this." in Client().get(link).content.decode()

    Client().post(path(answer_link(asked)), {"answer": "accept"})

    assert "It is not said by when" not in Client().get(link).content.decode()
