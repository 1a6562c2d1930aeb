"""Feedback as each may read it: the two, the mentor over all mentees, and admins."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Block
from mentorship.selectors.feedback import (
    feedback_card,
    feedback_reported_to_admins,
    feedback_summary,
    thanks_to_show,
)
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.outcomes import Share
from tests.factories import (
    NOW,
    FeedbackFactory,
    MentorshipFactory,
    OrganiserNoteFactory,
    OutcomeQuestionFactory,
    OutcomeRatingFactory,
    UserFactory,
)

# The defaults of the settings.
OPENS_AFTER = timedelta(days=14)

pytestmark = pytest.mark.django_db

COUNTED = NOW + OPENS_AFTER


def card_for(person, mentorship):
    return feedback_card(mentorships_visible_to(person).get(pk=mentorship.pk), to=person)


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, status="completed")


def test_sealed_feedback_looks_like_none_to_the_other_side(mentorship, alice, bob):
    before = card_for(bob, mentorship)
    sealed = FeedbackFactory(mentorship=mentorship)
    OrganiserNoteFactory(mentorship=mentorship)

    assert card_for(bob, mentorship) == before
    assert card_for(alice, mentorship).mine == sealed


def test_open_feedback_is_read_by_both_and_changed_by_nobody(mentorship, alice, bob):
    feedback = FeedbackFactory(mentorship=mentorship, opened_at=NOW)

    of_author, of_reader = card_for(alice, mentorship), card_for(bob, mentorship)

    assert (of_author.mine, of_author.may_write) == (feedback, False)
    assert (of_reader.theirs, of_reader.may_write) == (feedback, True)


@pytest.mark.parametrize("blocker", ["alice", "bob"])
def test_open_feedback_is_hidden_by_a_block(blocker, mentorship, alice, bob):
    FeedbackFactory(mentorship=mentorship, opened_at=NOW)
    one, other = (alice, bob) if blocker == "alice" else (bob, alice)
    Block.objects.create(blocker=one, blocked=other)

    card = card_for(bob, mentorship)

    assert (card.theirs, card.may_write, card.may_write_note) == (None, False, True)


def test_a_note_to_the_organisers_is_read_by_its_author(mentorship, alice, bob):
    note = OrganiserNoteFactory(mentorship=mentorship)

    assert (card_for(alice, mentorship).note, card_for(bob, mentorship).note) == (note, None)


def test_admins_read_what_was_reported_and_nothing_else():
    FeedbackFactory()
    FeedbackFactory(opened_at=NOW)
    reported = FeedbackFactory(opened_at=NOW, reported_at=NOW, report_reason="It hurts.")

    assert list(feedback_reported_to_admins()) == [reported]


def add(mentor, number: int, **facts):
    """Add a mentorship of ``mentor`` that is over, with feedback and a rating of its mentee."""
    mentorship = MentorshipFactory(mentor=mentor, place=number + 1, status="completed")
    OutcomeQuestionFactory(mentorship=mentorship)
    OutcomeRatingFactory(mentorship=mentorship, level=min(number - 1, 2))
    words = {"helped": f"help {9 - number}", "better": f"better {number}", "thanks": "", "opened_at": NOW}
    return FeedbackFactory(mentorship=mentorship, **words | facts)


def test_a_summary_begins_with_three_mentees(bob):
    add(bob.mentor, 1)
    add(bob.mentor, 2)
    of_two = feedback_summary(bob.mentor, now=COUNTED)
    add(bob.mentor, 0)

    of_three = feedback_summary(bob.mentor, now=COUNTED)

    assert (of_two.n_asked, of_two.n_wrote, of_two.helped, of_two.better) == (2, 2, [], [])
    assert of_two.at_the_end == Share(n_asked=2, n_answered=2, n_success=None)
    assert (of_three.n_asked, of_three.n_wrote) == (3, 3)
    assert of_three.at_the_end == Share(n_asked=3, n_answered=3, n_success=2)


def test_a_summary_does_not_say_which_words_belong_together(bob):
    for number in range(3):
        add(bob.mentor, number)

    summary = feedback_summary(bob.mentor, now=COUNTED)

    assert summary.helped == ["help 7", "help 8", "help 9"]
    assert summary.better == ["better 0", "better 1", "better 2"]


def test_one_mentee_in_three_mentorships_is_one_person(bob, alice):
    for number in range(3):
        add(bob.mentor, number, author=alice)

    assert feedback_summary(bob.mentor, now=COUNTED).helped == []


def test_a_summary_has_only_what_the_mentor_may_read(bob, alice):
    for number in range(4):
        add(bob.mentor, number)
    hidden = {"reported_at": NOW, "hidden_at": NOW, "hidden_reason": "It hurts."}
    sealed, gone = add(bob.mentor, 4, opened_at=None), add(bob.mentor, 5, **hidden)
    blocked = add(bob.mentor, 6)
    Block.objects.create(blocker=bob, blocked=blocked.author)
    FeedbackFactory(mentorship=sealed.mentorship, author=bob, helped="my own words", opened_at=NOW)

    summary = feedback_summary(bob.mentor, now=COUNTED)

    words = {row.helped for row in (sealed, gone, blocked)} | {"my own words"}
    assert (summary.n_asked, summary.n_wrote, summary.n_silent) == (7, 4, 3)
    assert words.isdisjoint(summary.helped)


@pytest.mark.parametrize("rows", [1, 4])
def test_a_summary_takes_a_constant_number_of_queries(rows, bob, django_assert_num_queries):
    for number in range(rows):
        add(bob.mentor, number)

    with django_assert_num_queries(4):
        feedback_summary(bob.mentor, now=COUNTED)


def test_thanks_are_shown_as_their_author_agreed(bob):
    author = UserFactory(name="Amina Diallo")
    add(bob.mentor, 0, thanks="Thanks for nothing to show.")
    named = add(bob.mentor, 1, author=author, thanks="Thank you, Bob.", thanks_shown="first_name")
    nameless = add(bob.mentor, 2, thanks="Thanks a lot.", thanks_shown="no_name", opened_at=NOW + timedelta(days=1))
    add(bob.mentor, 3, thanks="Sealed.", thanks_shown="first_name", opened_at=None)

    shown = [(row.text, row.name, row.mentorship_id) for row in thanks_to_show(bob.mentor)]

    assert shown == [("Thanks a lot.", "", nameless.mentorship_id), ("Thank you, Bob.", "Amina", named.mentorship_id)]


def test_thanks_of_somebody_who_left_are_not_shown(bob):
    feedback = add(bob.mentor, 0, thanks="Thank you.", thanks_shown="no_name")
    feedback.author.is_active = False
    feedback.author.save()

    assert thanks_to_show(bob.mentor) == []
