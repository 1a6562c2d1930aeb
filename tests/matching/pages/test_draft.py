"""Pages of a request that is not submitted yet: a new one, and a draft."""

from __future__ import annotations

import html
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from matching.concreteness.take import with_sentence
from matching.links import choose_link
from matching.models import HelpRequest, Match
from mentorship.models import SessionKind
from tests.factories import CareerStepFactory, GoalFactory, HelpRequestFactory, MentorFactory
from tests.helpers import path
from tests.matching.helpers import german_mentor, press, read
from tests.matching.pages.forms import GOOD, posted, posted_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

NEW = "/requests/new/"
BY_SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def goal(alice):
    return GoalFactory(mentee=alice)


@pytest.fixture
def member(client, alice):
    client.force_login(alice)
    return client


def shown(response) -> str:
    return html.unescape(response.content.decode())


# --- a new request --------------------------------------------------------------------------------------------


def test_without_a_goal_the_page_leads_to_one(member):
    page = shown(member.get(NEW, follow=True))

    assert "First a goal, then a request" in page
    assert '<form method="post" action="/requests' not in page


def test_the_goal_of_the_link_is_chosen(member, alice, goal):
    other = GoalFactory(mentee=alice)

    page = shown(member.get(NEW, {"goal": other.uuid}, follow=True))

    assert f'<option value="{other.uuid}" selected>' in page
    assert f'<option value="{goal.uuid}">' in page


@pytest.mark.parametrize("wanted", ["nonsense", "9acdad58-6f98-44ba-a47a-da0658b6b543"])
def test_a_goal_of_nobody_is_404(wanted, member, goal):
    assert member.get(NEW, {"goal": wanted}).status_code == 404


def test_a_goal_of_somebody_else_is_neither_shown_nor_taken(member, goal):
    theirs = GoalFactory()

    assert member.get(NEW, {"goal": theirs.uuid}).status_code == 404
    response = member.post(NEW, posted(theirs))

    assert response.status_code == 400
    assert not HelpRequest.objects.exists()


def test_saving_makes_a_draft_with_everything_typed(member, alice, goal):
    form = posted(goal, languages=["en"], accepts_paid="on", max_rate_amount="40", max_rate_currency="EUR", why="Joy.")

    response = member.post(NEW, form)

    draft = HelpRequest.objects.get(mentee=alice)
    assert response.headers["Location"] == reverse("request", args=[draft.uuid])
    assert (draft.status, draft.ask, draft.needs) == ("draft", GOOD["ask"], ["machine learning", "interviews"])
    assert (draft.languages, draft.why, draft.max_rate["currency"], draft.format) == (["en"], "Joy.", "EUR", "one_off")


def test_half_a_request_is_saved_and_not_submitted(member, goal):
    form = posted(goal, situation="I am a postdoc.", gap="", ask="", needs=[])
    member.post(NEW, form)
    draft = HelpRequest.objects.get()

    response = member.post(reverse("request", args=[draft.uuid]), form | {"do": "submit"})

    draft.refresh_from_db()
    assert (response.status_code, draft.status, draft.situation) == (409, "draft", "I am a postdoc.")
    assert "Your words are kept" in shown(response)


def test_a_second_click_saves_one_draft(member, goal):
    form = posted(goal, key=str(uuid4()))

    for _ in range(2):
        assert member.post(NEW, form).status_code == 302

    assert HelpRequest.objects.count() == 1


def test_the_identifier_of_somebody_elses_request_is_not_taken(member, alice, goal):
    theirs = HelpRequestFactory()

    response = member.post(NEW, posted(goal, key=str(theirs.uuid)))

    mine = HelpRequest.objects.get(mentee=alice)
    assert mine.uuid != theirs.uuid
    assert response.headers["Location"] == reverse("request", args=[mine.uuid])


def test_a_refused_submission_is_kept_as_a_draft_and_sent_again_to_its_page(member, goal):
    response = member.post(NEW, posted(goal, ask="Please help me.", gap="All.", situation="Me.", do="submit"))

    draft = HelpRequest.objects.get()
    assert (response.status_code, draft.status, draft.ask) == (409, "draft", "Please help me.")
    assert f'action="{reverse("request", args=[draft.uuid])}"' in shown(response)


def test_a_good_request_is_submitted_at_once_and_the_page_says_what_is_next(member, goal):
    response = member.post(NEW, posted(goal, do="submit"), follow=True)

    assert HelpRequest.objects.get().status == "open"
    assert "What happens next" in shown(response)
    assert "The mentor has 5 days to answer" in shown(response)


