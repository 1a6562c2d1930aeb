"""A block or a concern that meets an acceptance, and two admins who decide at once."""

from __future__ import annotations

import pytest

from accounts.exceptions import MoveNotAllowed, Refusal
from accounts.models import Block, Concern, MentorDecision
from accounts.services.blocks import block_person, unblock
from accounts.services.concern_decisions import close_concern
from accounts.services.concerns import raise_concern, restore_contact
from matching.exceptions import PairNotAllowed
from matching.models import Match
from mentorship.models import Mentorship
from mentorship.services.end import end_mentorship
from tests.factories import NOW, ConcernFactory, MatchFactory, MentorshipFactory, UserFactory
from tests.helpers import kinds, race
from tests.moves import accept

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]

WORDS = "They were rude to me."


def block(one, other):
    return block_person(by=one, person=other, now=NOW)


def report(one, other, words=WORDS):
    return raise_concern(by=one, about=other, topic="other", words=words, now=NOW)


def two_of(match, first):
    mentee, mentor = match.help_request.mentee, match.mentor.user
    return (mentee, mentor) if first == "mentee" else (mentor, mentee)


def close(concern, admin, outcome="no_action"):
    return close_concern(
        concern_id=concern.pk, by=admin, outcome=outcome, answer="We spoke with both.", reason="Be on time.", now=NOW
    )


@pytest.mark.parametrize("part", [block, report])
@pytest.mark.parametrize("first", ["mentee", "mentor"])
def test_an_acceptance_waits_for_a_block_and_is_refused(first, part):
    match = MatchFactory(status="asked")

    rival = race(lambda: part(*two_of(match, first)), lambda: accept(Match.objects.get(pk=match.pk)))

    with pytest.raises(PairNotAllowed):
        rival.finish()
    assert not Mentorship.objects.exists()


@pytest.mark.parametrize("part", [block, report])
@pytest.mark.parametrize("first", ["mentee", "mentor"])
def test_a_block_waits_for_an_acceptance_and_cuts_its_contact(first, part):
    match = MatchFactory(status="asked")
    people = two_of(match, first)

    race(lambda: accept(match), lambda: part(*people)).finish()

    assert (Mentorship.objects.count(), Block.objects.count()) == (1, 1)


def test_two_clicks_are_one_block(alice, bob):
    race(lambda: block(alice, bob), lambda: block(alice, bob)).finish()

    assert Block.objects.count() == 1


def test_two_people_block_each_other_at_once(bob, charlie):
    race(lambda: block(bob, charlie), lambda: block(charlie, bob)).finish()

    assert Block.objects.count() == 2


def test_two_clicks_are_one_concern(alice, bob):
    race(lambda: report(alice, bob), lambda: report(alice, bob)).finish()

    assert (Concern.objects.count(), kinds(bob)) == (1, ["concern_about_you"])


def test_the_second_of_two_admins_reads_that_it_is_closed(alice, bob):
    concern = ConcernFactory(raised_by=alice, about=bob)
    ada, eva = UserFactory.create_batch(2, is_staff=True)

    rival = race(lambda: close(concern, ada), lambda: close(concern, eva, "suspended"))

    with pytest.raises(MoveNotAllowed):
        rival.finish()
    concern.refresh_from_db()
    assert (concern.outcome, concern.closed_by) == ("no_action", ada)
    assert not MentorDecision.objects.exists()
    assert kinds(alice) == ["concern_closed"]


def test_the_way_back_meets_the_outcome(alice, bob):
    concern = ConcernFactory(raised_by=alice, about=bob)
    admin = UserFactory(is_staff=True)

    race(
        lambda: restore_contact(concern_id=concern.pk, by=alice, now=NOW), lambda: close(concern, admin, "kept_apart")
    ).finish()

    assert Block.objects.filter(concern=concern).exists()


def parted_again(match, outcome):
    """Return an act that closes a concern between the two of a match, and parts them again."""
    concern = ConcernFactory(raised_by=match.help_request.mentee, about=match.mentor.user)
    Block.objects.all().delete()
    admin = UserFactory(is_staff=True)
    return lambda: close(concern, admin, outcome)


@pytest.mark.parametrize("outcome", ["kept_apart", "suspended"])
def test_an_acceptance_waits_for_an_outcome_that_parts_the_two(outcome):
    match = MatchFactory(status="asked")

    rival = race(parted_again(match, outcome), lambda: accept(Match.objects.get(pk=match.pk)))

    with pytest.raises(Refusal):
        rival.finish()
    assert not Mentorship.objects.exists()


def test_an_outcome_waits_for_an_acceptance():
    match = MatchFactory(status="asked")

    race(lambda: accept(match), parted_again(match, "kept_apart")).finish()

    assert (Mentorship.objects.count(), Block.objects.count()) == (1, 1)


def test_an_outcome_waits_for_the_end_of_the_mentorship(alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    concern = ConcernFactory(raised_by=alice, about=bob)
    admin = UserFactory(is_staff=True)

    rival = race(
        lambda: end_mentorship(mentorship_id=mentorship.pk, by=alice, status="ended_early", reason="no_time", now=NOW),
        lambda: close(concern, admin, "ended_mentorship"),
    )

    with pytest.raises(MoveNotAllowed):
        rival.finish()
    concern.refresh_from_db()
    assert concern.status == "open"


def test_a_block_and_its_end_meet(alice, bob):
    block(alice, bob)

    race(lambda: unblock(by=alice, person=bob), lambda: unblock(by=alice, person=bob)).finish()

    assert not Block.objects.exists()
