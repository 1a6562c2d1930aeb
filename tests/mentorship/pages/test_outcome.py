"""The page of an outcome: the scale, the ratings, and feedback, logged in and by the link of a mail."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Block
from mentorship.links import outcome_link
from mentorship.models import Feedback, GoalScale, OrganiserNote, OutcomeRating
from tests.factories import NOW, FeedbackFactory, GoalScaleFactory, MentorshipFactory, OrganiserNoteFactory
from tests.helpers import path
from tests.moves import end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SCALE = {"do": "scale", "start": "Ten applications.", "less": "None.", "as_hoped": "Three.", "better": "An offer."}
FEEDBACK = {"do": "feedback", "helped": "The interviews.", "better": "Shorter.", "thanks": "", "thanks_shown": ""}


@pytest.fixture
def running(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


@pytest.fixture
def mentorship(running):
    GoalScaleFactory(mentorship=running)
    return end(running, now=timezone.now())


@pytest.fixture
def member(client):
    """Return a function that logs a person in, and returns the client with the address of the page."""

    def open_page(mentorship, person) -> tuple[Client, str]:
        client.force_login(person)
        return client, f"/mentorships/{mentorship.uuid}/outcome/"

    return open_page


@pytest.fixture(params=["member", "link"])
def door(request, member):
    """Return a function that opens the page of an outcome: logged in, or by the link of a mail."""

    def by_link(mentorship, person) -> tuple[Client, str]:
        return Client(), path(outcome_link(mentorship, person))

    return by_link if request.param == "link" else member


def read(door, mentorship, person) -> str:
    client, address = door(mentorship, person)
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def press(door, mentorship, person, expects=200, **form) -> str:
    client, address = door(mentorship, person)
    answer = client.post(address, form, follow=True)
    assert answer.status_code == expects
    return " ".join(html.unescape(answer.content.decode()).split())


def test_a_mentee_says_what_success_would_be_and_the_mentor_reads_it(door, running, alice, bob):
    assert "Alice Archer has not said yet what success would be." in read(door, running, bob)

    assert "Saved." in press(door, running, alice, **SCALE)

    assert GoalScale.objects.get().as_hoped == "Three."
    page = read(door, running, bob)
    assert all(words in page for words in ("Ten applications.", "None.", "Three.", "An offer."))
    assert 'value="scale"' not in page


def test_a_scale_with_a_gap_is_not_saved(door, running, alice):
    page = press(door, running, alice, 400, **SCALE | {"better": " "})

    assert "Nothing is sent yet" in page
    assert "Ten applications." in page
    assert not GoalScale.objects.exists()


def test_the_words_of_the_mentee_stand_beside_the_answers(door, mentorship, bob):
    page = read(door, mentorship, bob)

    assert "As hoped: “Three interviews.”" in page
    assert "More than hoped: “An offer.”" in page
    assert "Much more than hoped</label>" in page


def test_one_rates_and_changes_the_answer(member, mentorship, alice):
    assert "Change my answer" in press(member, mentorship, alice, do="rate", when="end", level="1")

    press(member, mentorship, alice, do="rate", when="end", level="-2")

    assert OutcomeRating.objects.get().level == -2


@pytest.mark.parametrize("level", ["", "3", "one"])
def test_an_answer_that_is_not_one_of_the_five_is_refused(level, door, mentorship, alice):
    page = press(door, mentorship, alice, 400, do="rate", when="end", level=level)

    assert "Choose one of the five answers." in page


def test_an_answer_to_another_question_is_refused(door, mentorship, alice):
    press(door, mentorship, alice, 409, do="rate", when="later", level="1")

    assert not OutcomeRating.objects.exists()


def test_each_reads_the_other_answer_once_both_have_rated(door, mentorship, alice, bob):
    press(door, mentorship, alice, do="rate", when="end", level="1")
    assert "Outcome at the end" not in read(door, mentorship, bob)

    press(door, mentorship, bob, do="rate", when="end", level="0")
    # A second click is no problem.
    press(door, mentorship, bob, do="rate", when="end", level="0")

    for person, other in ((alice, "Bob Baker"), (bob, "Alice Archer")):
        page = read(door, mentorship, person)
        assert f"<dt>{other}</dt><dd>" in page
        assert "Outcome at the end" in page
        assert 'value="rate"' not in page


def test_feedback_is_sealed_and_then_open_to_both(member, mentorship, alice, bob):
    before = read(member, mentorship, bob)
    press(member, mentorship, alice, **FEEDBACK)
    assert "The interviews." in read(member, mentorship, alice)
    assert _without_tokens(read(member, mentorship, bob)) == _without_tokens(before)

    press(member, mentorship, bob, **FEEDBACK | {"helped": "Your questions."})

    assert "Your questions." in read(member, mentorship, alice)
    page = read(member, mentorship, bob)
    assert "The interviews." in page
    assert 'value="feedback"' not in page


def _without_tokens(page: str) -> str:
    return re.sub(r":[0-9A-Za-z]{6}:[\w-]{43}|[0-9A-Za-z]{64}", "", page)


def test_a_form_says_who_reads_each_field_and_for_how_long_it_is_kept(member, mentorship, alice):
    page = read(member, mentorship, alice)

    assert page.count("The other side reads it once it is open. It is deleted 3 years after the end.") == 2
    assert "It is kept as long as you have an account." in page
    assert "It is deleted 365 days after you wrote it" in page
    assert "anybody can read them in the record of your mentor" in page


def test_a_mentee_reads_that_ratings_are_counted_for_others_and_a_mentor_does_not(door, mentorship, alice, bob):
    told = [
        "From three people on, members who look for a mentor" in read(door, mentorship, one) for one in (alice, bob)
    ]

    assert told == [True, False]


def test_a_mentor_is_not_asked_whether_thanks_are_shown(door, mentorship, bob):
    assert "May your mentor show the thanks?" not in read(door, mentorship, bob)


def test_late_feedback_is_said_to_open_at_once(door, running, alice):
    end(running, now=timezone.now() - timedelta(days=15))

    assert "Bob Baker can read it at once" in read(door, running, alice)


def test_a_mentee_takes_back_that_thanks_are_shown(member, mentorship, alice):
    FeedbackFactory(mentorship=mentorship, opened_at=timezone.now(), thanks_shown="first_name")

    press(member, mentorship, alice, do="thanks", thanks_shown="")

    assert Feedback.objects.get().thanks_shown == ""


def test_a_reader_reports_feedback_with_a_reason(member, mentorship, bob):
    FeedbackFactory(mentorship=mentorship, opened_at=timezone.now())
    press(member, mentorship, bob, 400, do="report", reason="")

    page = press(member, mentorship, bob, do="report", reason="It hurts.")

    assert "You reported it on" in page
    assert Feedback.objects.get().report_reason == "It hurts."


def test_an_author_reads_why_feedback_was_hidden_and_the_reader_does_not(member, mentorship, alice, bob):
    now = timezone.now()
    hidden = {"opened_at": now, "reported_at": now, "hidden_at": now, "hidden_reason": "It names a family."}
    FeedbackFactory(mentorship=mentorship, **hidden)

    assert "The reason: It names a family." in read(member, mentorship, alice)
    page = read(member, mentorship, bob)
    assert "The organisers have hidden the feedback from Alice Archer." in page
    assert "It names a family." not in page


def test_a_note_to_the_organisers_is_read_by_its_author_alone(member, mentorship, alice, bob):
    press(member, mentorship, alice, do="note", text="Please look at this.")

    assert OrganiserNote.objects.get().text == "Please look at this."
    assert "Please look at this." in read(member, mentorship, alice)
    assert "Please look at this." not in read(member, mentorship, bob)


def test_after_a_block_one_rates_and_writes_to_the_organisers_only(member, mentorship, alice, bob):
    FeedbackFactory(mentorship=mentorship, author=bob, helped="Secret.", opened_at=timezone.now())
    Block.objects.create(blocker=bob, blocked=alice)

    page = read(member, mentorship, alice)

    assert "You two are not in contact here any more" in page
    assert "Secret." not in page
    assert 'value="feedback"' not in page
    press(member, mentorship, alice, 409, **FEEDBACK)
    press(member, mentorship, alice, do="rate", when="end", level="0")
    press(member, mentorship, alice, do="note", text="They shouted at me.")
    assert (OutcomeRating.objects.count(), OrganiserNote.objects.count()) == (1, 1)


def test_a_mentorship_that_ended_before_anybody_asked_shows_no_question(door, alice, bob):
    old = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, status="completed")

    page = read(door, old, alice)

    assert 'value="rate"' not in page
    assert 'value="feedback"' in page


def test_the_page_of_the_mentorship_leads_to_its_outcome(client, running, alice, bob):
    address = f"/mentorships/{running.uuid}/"
    client.force_login(alice)
    assert f'href="{address}outcome/">Say what success would be' in client.get(address).content.decode()
    GoalScaleFactory(mentorship=running)
    assert "Three interviews." in client.get(address).content.decode()

    client.post(address, {"do": "reached"})

    assert f'href="{address}outcome/">Say how it ended' in client.get(address).content.decode()


@pytest.mark.parametrize("rows", [0, 2])
def test_the_number_of_queries_is_constant(rows, client, mentorship, alice, bob, django_assert_max_num_queries):
    for person in (alice, bob)[:rows]:
        FeedbackFactory(mentorship=mentorship, author=person, opened_at=timezone.now())
        OrganiserNoteFactory(mentorship=mentorship, author=person)
    client.force_login(alice)

    with django_assert_max_num_queries(12):
        client.get(f"/mentorships/{mentorship.uuid}/outcome/")


def test_the_author_of_a_note_sees_when_the_organisers_read_it(client, mentorship, alice):
    note = OrganiserNoteFactory(mentorship=mentorship, author=alice)
    client.force_login(alice)
    address = f"/mentorships/{mentorship.uuid}/outcome/"
    before = client.get(address).content.decode()
    note.read_at = NOW
    note.save()

    assert "The organisers read it on" not in before
    assert "The organisers read it on 23 November 2026." in client.get(address).content.decode()


@pytest.mark.parametrize("when", ["", "later\x00", "never"])
def test_a_rating_of_no_occasion_is_400(when, client, mentorship, alice):
    client.force_login(alice)

    answer = client.post(f"/mentorships/{mentorship.uuid}/outcome/", {"do": "rate", "level": "1", "when": when})

    assert answer.status_code == 400
    assert not OutcomeRating.objects.exists()
