"""The mentor's pages: answer a question, and offer help."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client
from psycopg.errors import LockNotAvailable

from accounts.models import MentorProfile, User
from accounts.services.settings import is_stopped
from matching.jobs.weekly_mail import send_weekly_requests
from matching.links import answer_link, fitting_link
from matching.models import Match
from matching.notification_kinds.weekly import WEEKLY
from matching.pages import mentor as mentor_page
from mentorship.models import Mentorship
from tests.factories import NOW, CareerStepFactory, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory
from tests.helpers import kinds, path
from tests.matching.helpers import mentee_blocks, press, press_and_read, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

NOTE = "I can rehearse the interview with you."


@pytest.fixture
def mentor():
    return MentorFactory(weekly_mail=True, user__name="Bob Baker")


# --- reading a question ---------------------------------------------------------------------------------------


def test_reading_changes_nothing_and_escapes_the_request(asked):
    for method in ("get", "head"):
        response = getattr(Client(), method)(path(answer_link(asked)))
        assert response.status_code == 200

    page = read(answer_link(asked))
    assert asked.why_you in page
    assert "Alice &lt;b&gt;Archer&lt;/b&gt;" in page
    assert Match.objects.get().status == "asked"


def test_the_deadline_is_in_the_mentors_zone():
    match = MatchFactory(status="asked", mentor__user__profile__timezone="Asia/Tokyo")

    assert "Please answer by Saturday, 28 November, 21:00 (Tokyo, Japan, UTC+9); a no is fine." in read(
        answer_link(match)
    )


@pytest.mark.parametrize(
    ("status", "fields", "title"),
    [
        ("asked", {}, "Alice asks for your help"),
        ("offered", {}, "Your offer to help"),
        ("expired", {}, "The question of Alice is over"),
        ("expired", {"offered_at": NOW, "asked_at": None, "why_you": ""}, "Your offer to help is over"),
    ],
)
def test_the_title_fits_the_state(status, fields, title):
    match = MatchFactory(status=status, help_request__mentee__name="Alice", **fields)

    assert f"<title>{title} ·" in read(answer_link(match))


def test_an_expired_offer_does_not_blame_the_mentor():
    page = read(answer_link(MatchFactory(status="expired", offered_at=NOW, asked_at=None, why_you="")))

    assert "There was no answer to it in time. It has nothing to do with you" in page
    assert "it has moved on" not in page


def test_a_question_of_an_expired_request_reads_as_closed():
    page = read(answer_link(MatchFactory(status="withdrawn", help_request__status="expired")))

    assert "The request is closed." in page
    assert "taken back" not in page


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({}, "The organisers have ended the question. It does not count as silence."),
        (
            {"offered_at": NOW, "offer_note": NOTE, "asked_at": None, "why_you": ""},
            "The organisers have ended it before there was an answer.",
        ),
    ],
)
def test_a_question_that_the_organisers_ended_is_no_silence(facts, says):
    page = read(answer_link(MatchFactory(status="withdrawn", withdrawn_by="organisers", **facts)))

    assert says in page
    assert "taken back" not in page


# --- answering ------------------------------------------------------------------------------------------------


def test_a_yes_starts_the_mentorship_and_shows_the_mentees_address(asked):
    response = Client().post(path(answer_link(asked)), {"do": "accept"}, follow=True)

    assert Mentorship.objects.count() == 1
    assert asked.help_request.mentee.email in response.content.decode()


def test_an_address_that_is_not_shown_leaves_no_gap(mentor):
    row = MentorshipFactory(mentor=mentor)
    match = MatchFactory(
        mentor=mentor, status="accepted", mentorship=row, help_request__goal=row.goal, help_request__mentee=row.mentee
    )
    User.objects.filter(pk=row.mentee.pk).update(is_active=False)

    page = read(answer_link(match))

    assert "Open your mentorship" in page
    assert "None" not in page
    assert "will suggest two times" not in page


def test_a_no_is_stored_with_its_reason(asked):
    press(answer_link(asked), do="decline", reason="no_time", note="Sorry.")

    match = Match.objects.get()
    assert (match.status, match.decline_reason, match.decline_note) == ("declined", "no_time", "Sorry.")


@pytest.mark.parametrize("form", [{}, {"do": "decline"}, {"do": "decline", "reason": "spite"}, {"do": "x"}])
def test_an_incomplete_answer_is_400(asked, form):
    response = press(answer_link(asked), **form)

    assert response.status_code == 400
    assert Match.objects.get().status == "asked"


@pytest.mark.parametrize(
    ("form", "heading"),
    [({"do": "accept"}, "You said yes"), ({"do": "decline", "reason": "no_time"}, "You declined")],
)
def test_a_second_click_is_no_error(asked, form, heading):
    press(answer_link(asked), **form)

    response = Client().post(path(answer_link(asked)), form, follow=True)

    assert response.redirect_chain
    assert heading in response.content.decode()


def test_a_yes_after_a_no_is_refused(asked):
    press(answer_link(asked), do="decline", reason="no_time")

    response = press(answer_link(asked), do="accept")

    assert response.status_code == 409
    assert "You declined" in response.content.decode()
    assert not Mentorship.objects.exists()


def test_a_yes_beyond_capacity_is_refused():
    mentor = MentorFactory(capacity=1)
    match = MatchFactory(mentor=mentor, status="asked")
    MentorshipFactory(mentor=mentor)

    response = press(answer_link(match), do="accept")

    assert response.status_code == 409
    assert "All places are taken" in response.content.decode()


def test_a_post_without_a_csrf_token_is_refused(asked):
    response = Client(enforce_csrf_checks=True).post(path(answer_link(asked)), {"do": "accept"})

    assert response.status_code == 403
    assert Match.objects.get().status == "asked"


def test_a_held_lock_is_503(asked, monkeypatch):
    def busy(**kwargs):
        raise OperationalError from LockNotAvailable()

    monkeypatch.setitem(mentor_page.BUTTONS, "accept", (None, busy))

    response = press(answer_link(asked), do="accept")

    assert response.status_code == 503
    assert "try again" in response.content.decode()


def test_a_no_can_start_a_pause(asked):
    form = {"do": "decline", "reason": "no_time", "pause": "yes", "pause_until_on": "2126-12-24"}

    page = press_and_read(answer_link(asked), **form)

    asked.mentor.refresh_from_db()
    assert (Match.objects.get().status, asked.mentor.status) == ("declined", "paused")
    assert "paused until 24 December 2126" in page


def test_a_day_without_the_tick_means_a_pause(asked):
    press(answer_link(asked), do="decline", reason="no_time", pause_until_on="2126-12-24")

    asked.mentor.refresh_from_db()
    assert asked.mentor.status == "paused"


@pytest.mark.parametrize(("day", "status"), [("soon", 400), ("2020-01-01", 409)])
def test_an_invalid_pause_is_refused_and_changes_nothing(asked, day, status):
    form = {"do": "decline", "reason": "no_time", "pause_until_on": day}

    response = press(answer_link(asked), **form)

    asked.mentor.refresh_from_db()
    assert response.status_code == status
    assert (Match.objects.get().status, asked.mentor.status) == ("asked", "approved")


def test_the_form_keeps_its_content_after_an_error():
    match = MatchFactory(status="asked")

    page = press(
        answer_link(match), do="decline", reason="not_my_field", note="Ask Carol.", pause_until_on="2020-01-01"
    ).content.decode()

    assert '<button name="reason" value="not_my_field">' in page
    assert "Ask Carol.</textarea>" in page
    assert 'value="2020-01-01"' in page


def test_a_mentor_takes_an_offer_back(offered):
    link = path(answer_link(offered))
    assert "You offered" in read(link)

    press(link, do="withdraw")

    assert Match.objects.get().status == "withdrawn"
    assert "It was taken back" in read(link)


# --- offering help --------------------------------------------------------------------------------------------


def test_reading_fitting_requests_changes_nothing_and_names_nobody(mentor):
    match = MatchFactory(
        mentor=mentor, help_request__mentee__name="Alice Archer", help_request__gap="I <b>freeze</b> in interviews."
    )
    MatchFactory(help_request__ask="Somebody else's.", help_request__languages=["ja"])
    for method in ("get", "head"):
        assert getattr(Client(), method)(fitting_link(mentor)).status_code == 200

    page = read(fitting_link(mentor))

    assert match.help_request.ask in page
    assert match.mentor_reasons[0] in page
    assert "I &lt;b&gt;freeze&lt;/b&gt; in interviews." in page
    assert "Alice" not in page
    assert "Somebody else" not in page
    match.refresh_from_db()
    assert match.status == "proposed"


def test_the_button_offers_help_with_a_note(mentor):
    match = MatchFactory(mentor=mentor)

    form = {"do": "offer", "help_request": match.help_request.uuid, "note": NOTE}
    page = press_and_read(fitting_link(mentor), **form)

    match.refresh_from_db()
    assert (match.status, match.offer_note) == ("offered", NOTE)
    assert kinds(match.help_request.mentee) == ["match_offered"]
    assert "You offered to help" in page
    assert "http://testserver/answer/" in page


def test_a_second_offer_is_no_error(mentor):
    match = MatchFactory(mentor=mentor)
    form = {"do": "offer", "help_request": match.help_request.uuid, "note": NOTE}

    for _ in range(2):
        assert press(fitting_link(mentor), **form).status_code == 302


@pytest.mark.parametrize("match", ["", "nonsense"])
def test_an_offer_without_a_match_is_400(mentor, match):
    form = {"do": "offer", "help_request": match, "note": NOTE}

    response = press(fitting_link(mentor), **form)

    assert response.status_code == 400
    assert "This request is not waiting for an offer any more." in response.content.decode()


@pytest.mark.parametrize("note", ["", "   ", "hello"])
def test_an_offer_without_content_is_400(mentor, note):
    match = MatchFactory(mentor=mentor)

    assert press(fitting_link(mentor), do="offer", help_request=match.help_request.uuid, note=note).status_code == 400
    match.refresh_from_db()
    assert match.status == "proposed"


def test_an_offer_for_a_request_outside_the_page_is_400(mentor):
    foreign = MatchFactory(help_request__languages=["ja"])
    blocked = MatchFactory(mentor=mentor)
    mentee_blocks(blocked)

    for match in (foreign, blocked):
        form = {"do": "offer", "help_request": match.help_request.uuid, "note": NOTE}
        assert press(fitting_link(mentor), **form).status_code == 400
        match.refresh_from_db()
        assert match.status == "proposed"


def test_the_page_stops_the_weekly_mail(mentor):
    MatchFactory(mentor=mentor)

    press(fitting_link(mentor), do="stop")

    assert is_stopped(user=mentor.user, group=WEEKLY)
    assert send_weekly_requests(now=NOW) == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_requests(mentor, rows, django_assert_num_queries):
    MatchFactory.create_batch(rows, mentor=mentor)
    MatchFactory.create_batch(rows, mentor=mentor, status="offered")
    address = fitting_link(mentor)

    with django_assert_num_queries(11):
        Client().get(address)


def test_a_day_of_time_again_with_another_reason_is_400_and_stays_in_the_form():
    match = MatchFactory(status="asked")
    form = {"do": "decline", "reason": "not_my_field", "time_again_on": "2126-12-24"}

    response = press(answer_link(match), **form)

    assert response.status_code == 400
    assert "“no time at the moment”" in response.content.decode()
    assert 'value="2126-12-24"' in response.content.decode()
    assert Match.objects.get().status == "asked"


# --- requests that a change would bring -----------------------------------------------------------------------


def offers_one_off_only(bob):
    CareerStepFactory(profile=bob.profile)
    MentorProfile.objects.filter(user=bob).update(formats=["one_off"])
    HelpRequestFactory(format="ongoing")


def test_a_mentor_asks_what_would_bring_how_many_requests(client, bob):
    offers_one_off_only(bob)
    client.force_login(bob)

    page = client.get("/requests-for-me/").content.decode()
    assert "You offer one format only" in page
    assert "1 more open request" not in page

    asked = client.get("/requests-for-me/?more").content.decode()
    assert '<a href="/mentoring/offer/">Offer help for longer, too</a>: 1 more open request' in asked
    assert "You offer one format only" not in asked
    assert "You do not say when you have time" in asked


def test_a_script_gets_the_answer_alone(client, bob):
    offers_one_off_only(bob)
    client.force_login(bob)

    part = client.get("/requests-for-me/?more", headers={"HX-Request": "true"}).content.decode()

    assert "Offer help for longer, too" in part
    assert "<html" not in part


def test_a_mentor_hears_that_no_change_would_help(client, bob):
    client.force_login(bob)

    assert "No single change of your offer" in client.get("/requests-for-me/?more").content.decode()


def test_a_mentor_who_waits_for_the_admins_is_not_led_there(client, bob):
    MentorProfile.objects.filter(user=bob).update(status="applied")
    client.force_login(bob)

    page = client.get("/requests-for-me/?more").content.decode()

    assert "?more" not in page
    assert "The admins have not decided" in page
