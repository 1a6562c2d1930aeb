"""Accepting a question or an offer."""

from __future__ import annotations

import pytest

from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from accounts.notifications.deliver import drain
from matching.exceptions import AlreadyDone, HelpRequestNotOpen, PairNotAllowed
from matching.models import Match
from matching.services.withdraw import withdraw_help_request, withdraw_match
from mentorship.exceptions import MentorAtCapacity
from mentorship.models import Goal, Mentorship
from mentorship.services.goals import drop_goal, reach_goal
from tests.factories import MatchFactory, MentorFactory, MentorshipFactory
from tests.helpers import kinds, race
from tests.matching.helpers import mentor_blocks, suspend
from tests.moves import accept, ask, offer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_accepting_starts_a_mentorship_and_tells_both(now):
    match = MatchFactory(status="asked")

    mentorship = accept(match, now)

    match.refresh_from_db()
    assert (match.status, match.help_request.status) == ("accepted", "matched")
    assert match.mentorship == mentorship == Mentorship.objects.get()
    assert (mentorship.mentor, mentorship.mentee) == (match.mentor, match.help_request.mentee)
    assert kinds(match.mentor.user) == kinds(match.help_request.mentee) == ["match_accepted"]


def test_accepting_a_match_supersedes_its_siblings(now):
    chosen = MatchFactory(status="asked")
    asked = MatchFactory(help_request=chosen.help_request, status="asked")
    proposed = MatchFactory(help_request=chosen.help_request)
    declined = MatchFactory(help_request=chosen.help_request, status="declined")
    elsewhere = MatchFactory(mentor=asked.mentor, status="asked")

    accept(chosen, now)

    statuses = dict(Match.objects.values_list("pk", "status"))
    assert [statuses[match.pk] for match in (asked, proposed, declined, elsewhere)] == [
        "superseded",
        "superseded",
        "declined",
        "asked",
    ]
    assert kinds(asked.mentor.user) == ["match_superseded"]
    assert kinds(proposed.mentor.user) == []


def test_accepting_an_offer_starts_the_mentorship_and_tells_every_mentor(now, mailoutbox):
    match = MatchFactory(status="offered", mentor__user__name="Bob Baker", help_request__mentee__name="Alice Archer")
    asked = MatchFactory(help_request=match.help_request, status="asked")
    offered = MatchFactory(help_request=match.help_request, status="offered")

    mentorship = accept(match, now)

    match.refresh_from_db()
    assert (match.status, match.help_request.status, match.mentorship) == ("accepted", "matched", mentorship)
    assert set(Match.objects.exclude(pk=match.pk).values_list("status", flat=True)) == {"superseded"}
    assert kinds(asked.mentor.user) == kinds(offered.mentor.user) == ["match_superseded"]
    drain(now=lambda: now)
    mails = {mail.to[0]: mail for mail in mailoutbox}
    assert mails[match.help_request.mentee.email].subject == "Bob Baker is your mentor now"
    assert "said yes to your offer" in mails[match.mentor.user.email].body
    assert "to whom you had offered your help" in mails[offered.mentor.user.email].body
    assert "who had asked you for help" in mails[asked.mentor.user.email].body


@pytest.mark.parametrize("status", ["asked", "offered"])
def test_accepting_twice_is_refused_and_changes_nothing(status, now):
    match = MatchFactory(status=status)
    accept(match, now)

    with pytest.raises(AlreadyDone):
        accept(match, now)

    assert Mentorship.objects.count() == 1


def test_a_second_mentor_cannot_accept_a_matched_request(now):
    first = MatchFactory(status="asked")
    second = MatchFactory(help_request=first.help_request, status="asked")
    accept(first, now)

    with pytest.raises(HelpRequestNotOpen):
        accept(second, now)

    assert Mentorship.objects.count() == 1


def test_accepting_beyond_capacity_is_refused_and_changes_nothing(now):
    mentor = MentorFactory(capacity=1)
    MentorshipFactory(mentor=mentor)
    match = MatchFactory(mentor=mentor, status="asked")

    with pytest.raises(MentorAtCapacity):
        accept(match, now)

    match.refresh_from_db()
    assert (match.status, match.help_request.status) == ("asked", "open")
    assert kinds(match.help_request.mentee) == []


def test_an_offer_of_a_full_mentor_cannot_be_accepted(now):
    mentor = MentorFactory(capacity=1, user__name="Bob Baker")
    match = MatchFactory(mentor=mentor, status="offered")
    MentorshipFactory(mentor=mentor)

    with pytest.raises(MentorAtCapacity, match="Bob Baker has no free place any more"):
        accept(match, now)

    match.refresh_from_db()
    assert (match.status, match.help_request.status) == ("offered", "open")
    assert Mentorship.objects.count() == 1


@pytest.mark.parametrize("status", ["asked", "offered"])
def test_a_withdrawn_match_cannot_be_accepted(status, now):
    match = MatchFactory(status=status)
    side = match.help_request.mentee if status == "asked" else match.mentor.user
    withdraw_match(match_id=match.pk, by=side, now=now)

    with pytest.raises(MoveNotAllowed):
        accept(match, now)

    assert not Mentorship.objects.exists()


def test_a_match_of_a_withdrawn_request_cannot_be_accepted(now):
    match = MatchFactory(status="asked")
    withdraw_help_request(help_request_id=match.help_request_id, by=match.help_request.mentee, now=now)

    with pytest.raises(HelpRequestNotOpen):
        accept(match, now)

    assert not Mentorship.objects.exists()


@pytest.mark.parametrize(
    "between",
    [
        suspend,
        mentor_blocks,
        lambda match: User.objects.filter(pk=match.help_request.mentee_id).update(is_active=False),
        lambda match: User.objects.filter(pk=match.mentor.user_id).update(is_active=False),
    ],
    ids=["suspension", "block", "account of the mentee", "account of the mentor"],
)
def test_a_suspension_a_block_or_a_closed_account_forbids_accepting(between, now):
    match = MatchFactory(status="asked")
    between(match)

    with pytest.raises(PairNotAllowed):
        accept(match, now)

    assert not Mentorship.objects.exists()


def test_a_paused_mentor_can_accept_an_earlier_question(now):
    match = MatchFactory(status="asked", mentor__status="paused")

    assert accept(match, now).mentor == match.mentor


@pytest.mark.parametrize(
    ("move", "status"), [(accept, "asked"), (accept, "offered"), (ask, "proposed"), (offer, "proposed")]
)
@pytest.mark.parametrize("settle", [reach_goal, drop_goal])
def test_nothing_begins_for_a_goal_that_is_over(move, status, settle, now):
    match = MatchFactory(status=status)
    settle(goal_id=match.help_request.goal_id, by=match.help_request.mentee, now=now)

    with pytest.raises(HelpRequestNotOpen, match=r"goal of this help request is (reached|dropped)"):
        move(match, now)

    match.refresh_from_db()
    assert (match.status, Mentorship.objects.count()) == (status, 0)


@pytest.mark.django_db(transaction=True)
def test_an_acceptance_waits_for_a_goal_that_is_being_dropped(now):
    match = MatchFactory(status="asked")
    mentee = match.help_request.mentee

    rival = race(lambda: drop_goal(goal_id=match.help_request.goal_id, by=mentee, now=now), lambda: accept(match, now))

    with pytest.raises(HelpRequestNotOpen):
        rival.finish()
    assert (Goal.objects.get().status, Mentorship.objects.count()) == ("dropped", 0)
