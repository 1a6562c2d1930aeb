"""A mentee goes on with a successor, searches further, or waits, after a mentor who cannot go on or pauses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import MentorProfile
from matching.exceptions import (
    HandoverOver,
    NamedMentorNotEligible,
    NothingToWaitFor,
    NotYourTurn,
    TooManyOpenHelpRequests,
    WhyYouTooShort,
)
from matching.jobs.propose import propose_matches
from matching.models import Handover, HelpRequest, Match
from matching.selectors.handovers import notes_brought_to, successors_of
from matching.services.hand_over import hand_over
from matching.services.wait_for_mentor import wait_for_mentor
from mentorship.exceptions import KeptApart
from mentorship.selectors.misses import misses_of
from tests.factories import HandoverFactory, HelpRequestFactory, MentorFactory, MentorshipFactory, SessionFactory
from tests.helpers import kinds, send
from tests.matching.helpers import mentee_blocks, mentorship_of
from tests.moves import WHY, accept, end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def choose(handover, by, now, mentor=None, **values):
    mentor_id = mentor.pk if mentor else None
    why_you = WHY if mentor else ""
    return hand_over(handover_id=handover.pk, by=by, now=now, mentor_id=mentor_id, **{"why_you": why_you} | values)


def test_successors_are_ranked_with_reasons_and_without_the_mentor(pause, bob, successor, now):
    [found] = successors_of(pause, now=now)

    assert (found.mentor.uuid, found.mentor.name) == (successor.uuid, "Sue Cooper")
    assert found.fit > 0
    assert found.reasons


def test_three_successors_are_named_at_most(pause, now):
    MentorFactory.create_batch(4)

    assert len(successors_of(pause, now=now)) == 3


def test_a_mentorship_without_a_request_has_no_successors(now, successor):
    assert successors_of(HandoverFactory(), now=now) == []


def test_choosing_a_successor_ends_the_mentorship_and_asks_them(pause, matched, alice, successor, now):
    opened = choose(pause, alice, now, successor)

    mentorship = mentorship_of(matched)
    match = Match.objects.get(help_request=opened)
    matched.refresh_from_db()
    pause.refresh_from_db()
    assert (mentorship.status, mentorship.end_reason, mentorship.ended_by) == ("ended_early", "handed_over", alice)
    assert (match.mentor, match.status, match.why_you) == (successor, "asked", WHY)
    assert (matched.status, opened.status, opened.copied_from) == ("closed", "open", matched)
    assert (pause.choice, pause.chosen_at, pause.closed_at, pause.help_request) == ("asked", now, now, opened)
    assert kinds(successor.user) == ["match_asked"]


def test_the_mentor_is_told_that_it_ended_and_nothing_more(pause, api, matched, alice, bob, successor, now):
    choose(pause, alice, now, successor)
    send(now)

    [told] = [message for message in mail.outbox if message.to == [bob.email]]
    assert told.subject == "Your mentorship with Alice Archer has ended"
    assert "could not go on" not in told.body
    assert "Alice Archer has ended" not in told.body
    row = api(bob).get(f"/api/v1/mentorships/{mentorship_of(matched).uuid}/").json()
    assert row["end_reason"] == ""


def test_searching_further_opens_the_request_without_the_mentor(gone, alice, bob, successor, now):
    opened = choose(gone, alice, now)
    propose_matches(help_request_id=opened.pk, now=now)

    gone.refresh_from_db()
    assert [match.mentor for match in opened.matches.all()] == [successor]
    assert (gone.choice, gone.help_request) == ("search", opened)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [({"capacity": 1}, NamedMentorNotEligible), ({"status": "paused"}, NamedMentorNotEligible)],
)
def test_a_successor_who_cannot_be_asked_changes_nothing(facts, refusal, pause, alice, matched, now):
    successor = MentorFactory(**facts)
    MentorshipFactory(mentor=successor)

    with pytest.raises(refusal):
        choose(pause, alice, now, successor)

    pause.refresh_from_db()
    assert (pause.choice, pause.closed_at, mentorship_of(matched).status) == ("", None, "active")
    assert HelpRequest.objects.filter(mentee=alice).count() == 1


def test_a_successor_is_asked_with_a_reason(pause, alice, matched, successor, now):
    with pytest.raises(WhyYouTooShort):
        choose(pause, alice, now, successor, why_you="Hi.")

    assert mentorship_of(matched).status == "active"


def test_at_the_limit_of_open_requests_nothing_changes(pause, alice, matched, now, settings):
    for _ in range(settings.OPEN_REQUESTS_MAX):
        HelpRequestFactory(mentee=alice)

    with pytest.raises(TooManyOpenHelpRequests):
        choose(pause, alice, now)

    assert mentorship_of(matched).status == "active"


@pytest.mark.parametrize("move", [choose, lambda row, by, now: wait_for_mentor(handover_id=row.pk, by=by, now=now)])
def test_the_mentee_alone_chooses(move, pause, bob, now):
    with pytest.raises(NotYourTurn):
        move(pause, bob, now)


@pytest.mark.parametrize("move", [choose, lambda row, by, now: wait_for_mentor(handover_id=row.pk, by=by, now=now)])
def test_nothing_is_chosen_once_the_mentor_is_back(move, pause, alice, bob, matched, now):
    MentorProfile.objects.filter(user=bob).update(status="approved", pause_cause="", paused_until_on=None)

    with pytest.raises(HandoverOver):
        move(pause, alice, now)

    assert mentorship_of(matched).status == "active"


def test_a_second_choice_is_refused(pause, alice, successor, now):
    choose(pause, alice, now)

    with pytest.raises(HandoverOver):
        choose(pause, alice, now, successor)


def test_a_session_that_is_near_blames_nobody(pause, alice, bob, now):
    near = SessionFactory(mentorship=pause.mentorship, status="confirmed", starts_at=now + timedelta(hours=5))

    choose(pause, alice, now)

    near.refresh_from_db()
    assert (near.status, near.cancelled_by) == ("cancelled", None)
    assert misses_of(alice, as_mentor=False, now=now) == 0


# --- notes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("takes_notes", [True, False])
def test_shared_notes_go_along_only_if_the_mentee_says_so(takes_notes, pause, alice, successor, now):
    told = SessionFactory(mentorship=pause.mentorship, status="held", shared_notes="Practise STAR answers.")
    SessionFactory(mentorship=pause.mentorship, status="cancelled")
    opened = choose(pause, alice, now, successor, takes_notes=takes_notes)

    mentorship = accept(opened.matches.get(mentor=successor))

    for reader in (alice, successor.user):
        assert notes_brought_to(mentorship, to=reader) == ([told] if takes_notes else [])


def test_notes_do_not_reach_a_mentor_who_did_not_say_yes(pause, alice, successor, now):
    SessionFactory(mentorship=pause.mentorship, status="held", shared_notes="Practise STAR answers.")
    choose(pause, alice, now, successor, takes_notes=True)
    other = MentorshipFactory(mentor=successor, place=2)

    assert notes_brought_to(other, to=successor.user) == []


def test_after_a_block_the_notes_are_hidden(pause, alice, successor, now):
    SessionFactory(mentorship=pause.mentorship, status="held", shared_notes="Practise STAR answers.")
    opened = choose(pause, alice, now, successor, takes_notes=True)
    match = opened.matches.get(mentor=successor)
    mentorship = accept(match)
    mentee_blocks(match)

    assert notes_brought_to(mentorship, to=successor.user) == []


def test_the_mentor_reads_notes_of_an_earlier_one_while_the_mentorship_runs(pause, alice, successor, now):
    told = SessionFactory(mentorship=pause.mentorship, status="held", shared_notes="Practise STAR answers.")
    opened = choose(pause, alice, now, successor, takes_notes=True)
    mentorship = accept(opened.matches.get(mentor=successor))

    mentorship = end(mentorship)

    assert [notes_brought_to(mentorship, to=reader) for reader in (alice, successor.user)] == [[told], []]


# --- waiting ----------------------------------------------------------------------------------------------------


def test_waiting_pauses_the_mentorship_and_tells_both(pause, alice, bob, matched, now):
    wait_for_mentor(handover_id=pause.pk, by=alice, now=now)

    pause.refresh_from_db()
    assert mentorship_of(matched).status == "paused"
    assert (pause.choice, pause.chosen_at, pause.paused_it, pause.closed_at) == ("wait", now, True, None)
    assert (kinds(alice), kinds(bob)) == (["handover_waits"], ["handover_waits"])


def test_waiting_twice_tells_once(pause, alice, now):
    for _ in range(2):
        wait_for_mentor(handover_id=pause.pk, by=alice, now=now)

    assert kinds(alice) == ["handover_waits"]


def test_a_mentee_who_waits_can_still_choose_a_successor(pause, alice, matched, successor, now):
    wait_for_mentor(handover_id=pause.pk, by=alice, now=now)

    choose(pause, alice, now, successor)

    pause.refresh_from_db()
    assert (pause.choice, pause.paused_it, mentorship_of(matched).status) == ("asked", False, "ended_early")


def test_nobody_waits_for_a_mentor_who_is_gone(gone, alice, now):
    with pytest.raises(NothingToWaitFor):
        wait_for_mentor(handover_id=gone.pk, by=alice, now=now)


def test_nobody_waits_for_a_pause_without_an_end(pause, alice, bob, now):
    MentorProfile.objects.filter(user=bob).update(paused_until_on=None)

    with pytest.raises(NothingToWaitFor):
        wait_for_mentor(handover_id=pause.pk, by=alice, now=now)


def test_after_a_block_nobody_waits(pause, alice, matched, now):
    mentee_blocks(matched.matches.get(status="accepted"))

    with pytest.raises(KeptApart):
        wait_for_mentor(handover_id=pause.pk, by=alice, now=now)

    assert Handover.objects.get().choice == ""
