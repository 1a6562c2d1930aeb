"""The pages of practice: own records, one of them, its mentor's view, and what is shared in a mentorship."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Skill, SkillAlias
from mentorship.links import session_link
from mentorship.models import AnswerFeedback, PracticeRecord, PracticeShare
from mentorship.pages.practice import SESSIONS_SHOWN
from tests.factories import NOW, PracticeRecordFactory, SessionFactory
from tests.helpers import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


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
        assert "Alice Archer" in shown


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


def test_an_owner_reads_answers_and_feedback_before_the_forms(alice, mentorship, mock):
    answer = mock.items.get()
    AnswerFeedback.objects.create(item=answer, mentorship=mentorship, text="Say it shorter.", written_at=NOW)

    page = read(logged_in(alice), address(mock))

    assert page.index(answer.text) < page.index("Say it shorter.") < page.index(f'value="item-{answer.uuid}"')
    assert f"/sessions/{mock.session.uuid}/" in page


def test_a_mentor_takes_feedback_back_by_an_empty_field(bob, mock):
    client = logged_in(bob)
    item = mock.items.get()
    client.post(address(mock), {"do": f"feedback-{item.uuid}", "text": "Say it shorter."})

    client.post(address(mock), {"do": f"feedback-{item.uuid}", "text": ""})

    assert not AnswerFeedback.objects.exists()
    field = read(client, address(mock)).partition("<textarea")[2].partition(">")[0]
    assert "required" not in field


def test_the_own_practice_leads_to_the_question_bank(alice):
    assert 'href="/question-bank/"' in read(logged_in(alice), "/practice/")


@pytest.mark.parametrize("kind", PracticeRecord.Kind.values)
def test_a_new_record_says_above_its_fields_who_reads_it_and_for_how_long(kind, alice):
    page = read(logged_in(alice), f"/practice/new/{kind}/")

    words = "Nobody but you reads it, unless you share it in a mentorship. It is kept until you delete it."
    assert 0 < page.index(words) < page.index('name="title"')


def test_a_record_says_that_its_questions_are_in_the_question_bank(alice):
    shared, private = (
        PracticeRecordFactory(owner=alice, kind="debrief", shares_questions=is_shared) for is_shared in (True, False)
    )
    words = "Its questions are shared with the question bank. It is kept until you delete it."

    assert words in read(logged_in(alice), address(shared))
    assert words not in read(logged_in(alice), address(private))


def test_feedback_on_an_answer_says_above_its_field_who_reads_it_and_for_how_long(bob, mock):
    page = read(logged_in(bob), address(mock))

    words = "The mentee reads it, and nobody else. It is kept until you empty the field"
    assert 0 < page.index(words) < page.index('name="text"')


@pytest.fixture
def story_of_old_sessions(alice, mentorship):
    """A story that was made in a cancelled session, and used in one before SESSIONS_SHOWN newer ones."""
    made_in = SessionFactory(mentorship=mentorship, status="cancelled")
    used_in = SessionFactory(mentorship=mentorship, status="held", created_at=NOW - timedelta(days=90))
    for days in range(1, SESSIONS_SHOWN + 1):
        SessionFactory(mentorship=mentorship, status="held", starts_at=NOW - timedelta(days=days))
    story = PracticeRecordFactory(owner=alice, kind="story", session=made_in, title="The detector")
    story.used_in.add(used_in)
    return story


def test_a_record_keeps_its_old_and_cancelled_sessions_when_it_is_saved(alice, story_of_old_sessions):
    story, [used_in] = story_of_old_sessions, story_of_old_sessions.used_in.all()
    client = logged_in(alice)
    form = client.get(address(story)).context["form"]
    ticked = [value for value, _label in form.fields["used_in"].choices if value in map(str, form["used_in"].value())]
    chosen = [value for value, _label in form.fields["session"].choices if value == str(form["session"].value())]

    answer = client.post(address(story), {"do": "save", "title": "Other", "used_in": ticked, "session": chosen})

    assert answer.status_code == 302
    story.refresh_from_db()
    assert (story.title, story.session.status, list(story.used_in.all())) == ("Other", "cancelled", [used_in])


def test_a_second_click_on_remove_changes_nothing(alice, mock):
    client = logged_in(alice)
    form = {"do": f"remove-{mock.items.get().uuid}"}

    answers = [client.post(address(mock), form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert not mock.items.exists()


@pytest.mark.parametrize(("by", "verb"), [("alice", "item"), ("bob", "feedback")])
def test_words_about_an_item_that_is_gone_are_refused(by, verb, alice, bob, mock):
    item = mock.items.get()
    do = f"{verb}-{item.uuid}"
    item.delete()

    answer = logged_in({"alice": alice, "bob": bob}[by]).post(address(mock), {"do": do, "text": "Why?"})

    assert answer.status_code == 409
    assert "was removed" in answer.content.decode()


@pytest.mark.parametrize(("by", "where"), [("alice", "list"), ("alice", "shared"), ("bob", "shared")])
def test_lists_of_records_read_no_words_of_them(by, where, alice, bob, mentorship, mock):
    client = logged_in({"alice": alice, "bob": bob}[by])

    with CaptureQueriesContext(connection) as queries:
        page = read(client, "/practice/" if where == "list" else f"/mentorships/{mentorship.uuid}/practice/")

    assert "First round" in page
    words = ("mentorship_practiceitem", '"mentorship_practicerecord"."texts"')
    assert [query["sql"] for query in queries if any(name in query["sql"] for name in words)] == []