def test_empty_minutes_mean_the_usual_ones(member, goal):
    member.post(NEW, posted(goal, minutes=""))

    usual = SessionKind.objects.get(code="mock_interview").minutes
    assert HelpRequest.objects.get().minutes == usual


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"minutes": "14"}, "minutes"),
        pytest.param({"minutes": "9" * 5000}, "minutes", id="5,000 digits"),
        ({"goal": ""}, "goal"),
        ({"session_kind": "seance"}, "session_kind"),
        ({"accepts_paid": "on", "max_rate_amount": "much", "max_rate_currency": "EUR"}, "max_rate_amount"),
        ({"accepts_paid": "on", "max_rate_amount": "40", "max_rate_currency": ""}, "max_rate_currency"),
        ({"max_rate_amount": "40", "max_rate_currency": "EUR"}, "accepts_paid"),
        ({"needs": ["x" * 81]}, "needs"),
        ({"ask": "x" * 2001}, "ask"),
    ],
)
def test_a_mistake_is_shown_at_its_field_and_the_texts_stay(change, field, member, goal):
    response = member.post(NEW, posted(goal) | change)

    page = shown(response)
    assert response.status_code == 400
    assert f'id="id_{field}_error"' in page
    assert GOOD["situation"] in page
    assert not HelpRequest.objects.exists()


# --- the coach and the preview --------------------------------------------------------------------------------


def test_the_coach_answers_a_script_with_advice_alone(member, goal):
    response = member.post(NEW, posted(goal, ask="Please help me.", do="check"), headers=BY_SCRIPT)

    page = shown(response)
    assert "<html" not in page
    assert "The ask does not yet name one thing" in page
    assert 'name="take" value="ask"' in page
    assert not HelpRequest.objects.exists()


def test_the_coach_names_parts_that_a_submission_needs(member, goal):
    response = member.post(NEW, posted(goal, gap="", needs=[], do="check"), headers=BY_SCRIPT)

    assert "Still to say: what is missing, at least one skill that you want help with." in shown(response)


def test_the_enter_key_submits_nothing(member, goal):
    page = shown(member.get(NEW, follow=True))

    [first, *_] = re.findall(r'<button[^>]*name="do" value="(\w+)"', page)
    assert first == "check"


def test_more_skills_are_added_to_the_list_without_saving(member, goal):
    page = shown(member.post(NEW, posted(goal, needs_more="statistics, python", do="add-needs")))

    assert re.findall(r'name="needs" value="([^"]*)" checked', page) == [
        "machine learning",
        "interviews",
        "statistics",
        "python",
    ]
    assert not HelpRequest.objects.exists()


def test_a_goal_leads_to_a_request_for_it(member, goal):
    page = shown(member.get(reverse("goal", args=[goal.uuid])))

    assert f'href="{NEW}?goal={goal.uuid}"' in page


def test_the_first_steps_end_with_a_request(member, alice, goal):
    assert "Ask for help" in shown(member.get(reverse("start")))
    assert "Back to the first steps" in shown(member.get(NEW, {"next": reverse("start")}, follow=True))


def test_the_coach_is_a_button_without_script(member, goal):
    response = member.post(NEW, posted(goal, ask="Please help me.", minutes="", do="check"))

    assert response.status_code == 200
    assert "The ask does not yet name one thing" in shown(response)
    assert "Please help me.</textarea>" in shown(response)


def test_the_coach_waits_until_something_is_typed(member, goal):
    page = shown(member.get(NEW, follow=True))

    assert "You read here what is missing" in page
    assert "You could write:" not in page


def test_a_sentence_is_put_in_with_one_click_and_no_word_is_lost(member, goal):
    page = shown(member.post(NEW, posted(goal, ask="Please help me.", take="ask")))

    [text] = re.findall(r'name="ask"[^>]*>\s*(.*?)</textarea>', page, flags=re.DOTALL)
    assert text.startswith("Please help me.\nDo a mock interview for the role of data scientist with me in 30 minutes")
    assert GOOD["gap"] in page
    assert not HelpRequest.objects.exists()


GERMAN = {
    "situation": "Ich unterrichte seit sechs Jahren Physik an einer Gesamtschule in Kassel.",
    "gap": "Auf zwanzig Bewerbungen als Analystin kam keine Einladung.",
    "ask": "Könnten Sie mir bitte weiterhelfen?",
}


def test_the_advice_on_a_german_text_is_german_and_says_so_to_a_screen_reader(member, goal):
    page = shown(member.post(NEW, posted(goal, **GERMAN, do="check")))

    assert '<html lang="en"' in page
    assert '<b lang="de">Die Bitte nennt noch nichts, was ein Mentor in einem Treffen tun könnte.</b>' in page
    assert 'You could write: “<span lang="de">In 30 Minuten ein Probeinterview für die Stelle als' in page


def test_a_german_sentence_is_put_into_a_german_text(member, goal):
    page = shown(member.post(NEW, posted(goal, **GERMAN, take="ask")))

    [text] = re.findall(r'name="ask"[^>]*>\s*(.*?)</textarea>', page, flags=re.DOTALL)
    assert text.startswith(f"{GERMAN['ask']}\nIn 30 Minuten ein Probeinterview für die Stelle als")


