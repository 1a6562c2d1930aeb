"""Rows of practice and milestones that the database refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from mentorship.models import AnswerFeedback, PracticeRecord
from tests.factories import NOW, MentorshipFactory, MilestoneFactory, PracticeRecordFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"stage": "lunch"}, "practice_stage_is_known"),
        ({"company_kind": "Acme"}, "practice_company_kind_is_known"),
        ({"title": ""}, "practice_has_a_title"),
        ({"questions": [""]}, "practice_item_has_a_text"),
    ],
)
def test_a_record_has_known_kinds_and_no_empty_texts(facts, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        PracticeRecordFactory(kind="debrief", **facts)


@pytest.mark.parametrize("name", ["stage", "company_kind"])
def test_every_choice_of_a_debrief_can_be_stored(name):
    for value, _label in PracticeRecord._meta.get_field(name).choices:
        PracticeRecordFactory(kind="debrief", **{name: value})


def test_feedback_on_an_answer_has_words():
    item = PracticeRecordFactory().items.get()

    with pytest.raises(IntegrityError, match="answer_feedback_is_not_empty"):
        AnswerFeedback.objects.create(item=item, mentorship=MentorshipFactory(), text="", written_at=NOW)


def test_a_milestone_has_a_title():
    with pytest.raises(IntegrityError, match="milestone_has_a_title"):
        MilestoneFactory(title="")
