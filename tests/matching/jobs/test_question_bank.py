"""The question bank: three people, consent, one wording, and nobody named."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from matching.engine.question_groups import ALIKE as THRESHOLD
from matching.engine.question_groups import group_questions
from matching.exceptions import NoMoreQuestions
from matching.jobs.question_bank import Tended, tend_question_bank
from matching.models import BankQuestion
from matching.selectors.question_bank import bank_entries
from matching.services.draw_questions import draw_questions
from matching.text.encoder import encoder
from mentorship.exceptions import NoSuchPart, NotYourRecord
from mentorship.services.practice.items import change_item
from mentorship.services.practice.write import change_record, delete_record
from tests.factories import NOW, GoalFactory, PracticeRecordFactory, UserFactory
from tests.matching.questions import ALIKE, APART

WORDINGS = ["What is your greatest weakness?", "Tell us about your biggest weakness.", "Was ist Ihre größte Schwäche?"]


def debrief(question, owner=None, **facts):
    owner = owner or UserFactory()
    return PracticeRecordFactory(
        owner=owner, kind="debrief", questions=[question], shares_questions=True, **{"stage": "technical"} | facts
    )


@pytest.fixture
def debriefs(db):
    """Return three debriefs of different people, who were asked alike."""
    return [debrief(question) for question in WORDINGS]


def test_a_question_of_three_people_is_shown_in_one_wording(debriefs):
    assert tend_question_bank() == Tended(removed=0, added=3)

    [entry] = bank_entries()

    assert entry.question in WORDINGS
    assert (entry.people, entry.stages) == (3, ["technical interview"])


def test_a_stage_is_named_once_three_people_were_asked_at_it(debriefs):
    debrief(WORDINGS[0], stage="final")
    debrief(WORDINGS[1], debriefs[0].owner, stage="final")
    tend_question_bank()
    [before] = bank_entries()

    debrief(WORDINGS[2], stage="final")
    tend_question_bank()

    [after] = bank_entries()
    assert before.stages == ["technical interview"]
    assert after.stages == ["last round", "technical interview"]


def test_one_person_who_was_asked_thrice_shows_nothing(alice):
    for question in WORDINGS:
        debrief(question, alice)
    debrief(WORDINGS[0])
    tend_question_bank()

    assert bank_entries() == []


def test_questions_without_consent_never_enter(debriefs):
    debriefs[0].shares_questions = False
    debriefs[0].save()
    tend_question_bank()

    assert bank_entries() == []
    assert BankQuestion.objects.count() == 2


@pytest.mark.parametrize("way", ["consent", "record", "person", "deactivated", "changed"])
def test_a_question_vanishes_at_once_below_three_people(way, debriefs):
    tend_question_bank()
    record = debriefs[0]
    match way:
        case "consent":
            change_record(record_id=record.pk, by=record.owner, fields={"shares_questions": False}, now=NOW)
        case "record":
            delete_record(record_id=record.pk, by=record.owner)
        case "person":
            record.owner.delete()
        case "deactivated":
            record.owner.is_active = False
            record.owner.save()
        case _:
            item = record.items.get()
            change_item(item_id=item.pk, by=record.owner, fields={"text": "When can you start?"}, now=NOW)

    assert bank_entries() == []


def test_the_wording_of_somebody_who_left_is_not_shown(debriefs):
    debrief("What is your greatest weakness, and why?")
    tend_question_bank()
    shown = bank_entries()[0].question
    owner = BankQuestion.objects.get(text=shown).item.record
    change_record(record_id=owner.pk, by=owner.owner, fields={"shares_questions": False}, now=NOW)

    [entry] = bank_entries()

    assert entry.people == 3
    assert entry.question != shown


def test_a_second_run_changes_nothing(debriefs):
    tend_question_bank()
    before = list(BankQuestion.objects.order_by("pk").values())

    assert tend_question_bank() == Tended(0, 0)
    assert list(BankQuestion.objects.order_by("pk").values()) == before


def test_the_worker_forgets_a_question_that_is_not_shared_any_more(debriefs):
    tend_question_bank()
    change_record(record_id=debriefs[0].pk, by=debriefs[0].owner, fields={"shares_questions": False}, now=NOW)

    assert tend_question_bank() == Tended(removed=1, added=0)
    assert BankQuestion.objects.count() == 2


def test_a_filter_counts_people_of_the_selection_only(debriefs):
    for record in debriefs:
        record.goal = GoalFactory(mentee=record.owner)
        record.save()
    debriefs[0].stage = "final"
    debriefs[0].save()
    tend_question_bank()

    assert len(bank_entries(goal_kind="job_search", field="Data Science")) == 1
    assert bank_entries(goal_kind="promotion") == []
    assert bank_entries(stage="technical") == []


def test_without_an_encoder_the_bank_stays_empty(debriefs, without_encoder):
    assert tend_question_bank() == Tended(0, 0)
    assert bank_entries() == []


def test_a_mock_interview_draws_what_it_does_not_have(debriefs, alice):
    tend_question_bank()
    mock = PracticeRecordFactory(owner=alice)

    drawn = draw_questions(record_id=mock.pk, by=alice, chance=random.Random(1), now=NOW)

    assert [item.text for item in mock.items.order_by("pk")][1:] == drawn == [bank_entries()[0].question]
    with pytest.raises(NoMoreQuestions):
        draw_questions(record_id=mock.pk, by=alice, chance=random.Random(1), now=NOW)


def test_questions_are_drawn_by_the_owner_into_a_mock_interview_only(alice, bob):
    other = PracticeRecordFactory()
    with pytest.raises(NotYourRecord):
        draw_questions(record_id=other.pk, by=alice, chance=random.Random(1), now=NOW)
    story = PracticeRecordFactory(owner=alice, kind="story")
    with pytest.raises(NoSuchPart):
        draw_questions(record_id=story.pk, by=alice, chance=random.Random(1), now=NOW)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_bank_takes_three_queries(rows, db, django_assert_num_queries):
    for question in ["What is your greatest weakness?", "How do you deal with missing data?", "Why Python?"][:rows]:
        for _ in range(3):
            debrief(question)
    tend_question_bank()

    with django_assert_num_queries(3):
        assert len(bank_entries()) == rows


def test_a_group_is_around_its_centre_and_no_chain():
    angles = np.radians([0, 40, 80])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)

    found = group_questions(vectors, [1, 2, 3])

    assert found.group == [1, 1, 1]
    assert group_questions(vectors[[0, 2]], [1, 3]).group == [0, 1]


def test_no_question_is_no_group():
    assert group_questions(np.empty((0, 2), dtype=np.float32), []).group == []


def test_the_threshold_judges_the_stated_number_of_pairs():
    model = encoder()
    texts = [(number, text) for number, group in enumerate(ALIKE) for text in group]
    vectors = model.encode([text for _number, text in texts])
    same, other = [], []
    for (one, (first, _)), (two, (second, _)) in itertools.combinations(enumerate(texts), 2):
        (same if first == second else other).append(float(vectors[one] @ vectors[two]))
    apart = [float(np.dot(*model.encode(pair))) for pair in APART]

    def alike(cosines):
        return sum(cosine >= THRESHOLD for cosine in cosines), len(cosines)

    assert (alike(same), alike(apart), alike(other)) == ((27, 49), (7, 26), (0, 731))
