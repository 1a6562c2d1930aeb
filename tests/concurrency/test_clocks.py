"""Sweeps against people and against each other. A locked row is left alone, and nothing happens twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction

from accounts.exceptions import MoveNotAllowed
from accounts.jobs.pauses import end_pauses
from accounts.models import MentorProfile, Notification
from matching.exceptions import HelpRequestNotOpen
from matching.jobs.expire import expire_match, expire_unanswered
from matching.jobs.remind import remind_unanswered
from matching.jobs.still_looking import ask_still_looking, expire_abandoned, expire_request
from matching.jobs.weekly_mail import send_weekly_requests
from matching.models import Match
from matching.services.renew import renew_help_request
from mentorship.models import Mentorship
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorFactory
from tests.helpers import Rival, race
from tests.matching.helpers import abandoned_request, overdue
from tests.moves import accept

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]


def test_the_sweep_passes_over_a_match_that_is_being_accepted():
    match = overdue()

    with transaction.atomic():
        accept(match)
        assert Rival(lambda: expire_unanswered(now=NOW)).finish() == 0  # it passed over the locked row

    assert expire_unanswered(now=NOW) == 0
    match.refresh_from_db()
    assert match.status == "accepted"
    assert not Notification.objects.filter(kind="match_expired").exists()


def test_an_acceptance_waits_for_an_expiry_and_is_refused():
    match = overdue()

    rival = race(lambda: expire_match(match_id=match.pk, now=NOW), lambda: accept(match))

    with pytest.raises(MoveNotAllowed, match="the match is expired"):
        rival.finish()
    assert not Mentorship.objects.exists()


def test_two_sweeps_expire_a_match_once_and_send_one_message():
    matches = [overdue() for _ in range(3)]

    with transaction.atomic():
        assert expire_match(match_id=matches[0].pk, now=NOW)
        assert Rival(lambda: expire_unanswered(now=NOW)).finish() == 2

    assert expire_unanswered(now=NOW) == 0
    assert Notification.objects.filter(kind="match_expired").count() == 3
    assert Match.objects.filter(status="expired").count() == 3


def test_two_sweeps_count_the_silence_of_a_mentor_one_after_the_other():
    mentor = MentorFactory(status_since_at=NOW - timedelta(days=30))
    MatchFactory(mentor=mentor, status="expired", reminders_sent=2)
    second, third = overdue(mentor=mentor), overdue(mentor=mentor)

    with transaction.atomic():
        assert expire_match(match_id=second.pk, now=NOW)
        # The other sweep passes over a second request to a locked mentor, so it sees both later.
        assert Rival(lambda: expire_unanswered(now=NOW)).finish() == 0

    third.refresh_from_db()
    assert third.status == "asked"
    assert expire_unanswered(now=NOW) == 1
    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause) == ("paused", "silence")
    assert mentor.user.notifications.filter(kind="mentor_paused_for_silence").count() == 1


def test_sweeps_at_the_same_time_expire_everything_once():
    mentor = MentorFactory(status_since_at=NOW - timedelta(days=30))
    for _ in range(6):
        overdue(mentor=mentor)
        overdue()

    done = sum(rival.finish() for rival in [Rival(lambda: expire_unanswered(now=NOW)) for _ in range(4)])
    done += expire_unanswered(now=NOW)

    assert done == 12
    assert Notification.objects.filter(kind="match_expired").count() == 12
    assert mentor.user.notifications.filter(kind="mentor_paused_for_silence").count() == 1


def test_the_sweep_does_not_wait_for_a_locked_mentor(caplog):
    match = overdue()

    with transaction.atomic():
        MentorProfile.objects.select_for_update(no_key=True).get(pk=match.mentor_id)
        assert Rival(lambda: expire_unanswered(now=NOW)).finish() == 0

    assert caplog.text == ""  # waiting for the lock would have ended in a time-out
    match.refresh_from_db()
    assert match.status == "asked"


def test_the_sweep_does_not_wait_for_a_locked_request(caplog):
    match = overdue()

    with transaction.atomic():
        renew_help_request(help_request_id=match.help_request_id, by=match.help_request.mentee, now=NOW)
        assert Rival(lambda: expire_unanswered(now=NOW)).finish() == 0

    assert caplog.text == ""  # waiting for the lock would have ended in a time-out
    match.refresh_from_db()
    assert match.status == "asked"


def test_two_sweeps_send_one_reminder():
    match = MatchFactory(status="asked", asked_at=NOW - timedelta(hours=48))

    with transaction.atomic():
        assert remind_unanswered(now=NOW) == 1
        assert Rival(lambda: remind_unanswered(now=NOW)).finish() == 0

    assert match.mentor.user.notifications.filter(kind="match_reminder").count() == 1


def test_the_sweep_passes_over_an_abandoned_request_that_is_being_matched():
    request = abandoned_request()
    match = MatchFactory(help_request=request, status="asked", asked_at=NOW - timedelta(days=30))

    with transaction.atomic():
        accept(match)
        assert Rival(lambda: expire_abandoned(now=NOW)).finish() == 0

    assert expire_abandoned(now=NOW) == 0
    request.refresh_from_db()
    assert request.status == "matched"


def test_an_acceptance_waits_for_the_expiry_of_its_request_and_is_refused():
    request = abandoned_request()
    match = MatchFactory(help_request=request, status="asked", asked_at=NOW - timedelta(days=30))

    rival = race(lambda: expire_request(help_request_id=request.pk, now=NOW), lambda: accept(match))

    with pytest.raises(HelpRequestNotOpen):
        rival.finish()
    match.refresh_from_db()
    assert match.status == "withdrawn"
    assert not Mentorship.objects.exists()


def test_the_sweep_passes_over_a_request_that_is_being_renewed():
    request = abandoned_request()

    with transaction.atomic():
        renew_help_request(help_request_id=request.pk, by=request.mentee, now=NOW)
        assert Rival(lambda: expire_abandoned(now=NOW)).finish() == 0

    assert expire_abandoned(now=NOW) == 0
    request.refresh_from_db()
    assert (request.status, request.renewed_at) == ("open", NOW)


def test_two_sweeps_ask_once_if_the_mentee_is_still_looking():
    HelpRequestFactory(opened_at=NOW - settings.STILL_LOOKING_AFTER)

    with transaction.atomic():
        assert ask_still_looking(now=NOW) == 1
        assert Rival(lambda: ask_still_looking(now=NOW)).finish() == 0

    assert Notification.objects.filter(kind="still_looking").count() == 1


def test_two_sweeps_bring_a_mentor_back_once():
    MentorFactory(status="paused", pause_cause="own_wish", paused_until_on=NOW.date())

    with transaction.atomic():
        assert end_pauses(now=NOW) == 1
        assert Rival(lambda: end_pauses(now=NOW)).finish() == 0

    assert Notification.objects.filter(kind="mentor_is_back").count() == 1


def test_sweeps_at_the_same_time_write_the_weekly_mail_once():
    MatchFactory(mentor__weekly_mail=True)

    for rival in [Rival(lambda: send_weekly_requests(now=NOW)) for _ in range(4)]:
        rival.finish()

    assert Notification.objects.filter(kind="weekly_requests").count() == 1
