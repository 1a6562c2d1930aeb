"""What the pages say in each state, and that nobody ends up where no way leads on."""

from __future__ import annotations

import pytest
from django.test import Client

from matching.links import answer_link, choose_link
from matching.models import HelpRequest, Match
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

GOOD = {
    "situation": "I am a postdoc in particle physics with six years of data analysis and two papers on it.",
    "gap": "I had five interviews and each time failed at questions on business cases.",
    "ask": "Rehearse one 30 minute case interview for a data scientist job with me before 15 March.",
}


def path(link: str) -> str:
    return link.removeprefix("http://testserver")


def mentors_page(match, **form):
    client = Client()
    response = client.post(path(answer_link(match)), form) if form else client.get(path(answer_link(match)))
    return response.content.decode()


def mentees_page(request, **form):
    client = Client()
    response = client.post(path(choose_link(request)), form) if form else client.get(path(choose_link(request)))
    return response.content.decode()


# --- by when ------------------------------------------------------------------------------------------------


def test_the_mentor_reads_by_when_to_answer_in_their_zone():
    match = MatchFactory(status="asked", mentor__user__profile__timezone="Asia/Tokyo")

    assert "Please answer by Saturday, 28 November, 21:00 (Asia/Tokyo); a no is fine." in mentors_page(match)


def test_the_mentee_reads_by_when_to_answer_an_offer_in_their_zone():
    match = MatchFactory(status="offered", help_request__mentee__profile__timezone="Asia/Tokyo")

    assert "by Saturday, 28 November, 21:00 (Asia/Tokyo)" in mentees_page(match.help_request)


# --- what the state is --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "fields", "title"),
    [
        ("asked", {}, "Alice asks for your help"),
        ("offered", {}, "Your offer to Alice"),
        ("expired", {}, "The question of Alice is over"),
        ("expired", {"offered_at": NOW, "asked_at": None, "why_you": ""}, "Your offer to Alice is over"),
    ],
)
def test_the_title_of_a_mentors_page_fits_its_state(status, fields, title):
    match = MatchFactory(status=status, help_request__mentee__name="Alice", **fields)

    assert f"<title>{title} ·" in mentors_page(match)


def test_an_offer_without_an_answer_does_not_read_as_if_the_mentor_had_been_silent():
    page = mentors_page(MatchFactory(status="expired", offered_at=NOW, asked_at=None, why_you=""))

    assert "There was no answer to it in time. It has nothing to do with you" in page
    assert "it has moved on" not in page


def test_a_question_of_a_request_that_expired_was_not_taken_back():
    page = mentors_page(MatchFactory(status="withdrawn", help_request__status="expired"))

    assert "The request is closed." in page
    assert "taken back" not in page


@pytest.fixture
def over():
    """Return the match of a mentorship that has ended."""
    request = HelpRequestFactory(status="closed")
    mentorship = MentorshipFactory(goal=request.goal, status="completed", ended_at=NOW)
    return MatchFactory(help_request=request, mentor=mentorship.mentor, status="accepted", mentorship=mentorship)


def test_after_a_mentorship_nobody_is_told_to_write(over):
    for page in (mentors_page(over), mentees_page(over.help_request)):
        assert "ended on 23 November 2026" in page
        assert "mailto:" not in page


def test_the_mentee_suggests_times_and_both_pages_say_so():
    request = HelpRequestFactory(status="matched")
    mentorship = MentorshipFactory(goal=request.goal)
    match = MatchFactory(help_request=request, mentor=mentorship.mentor, status="accepted", mentorship=mentorship)

    assert "will suggest two times for a first call" in mentors_page(match)
    assert "and suggest two times for a first call" in mentees_page(request)


def test_a_no_is_shown_with_its_reason_and_note():
    match = MatchFactory(status="declined", decline_reason="not_my_field", decline_note="Ask <b>Carol</b>.")

    page = mentees_page(match.help_request)

    assert "It is not quite the right field. “Ask &lt;b&gt;Carol&lt;/b&gt;.”" in page


