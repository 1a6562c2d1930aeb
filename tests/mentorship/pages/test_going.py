"""The page about how a mentorship goes and goes on: fit check, silence, ongoing, and the end."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mentorship.links import ending_link
from mentorship.models import FitCheck, Session
from tests.factories import (
    FitCheckFactory,
    GoalScaleFactory,
    MatchFactory,
    MentorshipFactory,
    OutcomeQuestionFactory,
    OutcomeRatingFactory,
)
from tests.helpers import kinds, path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, started_at=days_ago(1))


@pytest.fixture
def one_off(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, started_at=days_ago(1), format="one_off")


@pytest.fixture
def member(client):
    """Return a function that logs a person in, and returns the client with the address of the page."""

    def open_page(mentorship, person) -> tuple[Client, str]:
        client.force_login(person)
        return client, f"/mentorships/{mentorship.uuid}/going-on/"

    return open_page


@pytest.fixture(params=["member", "link"])
def door(request, member):
    """Return a function that opens the page: logged in, or by the link of a mail."""

    def by_link(mentorship, person) -> tuple[Client, str]:
        return Client(), path(ending_link(mentorship, person))

    return by_link if request.param == "link" else member


def read(door, mentorship, person) -> str:
    client, address = door(mentorship, person)
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def press(door, mentorship, person, do, **form):
    client, address = door(mentorship, person)
    answer = client.post(address, {"do": do} | form)
    mentorship.refresh_from_db()
    return answer


def silent(mentorship, days: int):
    mentorship.started_at = days_ago(days)
    mentorship.save()
    return mentorship


def test_a_fit_check_has_three_buttons_and_says_who_reads_it(member, alice, mentorship):
    FitCheckFactory(mentorship=mentorship)

    page = read(member, mentorship, alice)

    assert [f'name="answer" value="{answer}"' in page for answer in FitCheck.Answer.values] == [True] * 3
    assert "Bob Baker never learns whether or what you answer, and no admin reads it unless you let them know." in page
    assert page.index("Nobody but you reads it") < page.index('name="note"')


def test_a_mentee_reads_beside_a_fit_check_that_it_counts_for_the_search_and_a_mentor_does_not(
    door, alice, bob, mentorship
):
    pages = []
    for person in (alice, bob):
        FitCheckFactory(mentorship=mentorship, person=person)
        pages.append(read(door, mentorship, person))

    assert ["counts a little when others look for a mentor" in page for page in pages] == [True, False]


def test_the_other_side_sees_no_fit_check(door, bob, mentorship):
    FitCheckFactory(mentorship=mentorship, answer="not_good", note="Secret.")

    page = read(door, mentorship, bob)

    assert "How is it going with" not in page
    assert "Secret" not in page
    assert "not good" not in page


def test_the_organisers_may_know_that_it_is_not_good(member, alice, bob, mentorship):
    FitCheckFactory(mentorship=mentorship)
    assert "If it is not good, the organisers may know" in read(member, mentorship, alice)

    press(member, mentorship, alice, "fit_check", answer="not_good", note="", tell_organisers="on")

    assert FitCheck.objects.get().organisers_told_at is not None
    page = read(member, mentorship, alice)
    assert "The organisers know that it does not go well." in page
    assert "checked" in page
    assert "organisers know" not in read(member, mentorship, bob)


def test_one_click_answers_a_fit_check(member, alice, mentorship):
    FitCheckFactory(mentorship=mentorship)

    answer = press(member, mentorship, alice, "fit_check", answer="good", note="")

    assert (answer.status_code, FitCheck.objects.get().answer) == (302, "good")
    assert "You said “good” on" in read(member, mentorship, alice)


def test_an_answer_that_is_none_of_the_three_is_400(member, alice, mentorship):
    FitCheckFactory(mentorship=mentorship)

    answer = press(member, mentorship, alice, "fit_check", answer="fine", note="Kept.")

    assert answer.status_code == 400
    assert "Choose one of the three answers." in answer.content.decode()
    assert "Kept." in answer.content.decode()


def test_unsure_says_what_helps(member, bob, mentorship):
    FitCheckFactory(mentorship=mentorship, person=bob, answer="unsure")

    assert "Begin the next session with it" in read(member, mentorship, bob)


def test_not_good_offers_the_mentee_another_mentor_and_the_end(door, client, alice, mentorship):
    FitCheckFactory(mentorship=mentorship, answer="not_good")
    MatchFactory(
        mentorship=mentorship,
        mentor=mentorship.mentor,
        help_request__mentee=alice,
        help_request__status="matched",
        status="accepted",
    )

    page = read(door, mentorship, alice)

    assert "nobody's fault" in page
    assert "Bob Baker is told only that the mentorship has ended" in page
    assert "?show=change#another-mentor" in page
    assert 'value="end"' in page


def test_not_good_offers_the_mentor_the_end_alone(door, bob, mentorship):
    FitCheckFactory(mentorship=mentorship, person=bob, answer="not_good")

    page = read(door, mentorship, bob)

    assert "nobody's fault" in page
    assert "another-mentor" not in page


def test_an_end_after_not_good_tells_the_other_side_no_reason(door, alice, bob, mentorship):
    FitCheckFactory(mentorship=mentorship, answer="not_good")

    press(door, mentorship, alice, "end", reason="not_a_fit")

    assert (mentorship.status, mentorship.end_reason_for(bob), kinds(bob)) == ("ended_early", "", ["mentorship_ended"])


def test_a_silence_opens_the_plan_of_a_session(door, alice, mentorship):
    assert "Nothing was held, planned or finished since" not in read(door, mentorship, alice)

    page = read(door, silent(mentorship, 8), alice)

    assert "Nothing was held, planned or finished since" in page
    assert '<details id="plan" open>' in page
    assert "that is enough: end it" not in page


def test_a_session_is_planned_here(door, alice, mentorship):
    at = (timezone.now() + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)

    answer = press(door, mentorship, alice, "plan", kind="intro_call", times=at.isoformat(), place="", place_zone="")

    [session] = Session.objects.all()
    assert answer.status_code == 302
    assert (session.status, session.proposed_by) == ("proposed", alice)


@pytest.mark.parametrize(("reason", "status"), [("helped_enough", "completed"), ("no_time", "ended_early")])
def test_four_weeks_of_silence_offer_the_end_with_one_click(reason, status, door, alice, mentorship):
    page = read(door, silent(mentorship, 28), alice)
    assert f'<input type="hidden" name="reason" value="{reason}">' in page

    press(door, mentorship, alice, "end", reason=reason)

    assert (mentorship.status, mentorship.end_reason) == (status, reason)


def test_going_on_ends_the_silence(door, alice, mentorship):
    press(door, silent(mentorship, 28), alice, "go_on")

    assert "Nothing was held, planned or finished since" not in read(door, mentorship, alice)


def test_one_off_help_becomes_ongoing_by_two_clicks(door, alice, bob, one_off):
    assert "Propose it to Bob Baker" in read(door, one_off, alice)
    press(door, one_off, alice, "propose_ongoing", until_on="")
    assert "Bob Baker has not answered yet" in read(door, one_off, alice)
    assert "Alice Archer proposes to go on with you until" in read(door, one_off, bob)

    assert press(door, one_off, bob, "agree_to_ongoing").status_code == 302

    assert (one_off.format, one_off.ongoing_by) == ("ongoing", None)
    assert "Make it ongoing" not in read(door, one_off, alice)


@pytest.mark.parametrize("do", ["propose_ongoing", "agree_to_ongoing"])
def test_a_second_click_is_no_error(do, door, alice, bob, one_off):
    press(door, one_off, alice, "propose_ongoing", until_on="")
    person = alice if do == "propose_ongoing" else bob
    press(door, one_off, person, do, until_on="")

    assert press(door, one_off, person, do, until_on="").status_code == 302


def test_a_proposed_end_in_the_past_is_a_sentence(door, alice, one_off):
    answer = press(door, one_off, alice, "propose_ongoing", until_on="2020-01-01")

    assert (answer.status_code, one_off.ongoing_by) == (409, None)
    assert "Choose a day after" in answer.content.decode()


def test_an_ongoing_mentorship_is_not_offered_to_become_ongoing(door, alice, mentorship):
    assert "Make it ongoing" not in read(door, mentorship, alice)


def test_the_page_of_the_mentorship_leads_here(client, alice, mentorship):
    FitCheckFactory(mentorship=mentorship)
    client.force_login(alice)

    page = client.get(f"/mentorships/{mentorship.uuid}/").content.decode()

    assert "How is it going with Bob Baker?" in page
    assert f"/mentorships/{mentorship.uuid}/going-on/" in page


def test_the_page_of_the_mentorship_opens_the_change_of_the_mentor(client, alice, mentorship):
    MatchFactory(
        mentorship=mentorship,
        mentor=mentorship.mentor,
        help_request__mentee=alice,
        help_request__status="matched",
        status="accepted",
    )
    client.force_login(alice)

    page = client.get(f"/mentorships/{mentorship.uuid}/?show=change").content.decode()

    assert '<details id="another-mentor" open>' in page


def test_the_outcome_is_on_the_page_beside_the_planned_end(door, alice, bob, mentorship):
    before = read(door, mentorship, alice)
    GoalScaleFactory(mentorship=mentorship, as_hoped="Three interviews.")

    page = read(door, mentorship, bob)

    assert "Say what success would be" in before
    assert "Three interviews." in page
    assert "Plan the later end" in page


def test_after_the_end_the_page_leads_to_the_outcome(client, alice, mentorship):
    mentorship.move_to("completed", at=timezone.now())
    OutcomeQuestionFactory(mentorship=mentorship)
    client.force_login(alice)
    address = f"/mentorships/{mentorship.uuid}/"

    asked = client.get(f"{address}going-on/").content.decode()
    OutcomeRatingFactory(mentorship=mentorship)
    answered = client.get(f"{address}going-on/").content.decode()

    assert f'href="{address}outcome/">Say how it ended' in asked
    assert f'href="{address}outcome/">The outcome, and feedback' in answered
