"""The page of the question bank."""

from __future__ import annotations

import pytest

from matching.jobs.question_bank import tend_question_bank
from tests.factories import PracticeRecordFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
QUESTION = "What is your greatest weakness?"


@pytest.fixture
def bank(db):
    for _ in range(3):
        PracticeRecordFactory(kind="debrief", shares_questions=True, questions=[QUESTION], stage="panel")
    tend_question_bank()


def test_a_member_draws_questions_into_a_mock_interview(client, alice, bank):
    mock = PracticeRecordFactory(owner=alice)
    client.force_login(alice)
    page = client.get(f"/question-bank/?for={mock.uuid}").content.decode()
    assert QUESTION in page
    assert "3 people · panel" in page

    answer = client.post("/question-bank/", {"do": "draw", "for": str(mock.uuid), "stage": "panel"})

    assert answer["Location"] == f"/practice/{mock.uuid}/"
    assert [item.text for item in mock.items.order_by("pk")][1:] == [QUESTION]


def test_nothing_is_drawn_into_a_record_of_somebody_else(client, alice, bank):
    other = PracticeRecordFactory()
    client.force_login(alice)

    answer = client.post("/question-bank/", {"do": "draw", "for": str(other.uuid)})

    assert answer.status_code == 400
    assert other.items.count() == 1


def test_a_selection_without_questions_says_so(client, alice, bank):
    client.force_login(alice)

    page = client.get("/question-bank/?goal_kind=promotion").content.decode()

    assert QUESTION not in page
    assert "There is no question for this selection yet." in page


def test_an_unknown_selection_is_refused(client, alice):
    client.force_login(alice)

    assert client.get("/question-bank/?stage=lunch").status_code == 400
