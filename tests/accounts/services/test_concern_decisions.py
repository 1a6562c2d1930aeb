"""Decisions of the organisers about a concern."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.concern_registry import all_outcomes
from accounts.exceptions import (
    AnswerMissing,
    ConcernAboutOneself,
    ConcernTaken,
    MoveNotAllowed,
    NotAnOrganiser,
    OutcomeNotPossible,
    ReasonMissing,
)
from accounts.models import User
from accounts.services.blocks import block_person
from accounts.services.concern_decisions import assign_concern, close_concern
from mentorship.models import Mentorship
from mentorship.selectors.mentors import kept_apart
from tests.factories import NOW, ConcernFactory, GoalFactory, MentorshipFactory, UserFactory
from tests.helpers import kinds, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ANSWER = "We spoke with both of you, and they are sorry."
REASON = "Mentors keep their appointments."
PARTING = {"kept_apart", "suspended", "locked_out", "ended_mentorship"}


@pytest.fixture
def concern(alice, bob):
    """A concern of a mentee about her mentor."""
    MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    return ConcernFactory(raised_by=alice, about=bob)


def close(concern, admin, outcome="no_action", **fields):
    values = {"answer": ANSWER, "reason": REASON, "now": NOW} | fields
    return close_concern(concern_id=concern.pk, by=admin, outcome=outcome, **values)


def mail_to(person):
    """Return the only mail to a person."""
    send(NOW)
    [message] = [message for message in mail.outbox if message.to == [person.email]]
    return message


def test_each_outcome_is_tried_below():
    assert {outcome.code for outcome in all_outcomes()} == PARTING | {"no_action", "talked_to"}


@pytest.mark.parametrize("outcome", [outcome.code for outcome in all_outcomes()])
def test_an_outcome_decides_whether_the_two_stay_apart(outcome, concern, admin, alice, bob):
    close(concern, admin, outcome)

    concern.refresh_from_db()
    assert (concern.status, concern.outcome, concern.closed_by) == ("closed", outcome, admin)
    assert kept_apart(alice.pk) == ({bob.pk} if outcome in PARTING else frozenset())


def test_a_block_of_ones_own_outlives_the_concern(concern, admin, alice, bob):
    block_person(by=alice, person=bob, now=NOW)

    close(concern, admin, "no_action")

    assert kept_apart(alice.pk) == {bob.pk}


def test_an_outcome_parts_two_who_had_come_into_contact_again(admin, alice, bob):
    lifted = ConcernFactory(raised_by=alice, about=bob, separation=False)

    close(lifted, admin, "kept_apart")

    assert kept_apart(alice.pk) == {bob.pk}


def test_a_suspension_is_the_usual_one(concern, admin, bob):
    close(concern, admin, "suspended")

    bob.mentor.refresh_from_db()
    assert bob.mentor.status == "suspended"
    assert bob.mentor.decisions.get().reason == REASON
    assert {"mentor_suspended", "concern_about_you_closed"} <= set(kinds(bob))


def test_a_suspension_needs_a_reason(concern, admin, bob):
    with pytest.raises(ReasonMissing, match="The suspended mentor reads it"):
        close(concern, admin, "suspended", reason=" ")

    bob.mentor.refresh_from_db()
    assert bob.mentor.status == "approved"


def test_an_account_is_locked(concern, admin, bob):
    close(concern, admin, "locked_out")

    bob.refresh_from_db()
    assert not bob.is_active


def test_a_mentorship_ends_and_both_are_told(concern, admin, alice, bob):
    close(concern, admin, "ended_mentorship")

    mentorship = Mentorship.objects.get()
    assert (mentorship.status, mentorship.end_reason, mentorship.ended_by) == ("ended_early", "other", admin)
    assert "mentorship_ended" in set(kinds(alice)) & set(kinds(bob))


def test_all_mentorships_of_the_two_end(concern, admin, alice, bob):
    MentorshipFactory(goal=GoalFactory(mentee=alice), mentor=bob.mentor, place=2)
    MentorshipFactory(goal__mentee=alice)

    close(concern, admin, "ended_mentorship")

    assert list(Mentorship.objects.filter(mentor=bob.mentor).values_list("status", flat=True)) == ["ended_early"] * 2
    assert Mentorship.objects.filter(status="active").count() == 1


@pytest.mark.parametrize("outcome", ["suspended", "ended_mentorship", "nonsense"])
def test_an_outcome_with_nothing_to_act_on_is_refused(outcome, admin):
    about_a_mentee = ConcernFactory()

    with pytest.raises(OutcomeNotPossible):
        close(about_a_mentee, admin, outcome)


def test_an_admin_is_not_locked_out_by_a_concern(admin, alice):
    about_an_admin = ConcernFactory(raised_by=alice, about=UserFactory(is_staff=True))

    with pytest.raises(OutcomeNotPossible):
        close(about_an_admin, admin, "locked_out")


def test_a_concern_is_closed_with_words(concern, admin):
    with pytest.raises(AnswerMissing):
        close(concern, admin, answer="  ")


def test_a_concern_is_closed_once(concern, admin):
    close(concern, admin)

    with pytest.raises(MoveNotAllowed, match="the concern is closed"):
        close(concern, admin, "kept_apart")


def test_the_reporter_reads_the_outcome_and_the_words(concern, admin, alice):
    close(concern, admin, "talked_to")

    message = mail_to(alice)
    assert ANSWER in message.body
    assert "talked about it with the other person" in message.body
    assert "You and Bob Baker may be in contact again" in message.body


@pytest.mark.parametrize("outcome", ["suspended", "locked_out", "ended_mentorship"])
def test_the_reporter_does_not_read_what_happened_to_the_other(outcome, concern, admin, alice):
    close(concern, admin, outcome)

    send(NOW)

    [message] = [message for message in mail.outbox if ANSWER in message.body]
    assert message.to == [alice.email]
    assert "The organisers have acted on it." in message.body
    assert "stay out of contact" in message.body
    assert "suspend" not in message.body
    assert "locked" not in message.body


def test_the_other_side_reads_neither_answer_nor_name(concern, admin, bob):
    close(concern, admin, "kept_apart")

    message = mail_to(bob)
    text = message.body + message.alternatives[0].content
    assert "keep you and that member apart" in text
    assert ANSWER not in text
    assert "Alice" not in text


def test_the_other_side_never_learns_of_a_matter_of_safety(admin, alice, bob):
    close(ConcernFactory(raised_by=alice, about=bob, topic="safety"), admin, "kept_apart")

    assert kinds(bob) == []


def test_messages_that_wait_are_skipped_once_it_is_closed(concern, admin, alice, bob):
    close(concern, admin)

    send(NOW)

    assert [len([m for m in mail.outbox if m.to == [person.email]]) for person in (alice, bob)] == [1, 1]


@pytest.mark.parametrize(("fields", "known"), [({"topic": "money"}, True), ({"topic": "safety"}, False), (None, False)])
def test_no_mail_speaks_of_contact_while_something_else_parts_the_two(fields, known, concern, admin, alice, bob):
    """The other side reads of what they know only: neither of a block nor of a matter of safety."""
    if fields is None:
        block_person(by=alice, person=bob, now=NOW)
    else:
        ConcernFactory(raised_by=alice, about=bob, **fields)

    close(concern, admin)

    assert "You and Bob Baker stay out of contact here" in mail_to(alice).body
    assert ("You two stay out of contact here" in mail_to(bob).body) == known


def test_a_concern_gets_an_owner_and_a_deadline(concern, admin):
    colleague = UserFactory(is_staff=True)
    due_at = NOW + timedelta(days=5)

    for _click in range(2):
        assign_concern(concern_id=concern.pk, by=admin, owner=colleague, was=None, due_at=due_at, now=NOW)

    concern.refresh_from_db()
    assert (concern.owner, concern.due_at) == (colleague, due_at)
    assert (kinds(colleague), kinds(admin)) == (["concern_assigned"], [])


def test_an_admin_who_takes_it_on_gets_no_mail(concern, admin):
    assign_concern(concern_id=concern.pk, by=admin, owner=admin, was=None, due_at=NOW, now=NOW)

    assert kinds(admin) == []


def test_the_owner_is_an_admin_and_not_one_of_the_two(admin, alice, bob):
    about_an_admin = ConcernFactory(raised_by=alice, about=UserFactory(is_staff=True))

    for owner in (bob, about_an_admin.about):
        with pytest.raises(NotAnOrganiser):
            assign_concern(concern_id=about_an_admin.pk, by=admin, owner=owner, was=None, due_at=NOW, now=NOW)


def test_an_admin_who_raised_it_does_not_own_it(admin, bob):
    concern = ConcernFactory(raised_by=UserFactory(is_staff=True), about=bob)

    with pytest.raises(NotAnOrganiser):
        assign_concern(concern_id=concern.pk, by=admin, owner=concern.raised_by, was=None, due_at=NOW, now=NOW)


def test_a_task_that_was_taken_meanwhile_is_not_overwritten(concern, admin):
    colleague, other = UserFactory(is_staff=True, name="Cora Colleague"), UserFactory(is_staff=True)
    task = {"concern_id": concern.pk, "due_at": NOW, "now": NOW}
    assign_concern(**task, by=colleague, owner=colleague, was=None)

    for owner in (admin, other, None):
        with pytest.raises(ConcernTaken, match="Cora Colleague takes care of it meanwhile"):
            assign_concern(**task, by=admin, owner=owner, was=other.pk)

    concern.refresh_from_db()
    assert concern.owner == colleague


def test_the_former_owner_reads_that_it_is_not_their_task(concern, admin):
    colleague = UserFactory(is_staff=True)
    task = {"concern_id": concern.pk, "due_at": NOW, "now": NOW}
    assign_concern(**task, by=colleague, owner=colleague, was=None)

    assign_concern(**task, by=admin, owner=admin, was=colleague.pk)

    assert (kinds(colleague), kinds(admin)) == (["concern_handed_on"], [])
    assert mail_to(colleague).subject.startswith("A concern is not your task any more: ")


def test_an_owner_who_gives_a_task_back_gets_no_mail(concern, admin):
    task = {"concern_id": concern.pk, "by": admin, "due_at": NOW, "now": NOW}
    assign_concern(**task, owner=admin, was=None)
    assign_concern(**task, owner=None, was=admin.pk)

    assert kinds(admin) == []


def test_a_task_of_a_former_admin_is_free(concern, admin):
    former = UserFactory(is_staff=True)
    task = {"concern_id": concern.pk, "by": admin, "due_at": NOW, "now": NOW}
    assign_concern(**task, owner=former, was=None)
    User.objects.filter(pk=former.pk).update(role="", is_staff=False)

    assert assign_concern(**task, owner=admin, was=None).owner == admin


def test_a_closed_concern_gets_no_owner(concern, admin):
    close(concern, admin)

    with pytest.raises(MoveNotAllowed):
        assign_concern(concern_id=concern.pk, by=admin, owner=admin, was=None, due_at=NOW, now=NOW)


@pytest.mark.parametrize("side", ["raised_by", "about"])
def test_none_of_the_two_decides(side):
    judge = UserFactory(is_staff=True)
    concern = ConcernFactory(**{side: judge})

    with pytest.raises(ConcernAboutOneself):
        close(concern, judge)
    with pytest.raises(ConcernAboutOneself):
        assign_concern(concern_id=concern.pk, by=judge, owner=None, was=None, due_at=NOW, now=NOW)
