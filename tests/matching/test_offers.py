"""A mentor offers help; the mentee says yes or no."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.exceptions import PauseAlreadyOver
from accounts.models import Block
from accounts.notifications.deliver import drain
from matching.exceptions import NotYourTurn, OfferNotPossible, OfferSaysNothing, PairNotAllowed, TooManyAsked
from matching.models import Match
from matching.services.accept import accept_match
from matching.services.ask import ask_mentor
from matching.services.decline import decline_match
from matching.services.offer import offer_help
from matching.services.withdraw import withdraw_match
from mentorship.exceptions import MentorAtCapacity
from mentorship.models import Mentorship
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

NOTE = "Send me your CV and I mark what I would not understand."


def offer(match, now, note=NOTE):
    return offer_help(match_id=match.pk, by=match.mentor.user, note=note, now=now)


def accept(match, now):
    return accept_match(match_id=match.pk, by=match.help_request.mentee, now=now)


def kinds(person):
    return sorted(row.kind for row in person.notifications.all())


def test_offering_tells_the_mentee_with_a_link_to_answer(now, settings, mailoutbox):
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


def test_only_the_mentor_of_the_match_offers(bob, now):
    match = MatchFactory()

    for outsider in (bob, match.help_request.mentee):
        with pytest.raises(NotYourTurn):
            offer_help(match_id=match.pk, by=outsider, note=NOTE, now=now)


@pytest.mark.parametrize("note", [" \n", "Nineteen characters", "?" * 40, "I help." + " " * 40])
def test_an_offer_says_something(note, now):
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
def test_a_mentor_whom_a_rule_excludes_by_now_is_told_what_to_do(change, sentence, now):
    match = MatchFactory()
    for name, value in change.items():
        setattr(match.mentor, name, value)
    match.mentor.save()

    with pytest.raises(OfferNotPossible, match=sentence):
        offer(match, now)

    match.refresh_from_db()
    assert match.status == "proposed"


def test_who_was_blocked_is_not_told_so(now):
    match, suspended = MatchFactory(), MatchFactory(mentor__status="suspended")
    Block.objects.create(blocker=match.help_request.mentee, blocked=match.mentor.user)

    sentences = set()
    for each in (match, suspended):
        with pytest.raises(OfferNotPossible) as refusal:
            offer(each, now)
        sentences.add(refusal.value.detail)

    assert len(sentences) == 1


def test_a_full_inbox_or_many_lists_do_not_keep_a_mentor_from_offering(now, settings):
    mentor = MentorFactory(capacity=1)
    MatchFactory.create_batch(settings.INBOX_PER_FREE_PLACE, mentor=mentor, status="asked")
    MatchFactory.create_batch(10, mentor=mentor)

    assert offer(MatchFactory(mentor=mentor), now).status == "offered"


def test_nobody_offers_to_a_mentee_whose_account_is_closed(now):
    with pytest.raises(PairNotAllowed):
        offer(MatchFactory(help_request__mentee__is_active=False), now)


def test_questions_and_offers_together_are_three_at_most(now, settings):
    request = HelpRequestFactory()
    MatchFactory(help_request=request, status="offered")
    MatchFactory.create_batch(settings.ASKED_MAX - 1, help_request=request, status="asked")

    with pytest.raises(TooManyAsked):
        offer(MatchFactory(help_request=request), now)


def test_offers_leave_the_mentee_a_place_to_ask_somebody(now, settings):
    request = HelpRequestFactory()
    for _ in range(settings.ASKED_MAX - 1):
        offer(MatchFactory(help_request=request), now)

    with pytest.raises(TooManyAsked, match="2 mentors are asked or have offered"):
        offer(MatchFactory(help_request=request), now)

    ask = {"why_you": "You moved as I want to.", "by": request.mentee, "now": now}
    assert ask_mentor(match_id=MatchFactory(help_request=request).pk, **ask).status == "asked"


def test_where_one_may_be_asked_one_may_offer(now, settings):
    settings.ASKED_MAX = 1
    request = HelpRequestFactory()
    offer(MatchFactory(help_request=request), now)

    with pytest.raises(TooManyAsked, match="1 mentor is asked or has offered for this request"):
        offer(MatchFactory(help_request=request), now)


def test_a_yes_to_an_offer_starts_the_mentorship_and_tells_both(now, mailoutbox):
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


def test_an_offer_of_a_mentor_who_is_full_by_now_cannot_be_taken(now):
    mentor = MentorFactory(capacity=1, user__name="Bob Baker")
    match = MatchFactory(mentor=mentor, status="offered")
    MentorshipFactory(mentor=mentor)

    with pytest.raises(MentorAtCapacity, match="Bob Baker has no free place any more"):
        accept(match, now)

    match.refresh_from_db()
    assert (match.status, match.help_request.status) == ("offered", "open")
    assert Mentorship.objects.count() == 1


def test_a_no_to_an_offer_tells_the_mentor_only(now, mailoutbox):
    match = MatchFactory(status="offered")

    decline_match(match_id=match.pk, by=match.help_request.mentee, reason="other", note="Found one.", now=now)

    match.refresh_from_db()
    assert (match.status, match.help_request.mentors_due_at) == ("declined", now)
    assert kinds(match.help_request.mentee) == []
    drain(now=lambda: now)
    [mail] = mailoutbox
    assert mail.to == [match.mentor.user.email]
    assert "Found one." in mail.body


def test_an_offer_taken_back_tells_the_mentee(now, mailoutbox):
    match = MatchFactory(status="offered", mentor__user__name="Bob Baker")

    withdraw_match(match_id=match.pk, by=match.mentor.user, now=now)

    drain(now=lambda: now)
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == ([match.help_request.mentee.email], "Bob Baker takes the offer back")


@pytest.mark.parametrize("until_on", [None, date(2027, 1, 11)])
def test_declining_and_pausing_is_one_step(until_on, now):
    match = MatchFactory(status="asked")

    decline_match(
        match_id=match.pk, by=match.mentor.user, reason="no_time", note="", now=now, pause=True, pause_until_on=until_on
    )

    match.refresh_from_db()
    match.mentor.refresh_from_db()
    assert (match.status, match.mentor.status) == ("declined", "paused")
    assert (match.mentor.pause_cause, match.mentor.paused_until_on) == ("own_wish", until_on)
    assert kinds(match.help_request.mentee) == ["match_declined"]


def test_a_pause_that_cannot_be_leaves_the_question_open(now):
    match = MatchFactory(status="asked")

    with pytest.raises(PauseAlreadyOver):
        decline_match(
            match_id=match.pk,
            by=match.mentor.user,
            reason="no_time",
            note="",
            now=now,
            pause=True,
            pause_until_on=date(2026, 1, 1),
        )

    match.refresh_from_db()
    match.mentor.refresh_from_db()
    assert (match.status, match.mentor.status) == ("asked", "approved")
    assert kinds(match.help_request.mentee) == []


@pytest.mark.parametrize(("status", "until_on"), [("paused", date(2027, 1, 11)), ("suspended", None)])
def test_the_pause_never_refuses_the_no(status, until_on, now):
    match = MatchFactory(status="asked", mentor__status=status)

    decline_match(
        match_id=match.pk,
        by=match.mentor.user,
        reason="no_time",
        note="",
        now=now,
        pause=True,
        pause_until_on=date(2027, 1, 11),
    )

    match.refresh_from_db()
    match.mentor.refresh_from_db()
    assert (match.status, match.mentor.status, match.mentor.paused_until_on) == ("declined", status, until_on)


def test_a_mentee_who_declines_an_offer_pauses_nobody(now):
    match = MatchFactory(status="offered")

    with pytest.raises(NotYourTurn):
        decline_match(match_id=match.pk, by=match.help_request.mentee, reason="other", note="", now=now, pause=True)

    match.mentor.refresh_from_db()
    assert match.mentor.status == "approved"
