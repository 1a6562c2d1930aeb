"""The mentee's page of a help request: mentors, offers, and its end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from matching.links import answer_link, choose_link
from matching.models import HelpRequest, Match
from matching.services.draft import DRAFTS_MAX
from mentorship.models import Mentorship
from mentorship.services.goals import drop_goal, reach_goal
from tests.factories import (
    NOW,
    CareerStepFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorshipFactory,
)
from tests.helpers import path
from tests.matching.helpers import german_mentor, match_in, press, press_and_read, read, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def over():
    """Return the match of a mentorship that has ended."""
    request = HelpRequestFactory(status="closed")
    mentorship = MentorshipFactory(goal=request.goal, status="completed", ended_at=NOW)
    return MatchFactory(help_request=request, mentor=mentorship.mentor, status="accepted", mentorship=mentorship)


# --- mentors --------------------------------------------------------------------------------------------------


def test_the_mentee_sees_mentors_with_reasons_and_asks_one():
    match = MatchFactory(mentor__user__name="Bob Baker")
    MatchFactory(mentor__user__name="Somebody Else")
    link = path(choose_link(match.help_request))

    page = read(link)
    assert "Bob Baker" in page
    assert match.reasons[0] in page
    assert "Somebody Else" not in page
    press(link, do="ask", match=match.uuid, why_you="You moved from physics yourself.")

    match.refresh_from_db()
    assert (match.status, match.why_you) == ("asked", "You moved from physics yourself.")


@pytest.mark.parametrize("why", ["", "   ", "please"])
def test_asking_without_a_reason_is_400(why):
    match = MatchFactory()

    response = press(choose_link(match.help_request), do="ask", match=match.uuid, why_you=why)

    assert response.status_code == 400
    assert Match.objects.get().status == "proposed"


def test_asking_a_mentor_of_another_request_is_404():
    mine, other = MatchFactory(), MatchFactory()

    response = press(
        choose_link(mine.help_request), do="ask", match=other.uuid, why_you="A long enough reason to ask you."
    )

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

    press(answer_link(asked), do="accept")

    assert "It is not said by when" not in read(link)


def test_an_open_request_leads_to_others_who_fit_less():
    match = MatchFactory()

    assert f'href="/mentors/?request={match.help_request.uuid}"' in read(choose_link(match.help_request))


def test_a_closed_request_leads_to_no_other_mentors(over):
    assert "/mentors/?request=" not in read(choose_link(over.help_request))


def test_a_waiting_request_shows_place_and_obstacle(now):
    waiting(now - timedelta(days=1))
    request = waiting(now)

    page = Client().get(choose_link(request).removeprefix("http://testserver")).content.decode()

    assert "at place 2 of the queue" in page
    assert "Does not offer this format." in page


# --- reading about mentors ------------------------------------------------------------------------------------


def full_match(**facts):
    """Return a match with a mentor who has stated everything, in New York."""
    match = MatchFactory(
        mentor__user__name="Bob Baker",
        mentor__user__profile__timezone="America/New_York",
        mentor__user__profile__headline="Data scientist at a bank",
        mentor__user__profile__bio="I left physics in 2016.",
        criteria={
            "needs": {"score": 0.8, "weight": 30.0, "points": 24, "assumed": False},
            "path": {"score": None, "weight": 20.0, "points": 5, "assumed": True},
        },
        **facts,
    )
    CareerStepFactory(profile=match.mentor.user.profile, hires=True, employer_size="251-1000")
    for profile, start in ((match.mentor.user.profile, 8), (match.help_request.mentee.profile, 17)):
        profile.availability.create(weekday=1, start_minute=start * 60, end_minute=(start + 3) * 60)
    return match


def test_a_suggestion_has_person_points_and_common_hours_in_both_zones():
    match = full_match(load_cost=3.2)

    page = " ".join(read(choose_link(match.help_request)).split())

    assert "Data scientist at a bank" in page
    assert "I left physics in 2016." in page
    assert "Data scientist, data science, Germany, since 2018, 251 to 1,000 people, takes part in hiring" in page
    assert "English (fluent)" in page
    assert "Knows what you ask for" in page
    assert "24 of 30" in page
    assert "5 of 20 <span" in page
    assert "not stated, so an average counts" in page
    assert "as other people take time already: 3 points." in page
    # 17 to 20 in Berlin is 11 to 14 in New York, and the mentor is free from 8 to 11.
    assert "No hour of the week in common." in page


def test_common_hours_are_named_in_both_zones():
    match = full_match()
    match.mentor.user.profile.availability.update(start_minute=11 * 60, end_minute=13 * 60)

    page = " ".join(read(choose_link(match.help_request)).split())

    assert "About 2 hours a week in common: Monday 17:00 to 19:00 (for Bob Baker Monday 11:00 to 13:00)." in page
    assert "Your times are in Berlin, Germany, UTC+1; the others are in New York, United States, UTC−5." in page


def test_a_question_that_is_over_shows_the_name_alone():
    page = read(choose_link(full_match(status="declined").help_request))

    assert "Bob Baker" in page
    for secret in (
        "I left physics",
        "Data scientist at a bank",
        "New York, United States, UTC−5",
        "Knows what you ask for",
    ):
        assert secret not in page


def test_proposals_after_the_last_move_are_new(now):
    first = MatchFactory(mentor__user__name="Bob Baker")
    request = first.help_request
    assert ">New<" not in read(choose_link(request))

    MatchFactory(help_request=request, mentor__user__name="Carol Cook", created_at=now + timedelta(hours=1))
    page = read(choose_link(request))
    assert page.count(">New<") == 1
    assert page.index("Carol Cook") < page.index(">New<")

    first.asked_at, first.status, first.why_you = now + timedelta(hours=2), "asked", "You moved as I want to."
    first.waits_since_at = first.answer_due_at = now + timedelta(hours=2)
    first.save()
    assert ">New<" not in read(choose_link(request))


def test_settled_and_running_matches_come_before_suggestions():
    proposed = MatchFactory(mentor__user__name="Proposed One", rank=1)
    for rank, (status, name) in enumerate([("declined", "Declined"), ("asked", "Asked"), ("offered", "Offered")], 2):
        MatchFactory(help_request=proposed.help_request, status=status, mentor__user__name=f"{name} One", rank=rank)

    page = read(choose_link(proposed.help_request))

    places = [page.index(f"{name} One</h3>") for name in ("Offered", "Asked", "Proposed", "Declined")]
    assert places == sorted(places)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_needs_no_extra_queries(rows, django_assert_num_queries):
    request = full_match().help_request
    for _ in range(rows - 1):
        CareerStepFactory(profile=MatchFactory(help_request=request).mentor.user.profile)

    with django_assert_num_queries(13):
        read(choose_link(request))


# --- saying why -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "advice"),
    [
        ("You are great, please be my mentor!", "This would suit any mentor."),
        ("You left physics for a bank, as I want to.", "this could not go to just any mentor"),
        ("Hi", "Say a little more"),
        ("", ""),
    ],
)
def test_the_coach_reads_the_reason_while_it_is_typed(why, advice):
    match = MatchFactory()

    form = {"match": match.uuid, "do": "why", "why_you": why}
    link = path(choose_link(match.help_request))
    answer = Client().post(link, form, headers={"HX-Request": "true"}).content.decode()

    assert advice in answer
    assert "<html" not in answer
    assert Match.objects.get().status == "proposed"


def test_the_coach_answers_on_the_page_without_script_and_keeps_what_was_typed():
    match = MatchFactory()
    why = "You are great, please be my mentor!"

    response = press(choose_link(match.help_request), match=match.uuid, do="why", why_you=why)

    page = response.content.decode()
    assert response.status_code == 200
    assert "This would suit any mentor." in page
    assert f"{why}</textarea>" in page
    assert Match.objects.get().status == "proposed"


def test_a_reason_that_suits_any_mentor_is_refused_at_its_field():
    match = MatchFactory()
    why = "You are great, please be my mentor!"

    response = press(choose_link(match.help_request), match=match.uuid, do="ask", why_you=why)

    page = response.content.decode()
    assert response.status_code == 409
    assert f'id="problem-{match.uuid}">This would suit any mentor.' in page
    [field] = re.findall(r'<textarea name="why_you".*?</textarea>', page, flags=re.DOTALL)
    assert 'aria-invalid="true"' in field
    assert f'aria-describedby="problem-{match.uuid} ' in field
    assert why in field


# --- waiting for mentors --------------------------------------------------------------------------------------


def look_again(request) -> HttpResponse:
    """Ask for the page as it asks itself by script."""
    return Client().get(path(choose_link(request)), headers={"HX-Request": "true"})


def test_a_waiting_page_changes_nothing_before_there_is_news(now):
    request = HelpRequestFactory(mentors_due_at=now)
    assert 'hx-trigger="every 5s" hx-select="#mentors" hx-target="#mentors"' in read(choose_link(request))

    assert look_again(request).status_code == 204


def test_a_waiting_page_gets_the_mentors_and_asks_no_more(now):
    request = HelpRequestFactory(mentors_due_at=now)
    match = MatchFactory(help_request=request)

    page = look_again(request).content.decode()

    assert match.mentor.user.name in page.split('id="mentors"')[1]
    assert "1 mentor fits" in page.split('id="news"')[1].split("</p>")[0]
    assert "every 5s" not in page


def test_a_waiting_page_gets_the_reason_if_nobody_fits(now):
    request = waiting(now)

    page = look_again(request).content.decode()

    assert "Nobody fits well enough yet" in page.split('id="mentors"')[1]
    assert "every 5s" not in page


# --- offers ---------------------------------------------------------------------------------------------------


def test_the_deadline_of_an_offer_is_in_the_mentees_zone():
    match = MatchFactory(status="offered", help_request__mentee__profile__timezone="Asia/Tokyo")

    assert "by Saturday, 28 November, 21:00 (Tokyo, Japan, UTC+9)" in read(choose_link(match.help_request))


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
    assert "Thank you.</textarea>" in page


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({}, "You asked Bob Baker on 23 November 2026. The organisers have ended the question"),
        (
            {"offered_at": NOW, "offer_note": "I can help.", "asked_at": None, "why_you": ""},
            "Bob Baker had offered to help; the organisers have ended the offer.",
        ),
    ],
)
def test_the_mentee_reads_that_the_organisers_ended_it(facts, says):
    match = MatchFactory(status="withdrawn", withdrawn_by="organisers", mentor__user__name="Bob Baker", **facts)

    assert says in read(choose_link(match.help_request))


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


# --- better chances -------------------------------------------------------------------------------------------


def test_the_mentee_asks_what_would_change_the_chances():
    request = waiting(NOW, obstacle="no_shared_language")
    german_mentor()

    page = read(choose_link(request))
    assert "What would help: Say which languages you speak" in page
    assert "Speak German" not in page

    asked = read(f"{choose_link(request)}?chances")
    assert '<a href="/profile/languages/">Speak German well enough for a meeting</a>: 1 more mentor' in asked
    assert "What would help" not in asked


def test_a_script_gets_the_chances_alone():
    german_mentor()

    answer = Client().get(path(choose_link(waiting(NOW))) + "?chances", headers={"HX-Request": "true"})

    assert "Speak German" in (part := answer.content.decode())
    assert "<html" not in part


def test_advice_that_would_bring_nobody_is_not_given():
    asked = read(f"{choose_link(waiting(NOW, obstacle='price'))}?chances")

    assert "No single change of your languages, time, price, format or goal" in asked
    assert "What would help" not in asked


def test_advice_that_cannot_be_counted_stays():
    asked = read(f"{choose_link(waiting(NOW, obstacle='weak_fit'))}?chances")

    assert "What would help: Name the skills you want help with" in asked


def test_a_mentee_with_few_mentors_can_ask_for_chances_too():
    match = MatchFactory()
    german_mentor()
    link = choose_link(match.help_request)

    assert "?chances#chances" in read(link)
    assert "Speak German" in read(f"{link}?chances")


def test_a_mentor_is_asked_on_the_page_with_the_chances():
    match = MatchFactory()
    link = f"{choose_link(match.help_request)}?chances"

    press(link, do="ask", match=match.uuid, why_you="You moved from physics yourself.")

    match.refresh_from_db()
    assert match.status == "asked"


def test_a_request_that_is_over_shows_no_chances(over):
    assert "?chances" not in read(f"{choose_link(over.help_request)}?chances")
