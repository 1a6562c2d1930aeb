"""A mentor's inbox, requests that fit, and the two taps of an answer."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Availability
from matching.links import answer_link
from tests.factories import NOW, MatchFactory, MentorFactory, MentorshipFactory
from tests.matching.helpers import mentee_blocks, press, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def page(client, person, name: str = "inbox", **query) -> str:
    client.force_login(person)
    response = client.get(reverse(name), query)
    assert response.status_code == 200
    return response.content.decode()


def asked(mentor, name: str, **facts):
    return MatchFactory(mentor=mentor, status="asked", help_request__mentee__name=name, **facts)


def test_questions_come_first_by_deadline_then_the_settled(client, bob):
    asked(bob.mentor, "Zora", answer_due_at=NOW.replace(day=25))
    asked(bob.mentor, "Ada", answer_due_at=NOW.replace(day=24))
    MatchFactory(mentor=bob.mentor, status="declined", help_request__mentee__name="Carol")

    shown = page(client, bob)

    assert shown.index("Ada") < shown.index("Zora") < shown.index("Settled") < shown.index("Carol")
    assert "2 questions wait for you" in shown


def test_the_list_of_the_settled_says_that_the_organisers_ended_a_question(client, bob):
    asked_facts = {"withdrawn_by": "organisers", "help_request__mentee__name": "Carol"}
    MatchFactory(mentor=bob.mentor, status="withdrawn", **asked_facts)

    assert "ended by the organisers, " in page(client, bob)


def test_an_offer_names_nobody(client, bob):
    MatchFactory(mentor=bob.mentor, status="offered", help_request__mentee__name="Carol")

    shown = page(client, bob)

    assert "Your offer" in shown
    assert "Carol" not in shown


def test_a_proposal_is_not_in_the_inbox(client, bob):
    match = MatchFactory(mentor=bob.mentor)

    assert match.help_request.ask not in page(client, bob)


def test_a_block_hides_who_asked(client, bob):
    match = asked(bob.mentor, "Carol")
    mentee_blocks(match)

    shown = page(client, bob)

    assert "Carol" not in shown
    assert "0 questions wait for you" in shown


def test_nothing_of_other_mentors_is_in_the_inbox(client, charlie):
    asked(MentorFactory(), "Carol")

    assert "Carol" not in page(client, charlie)


@pytest.mark.parametrize("name", ["inbox", "fitting-requests"])
def test_a_member_who_is_no_mentor_reads_so(client, alice, name):
    assert "You are not a mentor here" in page(client, alice, name)


def test_the_settled_have_pages(client, bob):
    MatchFactory.create_batch(21, mentor=bob.mentor, status="declined")

    assert "Page 1 of 2" in page(client, bob)
    assert "Page 2 of 2" in page(client, bob, page="2")


def test_the_number_of_queries_does_not_grow(client, bob):
    client.force_login(bob)

    def queries_with_more(matches: int) -> int:
        for status in ("asked", "offered", "declined"):
            MatchFactory.create_batch(matches, mentor=bob.mentor, status=status)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("inbox"))
        return len(queries)

    assert queries_with_more(1) == queries_with_more(2)


# --- an answer --------------------------------------------------------------------------------------------------


def test_a_no_takes_one_button_with_its_reason(asked_match):
    shown = read(answer_link(asked_match))
    assert '<input type="hidden" name="do" value="decline">' in shown
    assert 'name="reason" value="no_time">No time at the moment</button>' in shown

    press(answer_link(asked_match), do="decline", reason="no_time")

    asked_match.refresh_from_db()
    assert (asked_match.status, asked_match.decline_reason) == ("declined", "no_time")


@pytest.fixture
def asked_match():
    return MatchFactory(status="asked", help_request__mentee__name="Alice")


def test_the_answers_come_before_the_long_texts(asked_match):
    shown = read(answer_link(asked_match))

    assert shown.index("Yes, I will help Alice") < shown.index(asked_match.help_request.situation)


def test_hours_in_common_are_named_in_both_zones(asked_match):
    mentee, mentor = asked_match.help_request.mentee.profile, asked_match.mentor.user.profile
    mentee.timezone = "Europe/London"
    mentee.save()
    for profile in (mentee, mentor):
        for weekday in range(1, 8):
            Availability.objects.create(profile=profile, weekday=weekday, start_minute=0, end_minute=1440)

    shown = read(answer_link(asked_match))

    assert "in these hours" in shown
    assert "(Berlin, Germany, UTC+1)" in shown
    assert "(London, United Kingdom, UTC)" in shown


def test_an_ended_question_shows_no_hours(asked_match):
    press(answer_link(asked_match), do="decline", reason="no_time")

    assert "Time in common" not in read(answer_link(asked_match))


# --- requests that fit -------------------------------------------------------------------------------------------


def test_a_mentor_offers_help_from_the_page_for_members(client, bob):
    match = MatchFactory(mentor=bob.mentor)
    assert match.help_request.ask in page(client, bob, "fitting-requests")

    form = {"help_request": match.help_request.uuid, "note": "I read CVs for a living and know what is skipped."}
    response = client.post(reverse("fitting-requests"), form, follow=True)

    match.refresh_from_db()
    assert match.status == "offered"
    assert reverse("inbox-match", args=[match.uuid]) in response.content.decode()


def test_a_full_mentor_reads_why_nothing_is_proposed(client):
    mentor = MentorFactory(capacity=1)
    MentorshipFactory(mentor=mentor)

    shown = page(client, mentor.user, "fitting-requests")

    assert "Why nobody new is proposed to you now" in shown
    assert "Your only place is taken." in shown
