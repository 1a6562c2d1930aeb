"""Declining a question, perhaps with a pause, or an offer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from accounts.exceptions import PauseAlreadyOver
from accounts.notifications.deliver import drain
from matching.exceptions import NotYourTurn, PairNotAllowed, TimeAgainPassed
from matching.services.decline import decline_match
from tests.factories import MatchFactory
from tests.helpers import kinds
from tests.matching.helpers import mentee_blocks, mentor_blocks, suspend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def decline_and_pause(match, until_on, now):
    who = {"match_id": match.pk, "by": match.mentor.user}
    decline_match(**who, reason="no_time", note="", now=now, pause=True, pause_until_on=until_on)


def test_declining_tells_the_mentee_and_makes_the_next_search_due(now, rung, django_capture_on_commit_callbacks):
    match = MatchFactory(status="asked")

    with django_capture_on_commit_callbacks(execute=True):
        decline_match(match_id=match.pk, by=match.mentor.user, reason="no_time", note="In spring again.", now=now)

    match.refresh_from_db()
    assert (match.status, match.decline_reason, match.help_request.mentors_due_at) == ("declined", "no_time", now)
    assert kinds(match.help_request.mentee) == ["match_declined"]
    assert ("matching.tasks.propose_matches", match.help_request_id) in rung


def test_declining_an_offer_tells_only_the_mentor(now, mailoutbox):
    match = MatchFactory(status="offered")

    decline_match(match_id=match.pk, by=match.help_request.mentee, reason="other", note="Found one.", now=now)

    match.refresh_from_db()
    assert (match.status, match.help_request.mentors_due_at) == ("declined", now)
    assert kinds(match.help_request.mentee) == []
    drain(now=lambda: now)
    [mail] = mailoutbox
    assert mail.to == [match.mentor.user.email]
    assert "Found one." in mail.body


@pytest.mark.parametrize("until_on", [None, date(2027, 1, 11)])
def test_declining_and_pausing_is_one_step(until_on, now):
    match = MatchFactory(status="asked")

    decline_and_pause(match, until_on, now)

    match.refresh_from_db()
    match.mentor.refresh_from_db()
    assert (match.status, match.mentor.status) == ("declined", "paused")
    assert (match.mentor.pause_cause, match.mentor.paused_until_on) == ("own_wish", until_on)
    assert kinds(match.help_request.mentee) == ["match_declined"]


def test_a_refused_pause_leaves_the_question_open(now):
    match = MatchFactory(status="asked")

    with pytest.raises(PauseAlreadyOver):
        decline_and_pause(match, date(2026, 1, 1), now)

    match.refresh_from_db()
    match.mentor.refresh_from_db()
    assert (match.status, match.mentor.status) == ("asked", "approved")
    assert kinds(match.help_request.mentee) == []


@pytest.mark.parametrize("part", [mentee_blocks, mentor_blocks, suspend])
def test_a_no_between_people_who_are_kept_apart_has_no_note(part, now):
    match = MatchFactory(status="asked")
    part(match)
    no = {"match_id": match.pk, "by": match.mentor.user, "reason": "other", "now": now}

    with pytest.raises(PairNotAllowed, match="without one"):
        decline_match(**no, note="You will hear from me.")
    assert decline_match(**no, note="").status == "declined"


def test_a_suspended_mentor_names_no_day_that_has_come(now):
    match = MatchFactory(status="asked", mentor__status="suspended")

    with pytest.raises(TimeAgainPassed):
        decline_and_pause(match, date(2026, 1, 1), now)


@pytest.mark.parametrize(("status", "until_on"), [("paused", date(2027, 1, 11)), ("suspended", None)])
def test_a_paused_or_suspended_mentor_can_decline_and_ask_for_a_pause(status, until_on, now):
    match = MatchFactory(status="asked", mentor__status=status)

    decline_and_pause(match, date(2027, 1, 11), now)

    match.refresh_from_db()
    match.mentor.refresh_from_db()
    assert (match.status, match.mentor.status, match.mentor.paused_until_on) == ("declined", status, until_on)


def test_a_mentee_cannot_pause_the_mentor(now):
    match = MatchFactory(status="offered")

    with pytest.raises(NotYourTurn):
        decline_match(match_id=match.pk, by=match.help_request.mentee, reason="other", note="", now=now, pause=True)

    match.mentor.refresh_from_db()
    assert match.mentor.status == "approved"


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2026, 11, 22), date(2026, 11, 23)])
def test_a_day_of_time_again_that_has_come_already_is_refused(day, now):
    match = MatchFactory(status="asked")

    with pytest.raises(TimeAgainPassed):
        decline_match(match_id=match.pk, by=match.mentor.user, reason="no_time", note="", now=now, time_again_on=day)

    match.refresh_from_db()
    assert (match.status, match.time_again_on) == ("asked", None)


def test_the_day_of_time_again_is_one_in_the_mentors_zone():
    match = MatchFactory(status="asked", mentor__user__profile__timezone="Asia/Tokyo")
    midnight_has_passed = datetime(2026, 11, 23, 16, tzinfo=UTC)

    with pytest.raises(TimeAgainPassed):
        decline_match(
            match_id=match.pk,
            by=match.mentor.user,
            reason="no_time",
            note="",
            now=midnight_has_passed,
            time_again_on=date(2026, 11, 24),
        )
