"""Asking with a reason of one's own, taking a question back, and "not for me"."""

from __future__ import annotations

import pytest

from accounts.notifications.deliver import drain
from matching.exceptions import MentorNotEligible, NotYourTurn, TooManyAsked, WhyYouCopied, WhyYouTooShort
from matching.jobs.propose import propose_matches
from matching.models import Match
from matching.services.ask import ask_mentor
from matching.services.dismiss import dismiss_match
from matching.services.withdraw import withdraw_match
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

WHY = "You moved from research to industry as I want to."


def ask(match, now, why_you=WHY):
    return ask_mentor(match_id=match.pk, by=match.help_request.mentee, why_you=why_you, now=now)


def kinds(person):
    return sorted(row.kind for row in person.notifications.all())


@pytest.mark.parametrize("why_you", ["", " " * 30, "Please help me now.", ". . . . . . . . . . . . ."])
def test_a_question_says_why_this_mentor(why_you, now):
    match = MatchFactory()

    with pytest.raises(WhyYouTooShort):
        ask(match, now, why_you)

    match.refresh_from_db()
    assert match.status == "proposed"


@pytest.mark.parametrize("status", ["asked", "declined", "expired", "withdrawn"])
@pytest.mark.parametrize(
    "copy", [WHY, WHY.upper(), "  You moved from research\nto industry –\t as I want to!!", WHY.replace(" ", "  ")]
)
def test_why_you_is_not_copied_from_one_mentor_to_the_next(status, copy, alice, now):
    MatchFactory(help_request__mentee=alice, status=status, why_you=WHY)
    match = MatchFactory(help_request__mentee=alice)

    with pytest.raises(WhyYouCopied):
        ask(match, now, copy)

    match.refresh_from_db()
    assert match.status == "proposed"


def test_another_name_does_not_make_a_copy_an_original(alice, now):
    for name in ("Bob Baker", "Chloé Cook"):
        match = MatchFactory(help_request__mentee=alice, mentor__user__name=name)
        if name == "Bob Baker":
            ask(match, now, "Dear Bob Baker, you lead a team as I want to.")

    with pytest.raises(WhyYouCopied):
        ask(match, now, "Dear Chloé Cook, you lead a team as I want to.")


def test_the_same_words_of_somebody_else_or_to_the_same_mentor_are_no_copy(alice, now):
    mentor = MentorFactory(capacity=5)
    MatchFactory(why_you=WHY, status="asked")
    MatchFactory(help_request__mentee=alice, mentor=mentor, why_you=WHY, status="withdrawn")
    match = MatchFactory(help_request__mentee=alice, mentor=mentor)

    ask(match, now)

    match.refresh_from_db()
    assert match.status == "asked"


def test_offers_count_among_what_waits_for_an_answer(now, settings):
    request = HelpRequestFactory()
    MatchFactory.create_batch(settings.ASKED_MAX, help_request=request, status="offered")

    with pytest.raises(TooManyAsked, match="decline an offer"):
        ask(MatchFactory(help_request=request), now)


def test_taking_a_question_back_tells_the_mentor_and_looks_for_the_next(
    now, rung, mailoutbox, django_capture_on_commit_callbacks
):
    match = MatchFactory(status="asked", help_request__mentee__name="Alice Archer")

    with django_capture_on_commit_callbacks(execute=True):
        withdraw_match(match_id=match.pk, by=match.help_request.mentee, now=now)

    match.refresh_from_db()
    assert (match.status, match.ended_at, match.answer_due_at) == ("withdrawn", now, None)
    assert match.help_request.mentors_due_at == now
    assert ("matching.tasks.propose_matches", match.help_request_id) in rung
    drain(now=lambda: now)
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == ([match.mentor.user.email], "Alice Archer does not need your answer any more")
    assert "has taken the question back" in mail.body


def test_a_question_taken_back_makes_room_for_another(now, settings):
    request = HelpRequestFactory()
    asked = MatchFactory.create_batch(settings.ASKED_MAX, help_request=request, status="asked")
    match = MatchFactory(help_request=request)

    withdraw_match(match_id=asked[0].pk, by=request.mentee, now=now)
    ask(match, now)

    match.refresh_from_db()
    assert match.status == "asked"


def test_nobody_asks_dismisses_or_withdraws_for_somebody_else(bob, now):
    match, asked = MatchFactory(), MatchFactory(status="asked")

    for outsider in (bob, match.mentor.user):
        with pytest.raises(NotYourTurn):
            ask_mentor(match_id=match.pk, by=outsider, why_you=WHY, now=now)
        with pytest.raises(NotYourTurn):
            dismiss_match(match_id=match.pk, by=outsider, reason="known", now=now)
    for outsider in (bob, asked.mentor.user):
        with pytest.raises(NotYourTurn):
            withdraw_match(match_id=asked.pk, by=outsider, now=now)


def test_a_dismissed_mentor_is_not_told_and_another_one_is_looked_for(now):
    match = MatchFactory()

    dismiss_match(match_id=match.pk, by=match.help_request.mentee, reason="too_far", now=now)

    match.refresh_from_db()
    assert (match.status, match.dismiss_reason, match.help_request.mentors_due_at) == ("dismissed", "too_far", now)
    assert kinds(match.mentor.user) == []


def test_a_dismissed_mentor_is_never_proposed_again_for_this_request(now):
    match, fresh = MatchFactory(), MentorFactory()
    dismiss_match(match_id=match.pk, by=match.help_request.mentee, reason="known", now=now)

    assert propose_matches(help_request_id=match.help_request_id, now=now) == 1

    assert Match.objects.get(status="proposed").mentor == fresh
    assert Match.objects.filter(mentor=match.mentor).count() == 1


def test_who_cannot_be_asked_is_replaced(now):
    match = MatchFactory(mentor__status="paused")

    with pytest.raises(MentorNotEligible):
        ask(match, now)

    match.help_request.refresh_from_db()
    assert match.help_request.mentors_due_at == now