@pytest.mark.parametrize("status", ["withdrawn", "superseded"])
def test_proposals_that_nobody_acted_on_leave_the_page_with_the_request(status):
    asked = MatchFactory(status="withdrawn", mentor__user__name="Bob Baker", help_request__status="withdrawn")
    MatchFactory(
        help_request=asked.help_request, status=status, asked_at=None, why_you="", mentor__user__name="Carol Cook"
    )

    page = mentees_page(asked.help_request)

    assert "Bob Baker" in page
    assert "Carol Cook" not in page


# --- what was typed -----------------------------------------------------------------------------------------


def test_what_a_mentor_typed_survives_an_error():
    match = MatchFactory(status="asked")

    page = mentors_page(match, answer="decline", reason="not_my_field", note="Ask Carol.", pause_until_on="2020-01-01")

    assert '<option value="not_my_field" selected>' in page
    assert ">Ask Carol.</textarea>" in page
    assert 'value="2020-01-01"' in page


def test_what_a_mentee_typed_survives_an_error():
    match = MatchFactory(status="offered")

    page = mentees_page(match.help_request, do="decline", match=str(match.uuid), note="Thank you.")

    assert "Choose a reason." in page
    assert "<details open>" in page
    assert ">Thank you.</textarea>" in page


def test_a_mentee_declines_with_reasons_of_their_own():
    match = MatchFactory(status="offered")

    assert "not_my_field" not in mentees_page(match.help_request)
    mentees_page(match.help_request, do="decline", match=str(match.uuid), reason="not_my_field")

    assert Match.objects.get().status == "offered"


# --- asking again -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["withdrawn", "expired", "closed"])
def test_a_request_that_is_over_is_asked_again_once_and_leads_to_its_draft(status):
    request = HelpRequestFactory(status=status)
    assert "Ask again" in mentees_page(request)

    for _ in range(2):
        page = Client().post(path(choose_link(request)), {"do": "again"}, follow=True).content.decode()

    draft = HelpRequest.objects.get(status="draft")
    assert "Your draft for" in page
    assert draft.ask in page
    assert "You have a draft to ask again" in mentees_page(request)


@pytest.mark.parametrize("status", ["open", "matched"])
def test_what_goes_on_is_not_asked_again(status):
    request = HelpRequestFactory(status=status)
    mentorship = MentorshipFactory(goal=request.goal)
    if status == "matched":
        MatchFactory(help_request=request, mentor=mentorship.mentor, status="accepted", mentorship=mentorship)

    assert "Ask again" not in mentees_page(request)
    mentees_page(request, do="again")

    assert not HelpRequest.objects.filter(status="draft").exists()


def test_a_draft_is_changed_and_submitted_and_a_second_click_is_no_error():
    draft = HelpRequestFactory(status="draft")

    for _ in range(2):
        assert Client().post(path(choose_link(draft)), GOOD | {"do": "submit"}).status_code == 302

    draft.refresh_from_db()
    assert (draft.status, draft.ask) == ("open", GOOD["ask"])
    assert "Your request is open" in mentees_page(draft)


def test_a_vague_draft_is_kept_with_what_to_say_better():
    draft = HelpRequestFactory(status="draft")

    response = Client().post(
        path(choose_link(draft)), {"do": "submit", "situation": "Me.", "gap": "All.", "ask": "Please help me."}
    )

    draft.refresh_from_db()
    page = response.content.decode()
    assert (response.status_code, draft.status, draft.ask) == (409, "draft", "Please help me.")
    assert "What a mentor may still want to know" in page
    assert page.count("It is not said by when you need this.") == 1
    assert "You could write:" in page


def test_a_draft_with_nothing_in_it_is_asked_again():
    draft = HelpRequestFactory(status="draft")

    response = Client().post(path(choose_link(draft)), {"do": "submit", "ask": "Rehearse <b>this</b>."})

    assert response.status_code == 400
    assert "Rehearse &lt;b&gt;this&lt;/b&gt;." in response.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_nobody_else_reads_the_draft_of_a_mentee():
    draft = HelpRequestFactory(status="draft")
    draft.mentee = HelpRequestFactory().mentee  # whose link it would be

    assert Client().get(path(choose_link(draft))).status_code == 404
