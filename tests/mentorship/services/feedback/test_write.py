"""Feedback: sealed until both wrote or 14 days have passed, changed before, and not after."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Block
from mentorship.exceptions import FeedbackStands, KeptApart, MentorshipNotOver, NotOneOfTheTwo, ThanksNotShown
from mentorship.models import Feedback, OrganiserNote
from mentorship.services.feedback.read_note import note_is_read
from mentorship.services.feedback.show_thanks import choose_thanks_shown
from mentorship.services.feedback.write import write_feedback
from mentorship.services.feedback.write_note import write_note
from tests.factories import NOW, FeedbackFactory, MentorshipFactory
from tests.helpers import kinds
from tests.moves import end

# The defaults of the settings.
OPENS_AFTER = timedelta(days=14)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

WORDS = {"helped": "The mock interviews.", "better": "Shorter sessions.", "thanks": "Thank you!", "thanks_shown": ""}
OPENS = NOW + OPENS_AFTER


@pytest.fixture
def running(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


@pytest.fixture
def mentorship(running):
    return end(running)


def write(mentorship, by, now=NOW, **words):
    write_feedback(mentorship_id=mentorship.pk, by=by, now=now, **WORDS | words)


def note(mentorship, by, text="Look at this.", now=NOW):
    write_note(mentorship_id=mentorship.pk, by=by, text=text, now=now)


def opened() -> dict[str, object]:
    return dict(Feedback.objects.values_list("author__name", "opened_at"))


def test_feedback_of_one_alone_is_sealed_and_nobody_is_told(mentorship, alice, bob):
    write(mentorship, alice)

    assert opened() == {"Alice Archer": None}
    assert kinds(bob) == ["mentorship_ended"]


def test_both_open_together_once_both_wrote_and_both_are_told(mentorship, alice, bob):
    write(mentorship, alice)
    write(mentorship, bob, NOW + timedelta(days=1))

    assert opened() == dict.fromkeys(["Alice Archer", "Bob Baker"], NOW + timedelta(days=1))
    assert kinds(alice) == kinds(bob) == ["feedback_open", "mentorship_ended"]


def test_sealed_feedback_can_change(mentorship, alice):
    write(mentorship, alice)
    write(mentorship, alice, helped="The list of firms.")

    assert Feedback.objects.get().helped == "The list of firms."


def test_sealed_feedback_without_words_is_taken_back(mentorship, alice):
    write(mentorship, alice)
    write(mentorship, alice, helped="", better="", thanks="")

    assert opened() == {}


def test_open_feedback_stands(mentorship, alice, bob):
    write(mentorship, alice)
    write(mentorship, bob)

    for words in ({"helped": "Nothing."}, {"helped": "", "better": "", "thanks": ""}):
        with pytest.raises(FeedbackStands):
            write(mentorship, alice, **words)


@pytest.mark.parametrize("change", [{"helped": "x"}, {"better": "x"}, {"thanks": "x"}, {"opened_at": None}])
def test_the_database_keeps_the_words_of_open_feedback(change):
    FeedbackFactory(opened_at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.update(**change)


def test_late_feedback_opens_at_once_with_what_was_sealed(mentorship, alice, bob):
    write(mentorship, alice, OPENS - timedelta(seconds=1))
    assert opened() == {"Alice Archer": None}

    write(mentorship, bob, OPENS)

    assert opened() == {"Alice Archer": OPENS, "Bob Baker": OPENS}


def test_feedback_is_written_once_the_mentorship_is_over(running, alice):
    with pytest.raises(MentorshipNotOver):
        write(running, alice)
    with pytest.raises(MentorshipNotOver):
        note(running, alice)


def test_no_words_pass_a_block_but_the_organisers_can_be_reached(mentorship, alice, bob):
    Block.objects.create(blocker=alice, blocked=bob)

    with pytest.raises(KeptApart):
        write(mentorship, alice)
    note(mentorship, alice)

    assert (opened(), OrganiserNote.objects.get().text) == ({}, "Look at this.")


def test_no_words_go_to_somebody_who_left(mentorship, alice, bob):
    bob.is_active = False
    bob.save()

    with pytest.raises(KeptApart):
        write(mentorship, alice)


def test_somebody_else_writes_nothing(mentorship, charlie):
    with pytest.raises(NotOneOfTheTwo):
        write(mentorship, charlie)
    with pytest.raises(NotOneOfTheTwo):
        note(mentorship, charlie)


def test_a_note_to_the_organisers_is_replaced_and_deleted(mentorship, alice, bob):
    note(mentorship, alice)
    note(mentorship, bob, "Mine.")
    note(mentorship, alice, "Look at that.", NOW + timedelta(days=1))
    assert OrganiserNote.objects.get(author=alice).text == "Look at that."

    note(mentorship, alice, "")

    assert [row.author for row in OrganiserNote.objects.all()] == [bob]


def test_a_mentee_agrees_that_thanks_are_shown_and_takes_it_back_at_any_time(mentorship, alice, bob):
    write(mentorship, alice, thanks_shown="first_name")
    write(mentorship, bob)

    choose_thanks_shown(mentorship_id=mentorship.pk, by=alice, thanks_shown="", now=NOW)

    assert Feedback.objects.get(author=alice).thanks_shown == ""


def test_a_mentor_has_no_thanks_to_be_shown(mentorship, bob):
    with pytest.raises(ThanksNotShown):
        write(mentorship, bob, thanks_shown="no_name")
    write(mentorship, bob)
    with pytest.raises(ThanksNotShown):
        choose_thanks_shown(mentorship_id=mentorship.pk, by=bob, thanks_shown="no_name", now=NOW)


def test_no_thanks_cannot_be_shown(mentorship, alice):
    with pytest.raises(ThanksNotShown):
        write(mentorship, alice, thanks="", thanks_shown="no_name")
    with pytest.raises(IntegrityError):
        FeedbackFactory(thanks="", thanks_shown="no_name")


def test_a_note_with_other_words_is_unread_again_and_the_same_words_change_nothing(mentorship, alice, charlie):
    note(mentorship, alice)
    row = OrganiserNote.objects.get()
    note_is_read(note_id=row.pk, by=charlie, now=NOW)

    note(mentorship, alice, now=NOW + timedelta(days=1))
    row.refresh_from_db()
    assert (row.read_at, row.read_by, row.written_at) == (NOW, charlie, NOW)

    note(mentorship, alice, "Look at that.", NOW + timedelta(days=1))
    row.refresh_from_db()
    assert (row.read_at, row.read_by) == (None, None)
