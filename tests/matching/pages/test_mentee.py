"""The mentee's page of a help request: mentors, offers, its end, and a draft."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from matching.links import answer_link, choose_link
from matching.models import HelpRequest, Match
from matching.services.draft import DRAFTS_MAX
from mentorship.models import Mentorship
from mentorship.services.goals import drop_goal, reach_goal
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorshipFactory
from tests.helpers import path
from tests.matching.helpers import match_in, press, press_and_read, read, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def over():
    """Return the match of a mentorship that has ended."""
    request = HelpRequestFactory(status="closed")
    mentorship = MentorshipFactory(goal=request.goal, status="completed", ended_at=NOW)
    return MatchFactory(help_request=request, mentor=mentorship.mentor, status="accepted", mentorship=mentorship)


GOOD = {
    "situation": "I am a postdoc in particle physics with six years of data analysis and two papers on it.",
    "gap": "I had five interviews and each time failed at questions on business cases.",
    "ask": "Rehearse one 30 minute case interview for a data scientist job with me before 15 March.",
}


# --- mentors --------------------------------------------------------------------------------------------------


def test_the_mentee_sees_mentors_with_reasons_and_asks_one():
    match = MatchFactory(mentor__user__name="Bob Baker")
    MatchFactory(mentor__user__name="Somebody Else")
    link = path(choose_link(match.help_request))

    page = read(link)
    assert "Bob Baker" in page
    assert match.reasons[0] in page
    assert "Somebody Else" not in page
    press(link, match=match.uuid, why_you="You moved from physics yourself.")

    match.refresh_from_db()
    assert (match.status, match.why_you) == ("asked", "You moved from physics yourself.")


@pytest.mark.parametrize("why", ["", "   ", "please"])
def test_asking_without_a_reason_is_400(why):
    match = MatchFactory()

    response = press(choose_link(match.help_request), match=match.uuid, why_you=why)

    assert response.status_code == 400
    assert Match.objects.get().status == "proposed"


def test_asking_a_mentor_of_another_request_is_404():
    mine, other = MatchFactory(), MatchFactory()

    response = press(choose_link(mine.help_request), match=other.uuid, why_you="A long enough reason to ask you.")

    assert response.status_code == 404
    other.refresh_from_db()
    assert other.status == "proposed"


def test_a_second_click_is_no_error():
    match = MatchFactory()
    for form in ({"do": "ask", "why_you": "You moved as I want to."}, {"do": "withdraw"}, {"do": "stop"}):
        for _ in range(2):
            assert press(choose_link(match.help_request), **{"match": match.uuid} | form).status_code == 302


def test_a_dismissed_mentor_is_not_shown_again():
    match = MatchFactory(mentor__user__name="Bob Baker")

    press(choose_link(match.help_request), match=match.uuid, do="dismiss", reason="known")

    assert Match.objects.get().status == "dismissed"
    assert "Bob Baker" not in read(choose_link(match.help_request))


def test_a_question_is_taken_back(asked):
    press(choose_link(asked.help_request), match=asked.uuid, do="withdraw")

    assert Match.objects.get().status == "withdrawn"


@pytest.mark.parametrize("form", [{"do": "marry"}, {"do": "dismiss"}, {"do": "dismiss", "reason": "spite"}])
def test_an_unknown_or_incomplete_button_is_400(form):
    match = MatchFactory()

    assert press(choose_link(match.help_request), **{"match": match.uuid} | form).status_code == 400
    assert Match.objects.get().status == "proposed"


@pytest.mark.parametrize("uuid", ["", "nonsense", "\x00"])
def test_an_invalid_match_is_404(asked, uuid):
    response = press(choose_link(asked.help_request), match=uuid, do="withdraw")

    assert response.status_code == 404


def test_a_declined_question_shows_reason_and_note():
    match = MatchFactory(status="declined", decline_reason="not_my_field", decline_note="Ask <b>Carol</b>.")

    page = read(choose_link(match.help_request))

    assert "It is not quite the right field. “Ask &lt;b&gt;Carol&lt;/b&gt;.”" in page


def test_both_pages_say_that_the_mentee_suggests_times():
    match = match_in("accepted")

    assert "will suggest two times for a first call" in read(answer_link(match))
    assert "and suggest two times for a first call" in read(choose_link(match.help_request))


def test_both_pages_of_an_ended_mentorship_have_its_end_and_no_address(over):
    for page in (read(answer_link(over)), read(choose_link(over.help_request))):
        assert "ended on 23 November 2026" in page
        assert over.mentor.user.email not in page
        assert over.help_request.mentee.email not in page


def test_missing_facts_are_shown_while_the_request_is_open(asked):
    link = path(choose_link(asked.help_request))
    assert "It is not said by when you need this." in read(link)

    press(answer_link(asked), answer="accept")

    assert "It is not said by when" not in read(link)


def test_a_waiting_request_shows_place_and_obstacle(now):
    waiting(now - timedelta(days=1))
    request = waiting(now)

    page = Client().get(choose_link(request).removeprefix("http://testserver")).content.decode()

    assert "at place 2 of the queue" in page
    assert "Does not offer this format." in page


# --- offers ---------------------------------------------------------------------------------------------------


def test_the_deadline_of_an_offer_is_in_the_mentees_zone():
    match = MatchFactory(status="offered", help_request__mentee__profile__timezone="Asia/Tokyo")

    assert "by Saturday, 28 November, 21:00 (Asia/Tokyo)" in read(choose_link(match.help_request))


def test_an_offer_is_accepted_with_one_click(offered):
    page = read(choose_link(offered.help_request))
    assert offered.offer_note in page
    assert not Mentorship.objects.exists()

    press(choose_link(offered.help_request), match=offered.uuid, do="accept")

    assert Mentorship.objects.get().mentor == offered.mentor


def test_an_offer_is_declined_with_a_reason(offered):
    assert press(choose_link(offered.help_request), match=offered.uuid, do="decline").status_code == 400
    press(choose_link(offered.help_request), match=offered.uuid, do="decline", reason="other_fits_better")

    assert Match.objects.get().status == "declined"


def test_a_mentee_cannot_decline_with_a_reason_of_mentors():
    match = MatchFactory(status="offered")

    assert "not_my_field" not in read(choose_link(match.help_request))
    press(choose_link(match.help_request), do="decline", match=str(match.uuid), reason="not_my_field")

    assert Match.objects.get().status == "offered"


def test_the_form_keeps_its_content_after_an_error():
    match = MatchFactory(status="offered")

    page = press(
        choose_link(match.help_request), do="decline", match=str(match.uuid), note="Thank you."
    ).content.decode()

    assert "Choose a reason." in page
    assert "<details open>" in page
    assert ">Thank you.</textarea>" in page


# --- the end of a request -------------------------------------------------------------------------------------


def test_the_whole_request_is_withdrawn(asked):
    page = press_and_read(choose_link(asked.help_request), do="stop")

    assert Match.objects.get().help_request.status == "withdrawn"
    assert "Your request is withdrawn" in page
    assert "does not look for a mentor any more" in read(answer_link(asked))


@pytest.mark.parametrize("status", ["withdrawn", "superseded"])
def test_the_page_of_an_ended_request_leaves_unused_proposals_out(status):
    asked = MatchFactory(status="withdrawn", mentor__user__name="Bob Baker", help_request__status="withdrawn")
    MatchFactory(
        help_request=asked.help_request, status=status, asked_at=None, why_you="", mentor__user__name="Carol Cook"
    )

    page = read(choose_link(asked.help_request))

    assert "Bob Baker" in page
    assert "Carol Cook" not in page


@pytest.mark.parametrize("status", ["withdrawn", "expired", "closed"])
def test_a_request_that_is_over_is_asked_again_once(status):
    request = HelpRequestFactory(status=status)
    assert "Ask again" in read(choose_link(request))

    for _ in range(2):
        page = press_and_read(choose_link(request), do="again")

    draft = HelpRequest.objects.get(status="draft")
    assert "Your draft for" in page
    assert draft.ask in page
    assert "You have a draft to ask again" in read(choose_link(request))


@pytest.mark.parametrize("status", ["proposed", "accepted"])
def test_an_open_or_matched_request_is_not_asked_again(status):
    request = match_in(status).help_request

    assert "Ask again" not in read(choose_link(request))
    press(choose_link(request), do="again")

    assert not HelpRequest.objects.filter(status="draft").exists()


def test_a_mentee_with_too_many_drafts_reads_so_instead_of_asking_again(over):
    mentee = over.help_request.mentee
    HelpRequestFactory.create_batch(DRAFTS_MAX, mentee=mentee, status="draft")

    response = press(choose_link(over.help_request), do="again")

    assert response.status_code == 409
    assert "Submit or delete one" in response.content.decode()
    assert HelpRequest.objects.filter(mentee=mentee, status="draft").count() == DRAFTS_MAX


# --- a draft --------------------------------------------------------------------------------------------------


def test_a_draft_is_changed_and_submitted_and_a_second_click_is_no_error():
    draft = HelpRequestFactory(status="draft")

    for _ in range(2):
        assert press(choose_link(draft), **(GOOD | {"do": "submit"})).status_code == 302

    draft.refresh_from_db()
    assert (draft.status, draft.ask) == ("open", GOOD["ask"])
    assert "Your request is open" in read(choose_link(draft))


def test_a_vague_draft_is_kept_and_gets_advice():
    draft = HelpRequestFactory(status="draft")

    response = press(choose_link(draft), do="submit", situation="Me.", gap="All.", ask="Please help me.")

    draft.refresh_from_db()
    page = response.content.decode()
    assert (response.status_code, draft.status, draft.ask) == (409, "draft", "Please help me.")
    assert "What a mentor may still want to know" in page
    assert page.count("It is not said by when you need this.") == 1
    assert "You could write:" in page


def test_an_incomplete_draft_is_400():
    draft = HelpRequestFactory(status="draft")

    response = press(choose_link(draft), do="submit", ask="Rehearse <b>this</b>.")

    assert response.status_code == 400
    assert "Rehearse &lt;b&gt;this&lt;/b&gt;." in response.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_the_draft_of_another_mentee_is_404():
    draft = HelpRequestFactory(status="draft")
    draft.mentee = HelpRequestFactory().mentee  # the link is signed for this person

    assert Client().get(path(choose_link(draft))).status_code == 404


@pytest.mark.parametrize("status", ["asked", "clarifying"])
def test_the_page_asks_before_a_question_is_taken_back(status):
    match = MatchFactory(status=status)

    page = read(choose_link(match.help_request))

    [detail] = [part for part in page.split("<details>") if "Do you want to take it back?" in part]
    assert "Yes, take the question back" in detail.partition("</details>")[0]


@pytest.mark.parametrize("settle", [reach_goal, drop_goal])
def test_a_request_whose_goal_is_over_is_not_asked_again(settle, now):
    request = HelpRequestFactory(status="closed")
    settle(goal_id=request.goal_id, by=request.mentee, now=now)

    page = read(choose_link(request))
    press(choose_link(request), do="again")

    assert "Ask again" not in page
    assert "take the goal up again first" in page
    assert HelpRequest.objects.get() == request
