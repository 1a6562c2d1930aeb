"""Offering help with a proposed request."""

from __future__ import annotations

import pytest

from accounts.notifications.deliver import drain
from matching.exceptions import OfferNotPossible, OfferSaysNothing, PairNotAllowed, TooManyAsked
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory
from tests.matching.helpers import mentee_blocks
from tests.moves import NOTE, ask, offer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_offering_sends_the_mentee_a_link_to_answer(now, settings, mailoutbox):
    match = MatchFactory(mentor__user__name="Bob Baker")

    offer(match, now)

    match.refresh_from_db()
    assert (match.status, match.offer_note, match.offered_at) == ("offered", NOTE, now)
    assert match.answer_due_at == now + settings.RESPONSE_WINDOW
    drain(now=lambda: now)
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == ([match.help_request.mentee.email], "Bob Baker offers to help you")
    assert NOTE in mail.body
    assert "http://testserver/choose/" in mail.body


@pytest.mark.parametrize("note", [" \n", "Nineteen characters", "?" * 40, "I help." + " " * 40])
def test_an_offer_without_content_is_refused(note, now):
    match = MatchFactory()

    with pytest.raises(OfferSaysNothing):
        offer(match, now, note=note)

    match.refresh_from_db()
    assert match.status == "proposed"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"status": "paused"}, "Come back first"),
        ({"capacity": 1, "active_elsewhere": 1}, "Raise your capacity"),
        ({"formats": ["one_off"]}, "do not meet any more"),
    ],
)
def test_a_mentor_excluded_by_a_rule_is_told_what_to_do(change, sentence, now):
    match = MatchFactory()
    for name, value in change.items():
        setattr(match.mentor, name, value)
    match.mentor.save()

    with pytest.raises(OfferNotPossible, match=sentence):
        offer(match, now)

    match.refresh_from_db()
    assert match.status == "proposed"


def test_a_refused_offer_does_not_reveal_a_block(now):
    match, suspended = MatchFactory(), MatchFactory(mentor__status="suspended")
    mentee_blocks(match)

    sentences = set()
    for each in (match, suspended):
        with pytest.raises(OfferNotPossible) as refusal:
            offer(each, now)
        sentences.add(refusal.value.detail)

    assert len(sentences) == 1


def test_a_full_inbox_or_many_proposals_do_not_prevent_an_offer(now, settings):
    mentor = MentorFactory(capacity=1)
    MatchFactory.create_batch(settings.INBOX_PER_FREE_PLACE, mentor=mentor, status="asked")
    MatchFactory.create_batch(10, mentor=mentor)

    assert offer(MatchFactory(mentor=mentor), now).status == "offered"


def test_an_offer_to_a_closed_account_is_refused(now):
    with pytest.raises(PairNotAllowed):
        offer(MatchFactory(help_request__mentee__is_active=False), now)


def test_questions_and_offers_together_are_three_at_most(now, settings):
    request = HelpRequestFactory()
    MatchFactory(help_request=request, status="offered")
    MatchFactory.create_batch(settings.ASKED_MAX - 1, help_request=request, status="asked")

    with pytest.raises(TooManyAsked):
        offer(MatchFactory(help_request=request), now)


def test_offers_leave_room_for_one_question(now, settings):
    request = HelpRequestFactory()
    for _ in range(settings.ASKED_MAX - 1):
        offer(MatchFactory(help_request=request), now)

    with pytest.raises(TooManyAsked, match="2 mentors are asked or have offered"):
        offer(MatchFactory(help_request=request), now)

    assert ask(MatchFactory(help_request=request), now).status == "asked"


def test_one_offer_is_possible_with_a_limit_of_one(now, settings):
    settings.ASKED_MAX = 1
    request = HelpRequestFactory()
    offer(MatchFactory(help_request=request), now)

    with pytest.raises(TooManyAsked, match="1 mentor is asked or has offered for this request"):
        offer(MatchFactory(help_request=request), now)
