"""The pages of practice: own records, one of them, its mentor's view, and what is shared in a mentorship."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Skill, SkillAlias
from mentorship.links import session_link
from mentorship.models import AnswerFeedback, PracticeRecord, PracticeShare
from tests.factories import NOW, MentorshipFactory, PracticeRecordFactory, SessionFactory
from tests.helpers import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


@pytest.fixture
def session(mentorship):
    return SessionFactory(mentorship=mentorship, status="held")


@pytest.fixture
def mock(alice, mentorship, session):
    return PracticeRecordFactory(owner=alice, session=session, shared_with=mentorship, title="First round")


def read(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def logged_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(record) -> str:
    return f"/practice/{record.uuid}/"


def test_a_debrief_is_written_on_its_page(alice, session):
    client = logged_in(alice)
    form = {"title": "Retail, round two", "stage": "final", "company_kind": "large", "wavered": "At the case."}
    answer = client.post("/practice/new/debrief/", form | {"session": str(session.uuid), "goal": ""})

    record = PracticeRecord.objects.get()
    assert answer["Location"] == address(record)
    assert (record.stage, record.texts, record.session) == ("final", {"wavered": "At the case."}, session)
    assert not record.shares_questions
    assert PracticeShare.objects.get().mentorship == session.mentorship


def test_a_story_keeps_its_skills_and_its_sessions(alice, session):
    client = logged_in(alice)
    skill = Skill.objects.first()
    form = {"title": "The detector", "skills": f"{skill.name}\n", "used_in": [str(session.uuid)]}

    client.post("/practice/new/story/", form)

    record = PracticeRecord.objects.get()
    assert (list(record.skills.all()), list(record.used_in.all())) == ([skill], [session])
    assert skill.name in read(client, address(record))


def test_an_unknown_kind_answers_404(alice):
    read(logged_in(alice), "/practice/new/diary/", 404)


def test_a_record_without_a_title_is_shown_again(alice):
    answer = logged_in(alice).post("/practice/new/story/", {"title": " ", "task": "Kept."})

    assert answer.status_code == 400
    assert "Kept." in answer.content.decode()


def test_a_question_is_added_changed_and_removed(alice, mock):
    client = logged_in(alice)
    client.post(address(mock), {"do": "add", "text": "Why us?", "task": "To say it."})
    item = mock.items.get(text="Why us?")

    client.post(address(mock), {"do": f"item-{item.uuid}", "text": "Why them?", "task": "New."})
    item.refresh_from_db()
    assert (item.text, item.texts["task"]) == ("Why them?", "New.")

    client.post(address(mock), {"do": f"remove-{item.uuid}"})
    assert mock.items.count() == 1


def test_an_owner_deletes_a_record(alice, mock):
    assert logged_in(alice).post(address(mock), {"do": "delete"})["Location"] == "/practice/"
    assert not PracticeRecord.objects.exists()


def test_a_question_that_names_somebody_is_told(alice):
    record = PracticeRecordFactory(owner=alice, kind="debrief", questions=["Who is jane@example.org?"])
    answer = logged_in(alice).post(address(record), {"do": "save", "title": "One", "shares_questions": "on"})

    assert answer.status_code == 409
    assert "jane@example.org" in answer.content.decode()
    record.refresh_from_db()
    assert not record.shares_questions


def test_the_mentor_writes_feedback_that_the_mentee_reads(alice, bob, mock):
    item = mock.items.get()
    form = {"do": f"feedback-{item.uuid}", "text": "Be shorter."}
    assert logged_in(bob).post(address(mock), form).status_code == 302

    assert AnswerFeedback.objects.get().text == "Be shorter."
    assert "Be shorter." in read(logged_in(alice), address(mock))


@pytest.mark.parametrize("do", ["save", "add", "delete", "item", "remove"])
def test_a_mentor_has_no_button_of_the_owner(do, bob, mock):
    item = mock.items.get()
    do = f"{do}-{item.uuid}" if do in ("item", "remove") else do

    answer = logged_in(bob).post(address(mock), {"do": do, "title": "Mine", "text": "Mine"})

    assert answer.status_code in (400, 409)
    item.refresh_from_db()
    assert (item.text, PracticeRecord.objects.get().title) == ("How do you deal with missing data?", "First round")


def test_a_translation_offers_words_and_says_why(alice):
    skill = Skill.objects.create(name="Ranking of cats")
    SkillAlias.objects.create(skill=skill, name="cat analysis", field="particle physics")
    record = PracticeRecordFactory(owner=alice, kind="translation", questions=["Led a cat analysis"])

    page = read(logged_in(alice), address(record))

    assert "“cat analysis” is what particle physics calls <strong>Ranking of cats</strong>." in page


def test_a_mentee_takes_records_along(alice, bob, mentorship):
    old = PracticeRecordFactory(owner=alice, created_at=NOW - timedelta(days=9), title="An older story", kind="story")
    client, page = logged_in(alice), f"/mentorships/{mentorship.uuid}/practice/"
    asks = "Which of them do you take along"
    assert asks in read(client, page)
    assert "You have records from before." in read(client, f"/mentorships/{mentorship.uuid}/")

    client.post(page, {"do": "share", "records": [str(old.uuid)]})

    assert asks not in read(client, page)
    assert "An older story" in read(logged_in(bob), page)


def test_a_mentor_finds_their_feedback_after_the_end_and_no_record(alice, bob, mock, mentorship):
    item = mock.items.get()
    logged_in(bob).post(address(mock), {"do": f"feedback-{item.uuid}", "text": "Be shorter."})
    mentorship.status, mentorship.ended_at = "completed", NOW
    mentorship.save()

    page = read(logged_in(bob), f"/mentorships/{mentorship.uuid}/practice/")

    assert "Be shorter." in page
    assert "First round" not in page
    read(logged_in(bob), address(mock), 404)


def test_the_page_of_a_session_shows_practice_as_text_after_a_login(bob, mock, session):
    assert "How do you deal with missing data?" in read(logged_in(bob), f"/sessions/{session.uuid}/")

    mailed = read(Client(), path(session_link(session, bob)))
    assert "How do you deal with missing data?" not in mailed
    assert "First round" not in mailed


def test_no_page_of_the_admin_shows_a_text(admin_client, mock):
    for page in ("", f"{mock.pk}/change/"):
        shown = read(admin_client, f"/admin/mentorship/practicerecord/{page}")
        for words in ("First round", "How do you deal", "An answer."):
            assert words not in shown
        assert str(mock.uuid) in shown


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("kind", "queries"), [("mock_interview", 12), ("translation", 13)])
def test_the_queries_of_a_record_do_not_grow(
    kind, queries, rows, alice, mentorship, session, django_assert_num_queries
):
    questions = ["Why?", "How?", "When?"][:rows]
    record = PracticeRecordFactory(owner=alice, kind=kind, session=session, shared_with=mentorship, questions=questions)
    client = logged_in(alice)
    client.get(address(record))

    with django_assert_num_queries(queries):
        client.get(address(record))
