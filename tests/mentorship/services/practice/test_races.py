"""Two moves on practice at once: the second waits, and sees what the first did."""

from __future__ import annotations

import pytest

from mentorship.exceptions import KeptApart, PracticeGone, QuestionNamesSomebody, TooManyItems, TooManyRecords
from mentorship.models import AnswerFeedback, PracticeRecord
from mentorship.services.practice import items, write
from mentorship.services.practice.feedback import give_feedback
from mentorship.services.practice.items import add_items, change_item, remove_item
from mentorship.services.practice.share import share_records
from mentorship.services.practice.write import change_record, delete_record, write_record
from tests.factories import NOW, PracticeRecordFactory, SessionFactory
from tests.helpers import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_record_is_not_written_twice(alice, monkeypatch):
    monkeypatch.setattr(write, "RECORDS_MAX", 1)

    def second():
        return write_record(owner=alice, kind="story", fields={"title": "One"}, now=NOW)

    rival = race(second, second)

    with pytest.raises(TooManyRecords):
        rival.finish()
    assert PracticeRecord.objects.count() == 1


def test_the_last_item_is_not_added_twice(alice, monkeypatch):
    monkeypatch.setattr(items, "ITEMS_MAX", 2)
    record = PracticeRecordFactory(owner=alice)

    def second():
        return add_items(record_id=record.pk, by=alice, items=[{"text": "Why?"}], now=NOW)

    rival = race(second, second)

    with pytest.raises(TooManyItems):
        rival.finish()


def test_a_question_that_names_somebody_does_not_slip_in_while_sharing_begins(alice):
    record = PracticeRecordFactory(owner=alice, kind="debrief")

    rival = race(
        lambda: change_record(record_id=record.pk, by=alice, fields={"shares_questions": True}, now=NOW),
        lambda: add_items(record_id=record.pk, by=alice, items=[{"text": "Who is jane@example.org?"}], now=NOW),
    )

    with pytest.raises(QuestionNamesSomebody):
        rival.finish()
    assert record.items.count() == 1


def test_no_feedback_is_written_while_sharing_ends():
    session = SessionFactory(status="held")
    mentorship = session.mentorship
    record = PracticeRecordFactory(owner=mentorship.mentee, session=session, shared_with=mentorship)
    item = record.items.get()

    rival = race(
        lambda: share_records(mentorship_id=mentorship.pk, by=mentorship.mentee, records=[], now=NOW),
        lambda: give_feedback(item_id=item.pk, by=mentorship.mentor.user, text="Shorter.", now=NOW),
    )

    with pytest.raises(KeptApart):
        rival.finish()
    assert not AnswerFeedback.objects.exists()


@pytest.fixture
def item():
    """A question of a mock interview that its mentor may write feedback on."""
    session = SessionFactory(status="held")
    mentorship = session.mentorship
    record = PracticeRecordFactory(owner=mentorship.mentee, session=session, shared_with=mentorship)
    return record.items.get()


MOVES_OF_AN_ITEM = [
    lambda item: change_item(item_id=item.pk, by=item.record.owner, fields={"text": "Why?"}, now=NOW),
    lambda item: remove_item(item_id=item.pk, by=item.record.owner, now=NOW),
    lambda item: give_feedback(item_id=item.pk, by=item.record.session.mentorship.mentor.user, text="Good.", now=NOW),
]
REMOVALS = [
    lambda item: remove_item(item_id=item.pk, by=item.record.owner, now=NOW),
    lambda item: delete_record(record_id=item.record_id, by=item.record.owner),
]


@pytest.mark.parametrize("removal", REMOVALS)
@pytest.mark.parametrize("move", MOVES_OF_AN_ITEM)
def test_a_move_of_an_item_that_is_removed_meanwhile_is_refused(move, removal, item):
    rival = race(lambda: removal(item), lambda: move(item))

    with pytest.raises(PracticeGone):
        rival.finish()


@pytest.mark.parametrize("move", MOVES_OF_AN_ITEM)
def test_a_move_of_an_item_that_is_gone_is_refused(move, item):
    remove_item(item_id=item.pk, by=item.record.owner, now=NOW)

    with pytest.raises(PracticeGone):
        move(item)


def test_a_change_of_a_record_that_is_deleted_meanwhile_is_refused(item):
    record = item.record

    rival = race(
        lambda: delete_record(record_id=record.pk, by=record.owner),
        lambda: change_record(record_id=record.pk, by=record.owner, fields={"title": "Other"}, now=NOW),
    )

    with pytest.raises(PracticeGone):
        rival.finish()
