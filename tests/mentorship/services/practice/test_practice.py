"""Practice records: who reads them, when they are shared, and feedback on answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.models import Block
from mentorship.exceptions import (
    KeptApart,
    MentorshipNotActive,
    NotOneOfTheTwo,
    NotTheirMentor,
    NotYourRecord,
    QuestionNamesSomebody,
    TooManyItems,
    TooManyRecords,
)
from mentorship.models import AnswerFeedback, Mentorship, PracticeRecord, PracticeShare
from mentorship.selectors.practice import (
    asks_what_to_take_along,
    feedback_by,
    records_at,
    records_in,
    records_of,
    records_visible_to,
)
from mentorship.services.end import end_mentorship
from mentorship.services.practice import items, write
from mentorship.services.practice.feedback import give_feedback
from mentorship.services.practice.items import add_items, change_item, remove_item
from mentorship.services.practice.share import share_records
from mentorship.services.practice.write import change_record, delete_record, write_record
from tests.factories import NOW, MentorshipFactory, PracticeRecordFactory, SessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def session(mentorship):
    return SessionFactory(mentorship=mentorship, status="held")


@pytest.fixture
def mock(alice, session):
    """Return the mock interview of the session, with one question."""
    fields = {"title": "First round", "session": session}
    record = write_record(owner=alice, kind="mock_interview", fields=fields, now=NOW)
    add_items(record_id=record.pk, by=alice, items=[{"text": "Why?", "texts": {"task": "Mine."}}], now=NOW)
    return record


def reads(person) -> list[PracticeRecord]:
    return list(records_visible_to(person))


def feedback(record, by, text="Be shorter."):
    give_feedback(item_id=record.items.get().pk, by=by, text=text, now=NOW)


def test_nobody_else_reads_a_new_record(alice, bob, charlie, admin_user, mentorship):
    record = write_record(owner=alice, kind="story", fields={"title": "The detector"}, now=NOW)

    assert reads(alice) == [record]
    assert reads(bob) == reads(charlie) == reads(admin_user) == []


def test_a_record_of_a_session_is_shared_with_its_mentor(alice, bob, charlie, mock, session):
    assert reads(bob) == [mock]
    assert reads(charlie) == []
    assert list(records_at(session, to=bob)) == [mock]


def test_a_story_used_in_a_session_is_on_its_page_for_its_owner(alice, bob, session):
    fields = {"title": "The detector", "used_in": [session]}
    story = write_record(owner=alice, kind="story", fields=fields, now=NOW)

    assert list(records_at(session, to=alice)) == [story]
    assert list(records_at(session, to=bob)) == []


def test_a_mentor_reads_nothing_after_the_end(alice, bob, mock, mentorship, now):
    end_mentorship(mentorship_id=mentorship.pk, by=alice, status="completed", reason="helped_enough", now=now)

    assert reads(bob) == []
    assert list(records_in(mentorship, to=bob)) == []
    assert list(records_in(mentorship, to=alice)) == [mock]


def test_a_mentor_reads_their_own_feedback_after_the_end(alice, bob, mock, mentorship, now):
    feedback(mock, bob)
    end_mentorship(mentorship_id=mentorship.pk, by=alice, status="completed", reason="helped_enough", now=now)

    assert [row.text for row in feedback_by(bob, mentorship)] == ["Be shorter."]
    assert list(feedback_by(alice, mentorship)) == []


@pytest.mark.parametrize("by_mentee", [True, False])
def test_a_block_hides_records_and_feedback_from_the_other(by_mentee, alice, bob, mock):
    feedback(mock, bob)
    pair = (alice, bob) if by_mentee else (bob, alice)
    Block.objects.create(blocker=pair[0], blocked=pair[1])

    [record] = records_of(alice)
    assert record.items_shown[0].feedback_shown == []
    assert reads(bob) == []
    with pytest.raises(KeptApart):
        feedback(mock, bob, "More.")


def test_a_deactivated_mentee_is_not_read(alice, bob, mock):
    alice.is_active = False
    alice.save()

    assert reads(bob) == []


def test_only_the_mentor_of_the_session_gives_feedback(alice, bob, charlie, mock):
    with pytest.raises(NotOneOfTheTwo):
        feedback(mock, charlie)
    with pytest.raises(KeptApart):
        feedback(mock, alice)
    assert not AnswerFeedback.objects.exists()


def test_another_mentor_who_reads_the_record_gives_no_feedback(alice, charlie, mock):
    other = MentorshipFactory(goal__mentee=alice, mentor=charlie.mentor)
    share_records(mentorship_id=other.pk, by=alice, records=[mock.uuid], now=NOW)

    assert reads(charlie) == [mock]
    with pytest.raises(NotOneOfTheTwo):
        feedback(mock, charlie)


def test_another_mentor_reads_no_feedback_and_no_session_of_the_first(alice, bob, charlie, mock):
    feedback(mock, bob)
    other = MentorshipFactory(goal__mentee=alice, mentor=charlie.mentor)
    share_records(mentorship_id=other.pk, by=alice, records=[mock.uuid], now=NOW)

    [record] = records_visible_to(charlie)

    assert record.items_shown[0].feedback_shown == []
    assert [share.mentorship for share in record.shares_shown] == [other]


def test_a_record_without_a_session_has_no_feedback(alice, bob, mentorship):
    record = PracticeRecordFactory(owner=alice, shared_with=mentorship)

    with pytest.raises(NotTheirMentor):
        feedback(record, bob)


def test_feedback_is_replaced_and_taken_back(bob, mock):
    feedback(mock, bob)
    feedback(mock, bob, "Be longer.")
    assert [row.text for row in AnswerFeedback.objects.all()] == ["Be longer."]

    feedback(mock, bob, " ")
    assert not AnswerFeedback.objects.exists()


def test_feedback_ends_with_sharing(alice, bob, mock, mentorship):
    share_records(mentorship_id=mentorship.pk, by=alice, records=[], now=NOW)

    with pytest.raises(KeptApart):
        feedback(mock, bob)


def test_the_mentee_alone_decides_what_is_shared(alice, bob, charlie, mock, mentorship):
    for person in (bob, charlie):
        with pytest.raises(NotOneOfTheTwo):
            share_records(mentorship_id=mentorship.pk, by=person, records=[], now=NOW)
    assert PracticeShare.objects.count() == 1


def test_a_record_of_somebody_else_is_not_shared(alice, charlie, mentorship):
    with pytest.raises(NotYourRecord):
        share_records(mentorship_id=mentorship.pk, by=alice, records=[PracticeRecordFactory().uuid], now=NOW)


def test_nothing_new_is_shared_after_the_end_and_less_can_be(alice, mock, mentorship):
    more = PracticeRecordFactory(owner=alice)
    Mentorship.objects.update(status="completed", ended_at=NOW)

    with pytest.raises(MentorshipNotActive):
        share_records(mentorship_id=mentorship.pk, by=alice, records=[mock.uuid, more.uuid], now=NOW)
    share_records(mentorship_id=mentorship.pk, by=alice, records=[], now=NOW)

    assert not PracticeShare.objects.exists()


def test_nothing_new_is_shared_after_a_block(alice, bob, mentorship):
    record = PracticeRecordFactory(owner=alice)
    Block.objects.create(blocker=alice, blocked=bob)

    with pytest.raises(KeptApart):
        share_records(mentorship_id=mentorship.pk, by=alice, records=[record.uuid], now=NOW)


def test_a_mentee_is_asked_once_what_they_take_along(alice, mentorship):
    record = PracticeRecordFactory(owner=alice, created_at=NOW - timedelta(days=30))
    assert asks_what_to_take_along(mentorship)

    share_records(mentorship_id=mentorship.pk, by=alice, records=[], now=NOW)

    assert not asks_what_to_take_along(mentorship)
    assert list(records_in(mentorship, to=alice)) == []
    assert record in records_of(alice)


def test_a_mentee_without_older_records_is_not_asked(alice, mentorship):
    PracticeRecordFactory(owner=alice, created_at=NOW + timedelta(days=1))

    assert not asks_what_to_take_along(mentorship)


@pytest.mark.parametrize(
    ("move", "arguments"),
    [
        (change_record, {"fields": {"title": "Mine"}, "now": NOW}),
        (delete_record, {}),
        (add_items, {"items": [{"text": "How?"}], "now": NOW}),
    ],
)
def test_nobody_else_changes_a_record(move, arguments, bob, mock):
    with pytest.raises(NotYourRecord):
        move(record_id=mock.pk, by=bob, **arguments)


def test_nobody_else_changes_an_item(bob, mock):
    item = mock.items.get()

    with pytest.raises(NotYourRecord):
        change_item(item_id=item.pk, by=bob, fields={"text": "How?"}, now=NOW)
    with pytest.raises(NotYourRecord):
        remove_item(item_id=item.pk, by=bob, now=NOW)


def test_a_session_of_somebody_else_is_refused(alice):
    with pytest.raises(NotYourRecord):
        write_record(owner=alice, kind="story", fields={"title": "x", "session": SessionFactory()}, now=NOW)
    assert not PracticeRecord.objects.exists()


def test_changing_one_text_keeps_the_others(alice, mock):
    item = mock.items.get()

    change_item(item_id=item.pk, by=alice, fields={"texts": {"result": "It worked."}}, now=NOW)

    item.refresh_from_db()
    assert (item.texts["task"], item.texts["result"], item.texts["action"]) == ("Mine.", "It worked.", "")


def test_a_person_has_a_limited_number_of_records(alice, monkeypatch):
    monkeypatch.setattr(write, "RECORDS_MAX", 1)
    PracticeRecordFactory(owner=alice)

    with pytest.raises(TooManyRecords):
        write_record(owner=alice, kind="story", fields={"title": "Two"}, now=NOW)


def test_a_record_has_a_limited_number_of_items(alice, mock, monkeypatch):
    monkeypatch.setattr(items, "ITEMS_MAX", 1)

    with pytest.raises(TooManyItems):
        add_items(record_id=mock.pk, by=alice, items=[{"text": "How?"}], now=NOW)


def test_only_a_debrief_is_of_a_real_interview():
    with pytest.raises(IntegrityError, match="practice_is_of_a_real_interview_only_as_a_debrief"):
        PracticeRecordFactory(kind="story", shares_questions=True)


@pytest.mark.parametrize(
    "question",
    [
        "Do you know jane@example.org?",
        "What do you think of https://example.org/product?",
        "Who is behind example.com?",
        "Can we reach you at +49 170 1234567?",
        "What did Alice do at the detector?",
        "How did bob baker help you?",
    ],
)
def test_a_question_that_names_somebody_is_not_shared(question, alice, mentorship):
    record = PracticeRecordFactory(owner=alice, kind="debrief", questions=[question])

    with pytest.raises(QuestionNamesSomebody):
        change_record(record_id=record.pk, by=alice, fields={"shares_questions": True}, now=NOW)
    record.refresh_from_db()
    assert not record.shares_questions


@pytest.mark.parametrize(
    "question",
    ["What did you do in 2019-2023?", "How do you scale to 1,000,000 users?", "Why Node.js?", "How do bakers work?"],
)
def test_a_question_without_names_is_shared(question, alice, mentorship):
    record = PracticeRecordFactory(owner=alice, kind="debrief", questions=[question])

    change_record(record_id=record.pk, by=alice, fields={"shares_questions": True}, now=NOW)

    record.refresh_from_db()
    assert record.shares_questions


def test_a_shared_question_cannot_be_changed_to_name_somebody(alice):
    record = PracticeRecordFactory(owner=alice, kind="debrief", shares_questions=True)

    with pytest.raises(QuestionNamesSomebody):
        change_item(item_id=record.items.get().pk, by=alice, fields={"text": "Ask jane@example.org"}, now=NOW)


def test_deleting_a_member_deletes_their_records(alice, mock):
    owner = PracticeRecordFactory().owner
    owner.delete()

    assert list(PracticeRecord.objects.all()) == [mock]