@pytest.mark.parametrize(
    ("own", "better", "text"),
    [
        ("", "I am stuck at [the step].", "I am stuck at [the step]."),
        ("i am stuck", "I am stuck. For example, [when].", "i am stuck. For example, [when]."),
        ("Ich hänge fest", "[What you wrote.] For example, [when].", "Ich hänge fest\nFor example, [when]."),
        ("ich hänge fest", "Ich hänge fest. Zum Beispiel [wann].", "ich hänge fest. Zum Beispiel [wann]."),
        ("Je suis là", "[Was du geschrieben hast.] Zum Beispiel [wann].", "Je suis là\nZum Beispiel [wann]."),
        ("Help.", "Read my CV.", "Help.\nRead my CV."),
        ("Help.\nRead my CV.", "Read my CV.", "Help.\nRead my CV."),
    ],
)
def test_a_sentence_is_added_to_the_own_words_once(own, better, text):
    assert with_sentence(own, better) == text


@pytest.mark.parametrize("headers", [{}, BY_SCRIPT])
def test_the_preview_shows_who_fits_and_stores_nothing(headers, member, goal):
    bob = MentorFactory(user__name="Bob Baker", teaches=["machine learning", "interviews"])
    CareerStepFactory(profile=bob.user.profile)

    response = member.post(NEW, posted(goal, do="preview"), headers=headers)

    page = shown(response)
    assert response.status_code == 200
    assert "Bob Baker" in page
    assert "machine learning" in page
    assert ("<html" in page) == (not headers)
    assert not HelpRequest.objects.exists()
    assert not Match.objects.exists()


def test_a_preview_of_a_form_with_a_mistake_says_what_to_correct(member, goal):
    form = posted(goal, do="preview") | {"goal": ""}

    assert member.post(NEW, form).status_code == 400
    assert "To see who fits, say first: The goal: Choose one." in " ".join(
        shown(member.post(NEW, form, headers=BY_SCRIPT)).split()
    )


# --- a draft --------------------------------------------------------------------------------------------------


def test_a_draft_is_changed_and_submitted_and_a_second_click_is_no_error():
    draft = HelpRequestFactory(status="draft")

    for _ in range(2):
        assert press(choose_link(draft), **posted_for(draft, **GOOD, do="submit")).status_code == 302

    draft.refresh_from_db()
    assert (draft.status, draft.ask) == ("open", GOOD["ask"])
    assert "Your request is open" in read(choose_link(draft))


def test_a_vague_draft_is_kept_and_gets_advice():
    draft = HelpRequestFactory(status="draft")

    response = press(
        choose_link(draft), **posted_for(draft, do="submit", situation="Me.", gap="All.", ask="Please help me.")
    )

    draft.refresh_from_db()
    page = shown(response)
    assert (response.status_code, draft.status, draft.ask) == (409, "draft", "Please help me.")
    assert "What a mentor may still want to know" in page
    assert page.count("It is not said by when you need this.</b>") == 1
    assert "You could write:" in page


def test_a_draft_without_a_skill_is_not_submitted():
    draft = HelpRequestFactory(status="draft")

    response = press(choose_link(draft), **posted_for(draft, **GOOD, needs=[], do="submit"))

    assert response.status_code == 409
    assert "at least one skill that you want help with" in shown(response)


def test_typed_text_is_escaped_after_an_error():
    draft = HelpRequestFactory(status="draft")

    response = press(choose_link(draft), do="submit", ask="Rehearse <b>this</b>.")

    assert response.status_code == 400
    assert "Rehearse &lt;b&gt;this&lt;/b&gt;." in response.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_draft_is_thrown_away(member, alice, goal):
    draft = HelpRequestFactory(mentee=alice, goal=goal, status="draft")

    response = member.post(reverse("request", args=[draft.uuid]), {"do": "delete"}, follow=True)

    assert "The draft is thrown away." in shown(response)
    assert not HelpRequest.objects.exists()


def test_the_draft_of_another_mentee_is_404():
    draft = HelpRequestFactory(status="draft")
    draft.mentee = HelpRequestFactory().mentee  # the link is signed for this person

    assert Client().get(path(choose_link(draft))).status_code == 404


def test_back_to_the_empty_form_shows_what_was_saved(member, goal):
    [(address, _status)] = member.get(NEW, follow=True).redirect_chain
    key = address.partition("key=")[2]
    member.post(NEW, posted(goal, key=key, do="save"))

    assert HelpRequest.objects.get().ask in shown(member.get(address))


def test_the_way_back_to_the_first_steps_is_kept_over_a_save(member, goal):
    saved = member.post(NEW, posted(goal, next="/start/", do="save"), follow=True)

    assert "Back to the first steps" in shown(saved)


# --- better chances -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, BY_SCRIPT])
def test_chances_of_what_is_typed_are_counted(member, goal, headers):
    german_mentor()

    page = shown(member.post(NEW, posted(goal, do="chances"), headers=headers))

    assert "Speak German well enough for a meeting</a>: 1 more mentor" in page
    assert not HelpRequest.objects.exists()


def test_the_preview_leads_to_the_chances(member, goal):
    page = shown(member.post(NEW, posted(goal, do="preview")))

    assert 'name="do" value="chances"' in page


def test_chances_of_an_incomplete_form_say_what_to_correct(member, goal):
    response = member.post(NEW, posted(goal, do="chances", session_kind=""))

    assert response.status_code == 400
    assert "correct what is marked first" in shown(response)
