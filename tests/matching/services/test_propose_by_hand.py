"""An admin proposes a mentor by hand: two rules can be overridden with a reason, and both sides still say yes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.exceptions import AboutYourself, ReasonMissing
from accounts.models import Block, MentorProfile
from matching.exceptions import (
    AlreadyOnTheList,
    ChangedWhileJudged,
    HelpRequestNotOpen,
    MentorNotEligible,
    RulesInTheWay,
)
from matching.jobs.propose import propose_due_requests
from matching.links import choose_link
from matching.models import HandProposal, HelpRequest, Match
from matching.models.history import HandProposalEvent
from matching.selectors.escalations import requests_without_a_mentor
from matching.services.correct import correct_help_request
from matching.services.offer import offer_help
from matching.services.propose_by_hand import propose_by_hand
from matching.services.withdraw import withdraw_match
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory
from tests.helpers import kinds, race, send
from tests.matching.helpers import read, waiting
from tests.moves import NOTE, accept, ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
TOO_LITTLE_TIME = "The mentor and the mentee have too little time in the week in common."
BOTH = ("goal_not_offered", "no_overlap")
REASON = "They met at our summer event, and both want it."


@pytest.fixture
def request_of_alice(alice):
    """Alice has time on Monday morning only."""
    alice.profile.availability.create(weekday=1, start_minute=540, end_minute=600)
    return HelpRequestFactory(mentee=alice)


@pytest.fixture
def mentor():
    """Bea has time on Friday only, and does not offer this kind of goal."""
    mentor = MentorFactory(user__name="Bea Busy", user__email="bea@example.org")
    mentor.goal_kinds.clear()
    mentor.user.profile.availability.create(weekday=5, start_minute=540, end_minute=600)
    return mentor


@pytest.fixture
def propose(admin_user):
    def by_hand(request, mentor, *overridden, reason=REASON, by=admin_user, now=NOW):
        return propose_by_hand(
            help_request_id=request.pk, mentor_id=mentor.pk, by=by, overridden=overridden, reason=reason, now=now
        )

    return by_hand


def test_the_overridden_rules_and_the_reason_are_kept(request_of_alice, mentor, propose, admin_user):
    match = propose(request_of_alice, mentor, *BOTH, reason=f" {REASON}\n")

    kept = HandProposal.objects.get()
    assert (kept.match, kept.by, kept.proposed_at) == (match, admin_user, NOW)
    assert (kept.rules, kept.reason) == ([*BOTH], REASON)
    assert HandProposalEvent.objects.get().rules == [*BOTH]


def test_the_mentee_gets_the_usual_message_with_who_proposed(request_of_alice, mentor, propose):
    match = propose(request_of_alice, mentor, *BOTH)
    send(NOW)

    [message] = mail.outbox
    assert message.to == ["alice@example.org"]
    assert message.subject == "A mentor fits your request"
    assert "Bea Busy" in message.body
    assert "The organisers proposed this mentor to you." in message.body
    assert match.reasons[1].startswith("This kind of goal is none that they say they help with.")
    assert match.reasons[2].startswith("The hours that the two of you have stated hardly meet.")
    assert "The organisers proposed this mentor to you." in read(choose_link(request_of_alice))
    assert kinds(mentor.user) == []


def test_the_pair_goes_on_to_its_mentorship(request_of_alice, mentor, propose):
    match = propose(request_of_alice, mentor, *BOTH)

    ask(match)
    mentorship = accept(match)

    assert (mentorship.mentor, mentorship.mentee) == (mentor, request_of_alice.mentee)
    match.refresh_from_db()
    assert match.mentor_reasons[0] == "The organisers proposed you for this request."


def test_the_mentor_can_offer_help_as_well(request_of_alice, mentor, propose):
    match = propose(request_of_alice, mentor, *BOTH)

    offer_help(match_id=match.pk, by=mentor.user, note=NOTE, now=NOW)

    assert Match.objects.get().status == "offered"


@pytest.mark.parametrize(
    ("overridden", "sentence"),
    [
        ((), "The mentor does not help with this kind of goal. " + TOO_LITTLE_TIME),
        (("no_overlap",), "The mentor does not help with this kind of goal."),
        (("goal_not_offered",), TOO_LITTLE_TIME),
    ],
)
def test_a_rule_that_is_not_named_is_not_overridden(overridden, sentence, request_of_alice, mentor, propose):
    with pytest.raises(RulesInTheWay) as refusal:
        propose(request_of_alice, mentor, *overridden)

    assert refusal.value.detail == f"This mentor cannot be proposed. {sentence}"
    assert not Match.objects.exists()


@pytest.mark.parametrize("reason", ["", " \n "])
def test_no_rule_is_overridden_without_a_reason(reason, request_of_alice, mentor, propose):
    with pytest.raises(ReasonMissing):
        propose(request_of_alice, mentor, *BOTH, reason=reason)


def test_a_mentor_without_a_rule_in_the_way_needs_no_reason(request_of_alice, propose):
    match = propose(request_of_alice, MentorFactory(), *BOTH, reason="")

    assert (match.by_hand.rules, match.by_hand.reason) == ([], "")
    assert match.reasons[0] == "The organisers proposed this mentor to you."


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"status": "applied"}, "The mentor is not available at the moment."),
        ({"status": "rejected"}, "The mentor is not available at the moment."),
        ({"status": "suspended"}, "The mentor is not available at the moment."),
        ({"status": "paused", "pause_cause": "own_wish"}, "The mentor has paused mentoring."),
        ({"capacity": 1, "active_elsewhere": 1}, "The mentor has no free place."),
        ({"formats": ["one_off"]}, "The mentor does not offer the format of the request."),
        (
            {"paid": True, "rate_amount": 50, "rate_currency": "EUR", "rate_per": "session"},
            "The mentor asks for a price that the mentee does not accept.",
        ),
    ],
)
def test_no_other_rule_can_be_overridden(facts, sentence, request_of_alice, propose, subtests):
    mentor = MentorFactory(**facts)
    rules = ("not_approved", "suspended", "paused", "no_capacity", "format_not_offered", "price")

    with pytest.raises(RulesInTheWay) as refusal:
        propose(request_of_alice, mentor, *rules)

    assert refusal.value.detail == f"This mentor cannot be proposed. {sentence}"
    assert not Match.objects.exists()


def test_a_block_a_full_inbox_and_another_language_refuse(request_of_alice, propose, subtests):
    blocked, busy, french, shown = MentorFactory.create_batch(4)
    Block.objects.create(blocker=blocked.user, blocked=request_of_alice.mentee)
    MatchFactory.create_batch(20, mentor=busy, status="asked")
    french.user.profile.languages.update(code="fr")
    MatchFactory.create_batch(40, mentor=shown)

    for mentor, sentence in [
        (blocked, "The mentor is not available at the moment."),
        (busy, "The mentor has as many unanswered requests as they take."),
        (french, "The mentor and the mentee share no language at working level."),
        (shown, "The mentor is proposed to as many people as they have room for."),
    ]:
        with subtests.test(sentence), pytest.raises(RulesInTheWay, match=sentence):
            propose(request_of_alice, mentor, *BOTH)


def test_a_mentor_on_the_list_is_not_proposed_again(request_of_alice, propose):
    proposed = MatchFactory(help_request=request_of_alice)

    with pytest.raises(AlreadyOnTheList):
        propose(request_of_alice, proposed.mentor)


def test_a_mentor_who_said_no_is_not_proposed_again(request_of_alice, propose):
    declined = MatchFactory(help_request=request_of_alice, status="declined", decline_reason="not_my_field")

    with pytest.raises(RulesInTheWay, match="The mentor was tried for this goal before"):
        propose(request_of_alice, declined.mentor)


def test_a_mentor_whose_question_was_taken_back_is_not_proposed_again(request_of_alice, mentor, propose):
    match = propose(request_of_alice, mentor, *BOTH)
    ask(match)
    withdraw_match(match_id=match.pk, by=request_of_alice.mentee, now=NOW)

    with pytest.raises(RulesInTheWay, match="The mentor was tried for this goal before"):
        propose(request_of_alice, mentor, *BOTH)


@pytest.mark.parametrize("status", ["draft", "matched", "withdrawn"])
def test_only_an_open_request_gets_a_mentor(status, propose):
    with pytest.raises(HelpRequestNotOpen):
        propose(HelpRequestFactory(status=status), MentorFactory())


def test_a_mentee_whose_account_is_deactivated_gets_none(propose):
    with pytest.raises(HelpRequestNotOpen, match="deactivated"):
        propose(HelpRequestFactory(mentee__is_active=False), MentorFactory())


def test_an_admin_does_not_propose_for_themselves(admin_user, propose):
    with pytest.raises(AboutYourself):
        propose(HelpRequestFactory(), MentorFactory(user=admin_user))
    with pytest.raises(AboutYourself):
        propose(HelpRequestFactory(mentee=admin_user), MentorFactory())


def test_the_request_leaves_the_queue_and_is_no_escalation(propose):
    request = waiting(NOW - timedelta(days=4))
    assert requests_without_a_mentor(days=3, now=NOW).exists()

    propose(request, MentorFactory())

    request.refresh_from_db()
    assert (request.queued_at, request.obstacle) == (None, "")
    assert not requests_without_a_mentor(days=3, now=NOW).exists()


def test_a_search_keeps_the_proposal(request_of_alice, mentor, propose):
    match = propose(request_of_alice, mentor, *BOTH)
    HelpRequest.objects.update(mentors_due_at=NOW)

    propose_due_requests(now=NOW)

    assert list(request_of_alice.matches.all()) == [match]


def test_a_correction_judges_the_proposal_anew(request_of_alice, mentor, propose):
    match = propose(request_of_alice, mentor, *BOTH)
    later = NOW + timedelta(hours=1)
    correct_help_request(
        help_request_id=request_of_alice.pk,
        by=request_of_alice.mentee,
        changes={"needs": ["salary negotiation"]},
        now=later,
    )

    propose_due_requests(now=later)

    before = match.reasons
    match.refresh_from_db()
    assert "Teaches machine learning" in " ".join(before)
    assert "machine learning" not in " ".join(match.reasons)
    assert match.reasons[:3] == before[:3]


def test_a_rule_that_was_not_overridden_still_stops_the_question(request_of_alice, mentor, propose):
    match = propose(request_of_alice, mentor, *BOTH)
    MentorProfile.objects.update(capacity=1)
    MentorshipFactory(mentor=mentor)

    with pytest.raises(MentorNotEligible, match="Has no free place"):
        ask(match)


def test_the_rules_are_overridden_for_this_request_only(request_of_alice, mentor, propose, alice):
    propose(request_of_alice, mentor, *BOTH)
    other = HelpRequestFactory(mentee=alice)

    with pytest.raises(RulesInTheWay):
        propose(other, mentor)


@pytest.mark.parametrize(
    "fields",
    [
        {"rules": ["paused"], "reason": REASON},
        {"rules": ["no_overlap"], "reason": " \n"},
        {"rules": ["no_overlap"], "reason": ""},
    ],
)
def test_the_database_keeps_out_what_must_never_be(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        HandProposal.objects.create(match=MatchFactory(), proposed_at=NOW, **fields)


@pytest.mark.django_db(transaction=True)
def test_two_proposals_at_once_leave_one(request_of_alice, mentor, propose):
    rival = race(lambda: propose(request_of_alice, mentor, *BOTH), lambda: propose(request_of_alice, mentor, *BOTH))

    with pytest.raises(AlreadyOnTheList):
        rival.finish()
    assert request_of_alice.matches.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_correction_while_the_pair_is_judged_refuses_the_proposal(request_of_alice, mentor, propose):
    facts = {"help_request_id": request_of_alice.pk, "by": request_of_alice.mentee, "now": NOW}

    # The rival judges the old text before it waits for the lock.
    rival = race(
        lambda: correct_help_request(changes={"needs": ["salary negotiation"]}, **facts),
        lambda: propose(request_of_alice, mentor, *BOTH),
    )

    with pytest.raises(ChangedWhileJudged):
        rival.finish()
    assert not request_of_alice.matches.exists()
    propose(request_of_alice, mentor, *BOTH)


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_not_promised_twice(request_of_alice, mentor, propose):
    MentorProfile.objects.update(capacity=1)
    other = MatchFactory(mentor=mentor, status="asked")

    rival = race(lambda: accept(other), lambda: propose(request_of_alice, mentor, *BOTH))

    with pytest.raises(RulesInTheWay, match="The mentor has no free place"):
        rival.finish()
