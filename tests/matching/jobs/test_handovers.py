"""The sweep over mentors who cannot go on or pause for long, and the mentees who choose."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.models import MentorProfile, Notification, User
from accounts.services.mentors import lift_suspension, suspend_mentor
from matching.models import Handover, HelpRequest
from matching.services.wait_for_mentor import wait_for_mentor
from matching.tasks import tend_handovers
from mentorship.jobs.kept_apart import cancel_kept_apart
from mentorship.models import Mentorship, Session
from mentorship.services.pause import pause_mentorship, resume_mentorship
from tests.factories import (
    NOW,
    GoalFactory,
    HandoverFactory,
    HelpRequestFactory,
    MentorFactory,
    MentorshipFactory,
    SessionFactory,
)
from tests.helpers import kinds, send
from tests.matching.helpers import mentee_blocks, mentor_blocks, mentorship_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAY = timedelta(days=1)
WEEK = 7 * DAY


@pytest.fixture
def sweep(monkeypatch):
    """Return a function that runs the sweep at a time, NOW by default."""

    def run(at: datetime = NOW) -> int:
        monkeypatch.setattr("matching.tasks.timezone.now", lambda: at)
        return tend_handovers()

    return run


def pause(person: User, days: int | None, *, at: datetime = NOW) -> None:
    until_on = at.date() + timedelta(days=days) if days else None
    pause_mentoring(mentor_id=person.mentor.pk, cause="own_wish", until_on=until_on, now=at)


def suspend(person: User) -> None:
    suspend_mentor(mentor_id=person.mentor.pk, by=None, reason="Broke the rules.", now=NOW)


def leave(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def pause_for_long(person: User) -> None:
    pause(person, 60)


@pytest.mark.parametrize(("goes", "cause"), [(suspend, "suspended"), (leave, "left"), (pause_for_long, "paused")])
def test_the_mentee_is_asked_once(goes, cause, sweep, matched, alice, bob):
    goes(bob)

    assert (sweep(), sweep()) == (1, 0)

    handover = Handover.objects.get()
    assert (handover.mentorship, handover.cause, handover.opened_at) == (mentorship_of(matched), cause, NOW)
    assert kinds(alice) == ["handover_opened"]


@pytest.mark.parametrize(
    ("days", "after", "asked"),
    [(21, 0 * DAY, 0), (22, 0 * DAY, 1), (None, 21 * DAY - timedelta(seconds=1), 0), (None, 21 * DAY, 1)],
)
def test_a_pause_of_more_than_three_weeks_asks(days, after, asked, sweep, matched, bob):
    pause(bob, days)

    assert sweep(NOW + after) == asked


def test_a_mentorship_that_is_over_or_whose_mentee_left_asks_nobody(sweep, matched, alice, bob):
    MentorshipFactory(mentor=bob.mentor, status="completed")
    leave(alice)
    suspend(bob)

    assert sweep() == 0


def test_after_a_block_a_pause_asks_nobody(sweep, matched, bob):
    mentee_blocks(matched.matches.get(status="accepted"))
    pause(bob, 60)

    assert sweep() == 0


@pytest.mark.parametrize("part", [mentee_blocks, mentor_blocks])
@pytest.mark.parametrize("is_told", [True, False])
def test_after_a_block_no_mail_about_a_pause_leaves(is_told, part, sweep, matched, alice, bob):
    pause(bob, 60)
    sweep()
    if is_told:
        send(NOW)
    mail.outbox.clear()
    part(matched.matches.get(status="accepted"))

    sweep(NOW + 8 * DAY)
    send(NOW + 8 * DAY)

    assert [message.subject for message in mail.outbox if message.to == [alice.email]] == []
    assert kinds(alice) == ["handover_opened"]


def test_the_mail_says_why_and_leads_to_the_choice(sweep, matched, alice, bob):
    pause(bob, 60)
    sweep()
    send(NOW)

    [told] = [message for message in mail.outbox if message.to == [alice.email]]
    assert told.subject == "Bob Baker pauses: how do you go on?"
    assert "Bob Baker pauses mentoring until 22 January 2027." in told.body
    assert "http://testserver/handover/" in told.body


def test_the_mail_does_not_name_a_suspension(sweep, matched, alice, bob):
    suspend(bob)
    sweep()
    send(NOW)

    [told] = [message for message in mail.outbox if message.to == [alice.email]]
    assert told.subject == "Bob Baker cannot go on as your mentor"
    assert "suspend" not in told.body.lower()
    assert bob.email not in told.body


# --- sessions ---------------------------------------------------------------------------------------------------


def session(matched, days: int) -> Session:
    return SessionFactory(mentorship=mentorship_of(matched), status="confirmed", starts_at=NOW + timedelta(days=days))


def cancelled() -> set[int]:
    return set(Session.objects.filter(status="cancelled").values_list("pk", flat=True))


def test_sessions_within_a_pause_are_cancelled_and_both_are_told(sweep, matched, alice, bob):
    within, after = session(matched, 5), session(matched, 61)
    held = SessionFactory(mentorship=mentorship_of(matched), status="held", starts_at=NOW - DAY)
    proposed = SessionFactory(mentorship=mentorship_of(matched), times=[NOW + DAY, NOW + 2 * DAY])
    later = SessionFactory(mentorship=mentorship_of(matched), times=[NOW + DAY, NOW + 70 * DAY])
    pause(bob, 60)

    sweep()

    assert cancelled() == {within.pk, proposed.pk}
    assert {after.pk, held.pk, later.pk}.isdisjoint(cancelled())
    assert kinds(alice).count("session_cancelled") == kinds(bob).count("session_cancelled") == 2
    send(NOW)
    sent = [str(message.message()) for message in mail.outbox if message.to == [alice.email]]
    assert sum('method="CANCEL"' in text for text in sent) == 1


def test_the_last_day_of_a_pause_ends_in_the_zone_of_the_mentor(sweep, matched, bob):
    bob.profile.timezone = "Pacific/Auckland"
    bob.profile.save()
    pause_mentoring(mentor_id=bob.mentor.pk, cause="own_wish", until_on=date(2027, 1, 22), now=NOW)
    # The 22nd of January begins at 11:00 UTC on the 21st there.
    midnight = datetime(2027, 1, 21, 11, tzinfo=UTC)
    early, late = (
        SessionFactory(mentorship=mentorship_of(matched), status="confirmed", starts_at=at)
        for at in (midnight - timedelta(hours=1), midnight)
    )

    sweep()

    assert cancelled() == {early.pk}
    assert late.pk not in cancelled()


def test_a_pause_that_becomes_longer_cancels_more_and_tells_who_waits(sweep, matched, alice, bob):
    between, after = session(matched, 70), session(matched, 100)
    pause(bob, 60)
    sweep()
    wait_for_mentor(handover_id=Handover.objects.get().pk, by=alice, now=NOW)
    assert cancelled() == set()

    for days in (80, 90):
        pause(bob, days)
        assert (sweep(), sweep()) == (1, 0)

    assert cancelled() == {between.pk}
    assert after.pk not in cancelled()
    assert kinds(alice).count("handover_waits") == 2


def test_a_pause_that_loses_its_end_cancels_all_sessions(sweep, matched, bob):
    ahead = session(matched, 70)
    pause(bob, 60)
    sweep()
    pause(bob, None)

    assert (sweep(), sweep()) == (1, 0)

    assert cancelled() == {ahead.pk}


def test_a_pause_that_becomes_shorter_changes_nothing(sweep, matched, bob):
    pause(bob, 60)
    sweep()
    pause(bob, 5)

    assert sweep() == 0


def test_a_pause_by_the_community_cancels_no_session(sweep, matched, bob):
    session(matched, 30)
    pause_mentoring(mentor_id=bob.mentor.pk, cause="silence", until_on=None, now=NOW)

    assert sweep(NOW + 21 * DAY) == 1
    assert cancelled() == set()


def test_all_sessions_with_a_suspended_mentor_are_cancelled(sweep, matched, bob):
    sessions = {session(matched, 5).pk, session(matched, 61).pk}
    suspend(bob)

    sweep()
    cancel_kept_apart(now=NOW)

    assert cancelled() == sessions


# --- the mentor's return ----------------------------------------------------------------------------------------


def test_a_lifted_suspension_closes_it_and_tells_the_mentee(sweep, matched, alice, bob):
    suspend(bob)
    sweep()
    lift_suspension(mentor_id=bob.mentor.pk, by=None, reason="A mistake.", now=NOW + DAY)

    assert (sweep(NOW + DAY), sweep(NOW + DAY)) == (1, 0)

    assert Handover.objects.get().closed_at == NOW + DAY
    assert kinds(alice) == ["handover_opened", "handover_over"]
    assert mentorship_of(matched).status == "active"


def test_a_mentor_who_comes_back_early_resumes_the_mentorship_that_waited(sweep, matched, alice, bob):
    pause(bob, 60)
    sweep()
    wait_for_mentor(handover_id=Handover.objects.get().pk, by=alice, now=NOW)
    resume_mentoring(mentor_id=bob.mentor.pk, now=NOW + DAY)

    sweep(NOW + DAY)

    assert mentorship_of(matched).status == "active"
    assert kinds(alice) == ["handover_opened", "handover_over", "handover_waits"]
    assert kinds(bob) == ["handover_over", "handover_waits", "mentor_paused"]


def test_a_mentorship_that_the_two_had_paused_stays_paused(sweep, matched, alice, bob):
    pause_mentorship(mentorship_id=mentorship_of(matched).pk, by=alice, now=NOW)
    pause(bob, 60)
    sweep()
    wait_for_mentor(handover_id=Handover.objects.get().pk, by=alice, now=NOW)
    resume_mentoring(mentor_id=bob.mentor.pk, now=NOW + DAY)

    sweep(NOW + DAY)

    assert mentorship_of(matched).status == "paused"


def test_a_mentorship_that_the_two_pause_after_the_wait_stays_paused(sweep, matched, alice, bob):
    pause(bob, 60)
    sweep()
    wait_for_mentor(handover_id=Handover.objects.get().pk, by=alice, now=NOW)
    resume_mentorship(mentorship_id=mentorship_of(matched).pk, by=alice, now=NOW + DAY)
    pause_mentorship(mentorship_id=mentorship_of(matched).pk, by=alice, now=NOW + 2 * DAY)
    resume_mentoring(mentor_id=bob.mentor.pk, now=NOW + 3 * DAY)

    sweep(NOW + 3 * DAY)

    assert mentorship_of(matched).status == "paused"


def test_a_pause_that_becomes_a_suspension_asks_anew(sweep, matched, alice, bob):
    pause(bob, 60)
    sweep()
    wait_for_mentor(handover_id=Handover.objects.get().pk, by=alice, now=NOW)
    suspend(bob)

    assert sweep(NOW + DAY) == 2

    assert list(Handover.objects.order_by("pk").values_list("cause", "closed_at")) == [
        ("paused", NOW + DAY),
        ("suspended", None),
    ]
    assert "handover_over" not in kinds(alice)


def test_the_end_of_the_mentorship_closes_it_without_a_word(sweep, matched, alice, bob):
    suspend(bob)
    sweep()
    Mentorship.objects.update(status="ended_early", end_reason="other", ended_at=NOW)

    assert sweep() == 1

    assert Handover.objects.get().closed_at == NOW
    assert kinds(alice) == ["handover_opened"]


def test_a_mentor_who_pauses_again_and_again_asks_once_a_day(sweep, matched, alice, bob):
    for _ in range(3):
        pause(bob, 60)
        sweep()
        resume_mentoring(mentor_id=bob.mentor.pk, now=NOW)
        sweep()

    assert kinds(alice) == ["handover_opened", "handover_over"]


def test_a_message_about_a_choice_that_is_over_is_not_sent(sweep, matched, alice, bob):
    suspend(bob)
    sweep()
    lift_suspension(mentor_id=bob.mentor.pk, by=None, reason="A mistake.", now=NOW)
    send(NOW)

    assert Notification.objects.get(recipient=alice, kind="handover_opened").status == "skipped"


# --- no answer --------------------------------------------------------------------------------------------------


def test_after_a_week_the_mentee_is_reminded_once(sweep, matched, alice, bob):
    pause(bob, 60)
    sweep()

    counts = [sweep(NOW + WEEK - DAY), sweep(NOW + WEEK), sweep(NOW + WEEK + DAY)]

    assert counts == [0, 1, 0]
    assert kinds(alice) == ["handover_opened", "handover_reminder"]


def test_a_mentee_who_waits_is_not_reminded(sweep, matched, alice, bob):
    pause(bob, 60)
    sweep()
    wait_for_mentor(handover_id=Handover.objects.get().pk, by=alice, now=NOW)

    assert sweep(NOW + WEEK) == 0


@pytest.mark.parametrize("goes", [suspend, leave])
def test_after_two_weeks_the_request_of_a_gone_mentor_is_open_again(goes, sweep, matched, alice, bob):
    goes(bob)
    for days in (0, 7, 13):
        sweep(NOW + timedelta(days=days))
    assert mentorship_of(matched).status == "active"

    sweep(NOW + 2 * WEEK)

    mentorship, handover = mentorship_of(matched), Handover.objects.get()
    matched.refresh_from_db()
    opened = handover.help_request
    assert (mentorship.status, mentorship.end_reason, mentorship.ended_by) == ("ended_early", "handed_over", None)
    assert (handover.choice, handover.closed_at, handover.takes_notes) == ("unanswered", NOW + 2 * WEEK, False)
    assert (matched.status, opened.status, opened.copied_from) == ("closed", "open", matched)
    assert opened.mentors_due_at == NOW + 2 * WEEK
    send(NOW + 2 * WEEK)
    [told] = [message for message in mail.outbox if message.subject == "Your mentorship with Bob Baker has ended"]
    assert told.to == [alice.email]
    assert Notification.objects.get(recipient=alice, kind="mentorship_ended").payload["looks_on"] == "yes"


def test_a_paused_mentor_is_simply_waited_for(sweep, matched, bob):
    pause(bob, 60)
    for days in (0, 7, 14, 21):
        sweep(NOW + timedelta(days=days))

    assert (mentorship_of(matched).status, Handover.objects.get().closed_at) == ("active", None)


def test_without_room_for_a_request_a_draft_is_left(sweep, matched, alice, bob, settings):
    for _ in range(settings.OPEN_REQUESTS_MAX):
        HelpRequestFactory(mentee=alice)
    suspend(bob)
    for weeks in range(3):
        sweep(NOW + weeks * WEEK)

    assert Handover.objects.get().help_request.status == "draft"
    assert "looks_on" not in Notification.objects.get(recipient=alice, kind="mentorship_ended").payload


def test_a_mentee_who_paused_asking_gets_a_draft(sweep, matched, alice, bob):
    alice.profile.asking_paused_at = NOW
    alice.profile.save()
    suspend(bob)
    for weeks in range(3):
        sweep(NOW + weeks * WEEK)

    assert Handover.objects.get().help_request.status == "draft"


def test_without_a_request_the_mentorship_just_ends(sweep):
    mentorship = MentorshipFactory(mentor__status="suspended")
    for weeks in range(3):
        sweep(NOW + weeks * WEEK)

    mentorship.refresh_from_db()
    assert (mentorship.status, HelpRequest.objects.count()) == ("ended_early", 0)


def test_a_goal_that_is_reached_opens_no_request(sweep, matched, bob):
    suspend(bob)
    sweep()
    sweep(NOW + WEEK)
    goal = mentorship_of(matched).goal
    type(goal).objects.filter(pk=goal.pk).update(status="reached", ended_at=NOW, settled_at=NOW)

    sweep(NOW + 2 * WEEK)

    assert (mentorship_of(matched).status, HelpRequest.objects.count()) == ("ended_early", 1)


# --- constraints ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"closed_at": NOW, "choice": "search"},
        {"closed_at": NOW, "chosen_at": NOW},
        {"closed_at": NOW, "choice": "wait", "chosen_at": NOW, "cause": "left"},
        {"choice": "asked", "chosen_at": NOW},
        {"closed_at": NOW, "takes_notes": True},
        {"closed_at": NOW, "choice": "unanswered", "chosen_at": NOW, "takes_notes": True},
        {"closed_at": NOW, "paused_it": True},
        {"closed_at": NOW, "cause": "other"},
    ],
)
def test_the_database_refuses_a_handover_that_cannot_be(facts):
    first = HandoverFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        HandoverFactory(mentorship=first.mentorship, **facts)


def test_a_closed_handover_leaves_room_for_another():
    first = HandoverFactory(closed_at=NOW)

    HandoverFactory(mentorship=first.mentorship)

    assert Handover.objects.count() == 2


def test_each_mentee_of_a_mentor_is_asked(sweep):
    mentor = MentorFactory(status="suspended")
    for place in (1, 2):
        MentorshipFactory(mentor=mentor, place=place, goal=GoalFactory())

    assert sweep() == 2
    assert MentorProfile.objects.get(pk=mentor.pk).status == "suspended"
