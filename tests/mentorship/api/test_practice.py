"""Practice records by API: written, changed, shared, read by the mentor, and with feedback."""

from __future__ import annotations

import pytest

from accounts.models import Skill, SkillAlias
from mentorship.models import PracticeRecord
from tests.factories import MentorshipFactory, PracticeRecordFactory, SessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def session(mentorship):
    return SessionFactory(mentorship=mentorship, status="held")


@pytest.fixture
def mock(alice, mentorship, session):
    return PracticeRecordFactory(owner=alice, session=session, shared_with=mentorship)


def test_a_story_is_written_with_its_parts(api, alice, session):
    skill = Skill.objects.first()
    body = {
        "kind": "story",
        "title": "The detector",
        "situation": "Two months before the run.",
        "answers": "A conflict?\nA failure?",
        "skills": [skill.name],
        "used_in": [str(session.uuid)],
    }

    answer = api(alice).post("/api/v1/practice/", body)

    assert answer.status_code == 201, answer.json()
    shown = answer.json()
    assert {name: shown[name] for name in body} == body
    assert (shown["shared_with"], shown["session"], shown["is_mine"]) == ([], None, True)


def test_a_record_can_be_sent_back_as_it_was_read(api, alice, mock):
    for record in (mock, *(PracticeRecordFactory(owner=alice, kind=kind) for kind in ("debrief", "story"))):
        address = f"/api/v1/practice/{record.uuid}/"
        shown = api(alice).get(address).json()

        answer = api(alice).patch(address, shown)

        assert answer.status_code == 200, answer.json()
        assert answer.json() == shown | {"changed_at": answer.json()["changed_at"]}


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [("story", "shares_questions", True), ("mock_interview", "wavered", "x"), ("promotion_case", "stage", "final")],
)
def test_a_part_of_another_kind_is_refused(kind, name, value, api, alice):
    answer = api(alice).post("/api/v1/practice/", {"kind": kind, "title": "One", name: value})

    assert answer.status_code == 400
    assert name in str(answer.json())
    assert not PracticeRecord.objects.exists()


@pytest.mark.parametrize("name", ["session", "goal", "used_in"])
def test_a_thing_of_somebody_else_is_refused(name, api, alice):
    other = SessionFactory()
    kind = {"goal": "debrief"}.get(name, "story")
    value = {"session": other.uuid, "goal": other.mentorship.goal.uuid, "used_in": [other.uuid]}[name]

    answer = api(alice).post("/api/v1/practice/", {"kind": kind, "title": "One", name: value})

    assert answer.status_code == 400
    assert not PracticeRecord.objects.exists()


def test_an_unknown_skill_is_refused_by_name(api, alice):
    answer = api(alice).post("/api/v1/practice/", {"kind": "story", "title": "One", "skills": ["alchemy of cats"]})

    assert answer.status_code == 400
    assert "alchemy of cats" in str(answer.json())


def test_a_question_is_added_changed_and_removed(api, alice, mock):
    added = api(alice).post(f"/api/v1/practice/{mock.uuid}/items/", {"text": "Why us?", "task": "To say it."})
    assert added.status_code == 201, added.json()
    item = added.json()["items"][1]
    assert (item["text"], item["task"], item["result"]) == ("Why us?", "To say it.", "")

    changed = api(alice).patch(f"/api/v1/practice-items/{item['uuid']}/", {"next_time": "Shorter."})
    assert changed.json()["items"][1] == item | {"next_time": "Shorter."}

    assert api(alice).delete(f"/api/v1/practice-items/{item['uuid']}/").status_code == 204
    assert mock.items.count() == 1


def test_a_text_of_another_kind_of_item_is_refused(api, alice, mock):
    answer = api(alice).post(f"/api/v1/practice/{mock.uuid}/items/", {"text": "Why?", "evidence": "None."})

    assert answer.status_code == 400


def test_the_mentor_reads_and_writes_feedback_and_changes_nothing(api, bob, charlie, mock):
    item = mock.items.get()
    given = api(bob).post(f"/api/v1/practice-items/{item.uuid}/feedback/", {"text": "Be shorter."})

    assert given.status_code == 200, given.json()
    assert given.json()["items"][0]["feedback"][0]["text"] == "Be shorter."
    assert api(bob).get("/api/v1/practice/").json()["results"] == []
    assert api(bob).patch(f"/api/v1/practice/{mock.uuid}/", {"title": "Mine"}).status_code == 404
    assert api(bob).delete(f"/api/v1/practice-items/{item.uuid}/").status_code == 404
    assert api(charlie).post(f"/api/v1/practice-items/{item.uuid}/feedback/", {"text": "x"}).status_code == 404


def test_the_mentee_chooses_what_is_shared(api, alice, bob, mock, mentorship):
    address = f"/api/v1/mentorships/{mentorship.uuid}/practice/"
    assert [record["uuid"] for record in api(bob).get(address).json()["records"]] == [str(mock.uuid)]

    assert api(alice).put(address, {"records": []}).status_code == 200

    assert api(bob).get(address).json() == {"records": [], "my_feedback": [], "asks_what_to_take_along": False}
    assert api(bob).put(address, {"records": []}).json()["code"] == "not_one_of_the_two"


def test_the_reader_of_a_shared_record_learns_of_no_other_mentorship(api, alice, charlie, mock):
    other = MentorshipFactory(goal__mentee=alice, mentor=charlie.mentor)
    api(alice).put(f"/api/v1/mentorships/{other.uuid}/practice/", {"records": [str(mock.uuid)]})

    shown = api(charlie).get(f"/api/v1/practice/{mock.uuid}/").json()

    assert (shown["session"], shown["shared_with"], shown["is_mine"]) == (None, [str(other.uuid)], False)


def test_the_taxonomy_offers_words_and_says_why(api, alice, django_assert_num_queries):
    skill = Skill.objects.create(name="Ranking of cats")
    SkillAlias.objects.create(skill=skill, name="multivariate cat analysis", field="particle physics")
    SkillAlias.objects.create(skill=skill, name="cat analysis")
    client = api(alice)

    with django_assert_num_queries(1):
        answer = client.post("/api/v1/practice/words/", {"line": "Led the Multivariate cat analysis, for 3 years."})

    assert answer.json() == [
        {"words": "multivariate cat analysis", "skill": "Ranking of cats", "field": "particle physics"}
    ]


@pytest.mark.parametrize(
    ("line", "skills"),
    [
        ("Multivariate analysis of collision events (MVA).", ["machine learning", "machine learning"]),
        ("multivariate data analysis", ["chemometrics"]),
        ("Three years in the choir", []),
    ],
)
def test_the_seeded_taxonomy_knows_words_of_science(line, skills, api, alice):
    answer = api(alice).post("/api/v1/practice/words/", {"line": line})

    assert [word["skill"] for word in answer.json()] == skills


def test_a_record_of_a_cancelled_session_can_be_sent_back(api, alice, mentorship):
    session = SessionFactory(mentorship=mentorship, status="cancelled")
    address = f"/api/v1/practice/{PracticeRecordFactory(owner=alice, session=session).uuid}/"

    answer = api(alice).patch(address, api(alice).get(address).json())

    assert answer.status_code == 200, answer.json()
    assert answer.json()["session"] == str(session.uuid)
