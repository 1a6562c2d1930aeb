"""Withdrawing a question, an offer or a whole help request."""

from __future__ import annotations

import pytest

from accounts.notifications.deliver import drain
from matching.models import Match
from matching.services.withdraw import withdraw_help_request, withdraw_match
from tests.factories import HelpRequestFactory, MatchFactory
from tests.helpers import kinds
from tests.moves import ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_withdrawing_a_question_tells_the_mentor_and_makes_the_next_search_due(
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


def test_a_withdrawn_question_makes_room_for_another(now, settings):
    request = HelpRequestFactory()
    asked = MatchFactory.create_batch(settings.ASKED_MAX, help_request=request, status="asked")
    match = MatchFactory(help_request=request)

    withdraw_match(match_id=asked[0].pk, by=request.mentee, now=now)
    ask(match, now)

    match.refresh_from_db()
    assert match.status == "asked"


def test_withdrawing_an_offer_tells_the_mentee(now, mailoutbox):
    match = MatchFactory(status="offered", mentor__user__name="Bob Baker")

    withdraw_match(match_id=match.pk, by=match.mentor.user, now=now)

    drain(now=lambda: now)
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == ([match.help_request.mentee.email], "Bob Baker takes the offer back")


def test_withdrawing_a_request_ends_live_matches_and_tells_waiting_mentors(now, mailoutbox):
    request = HelpRequestFactory(mentee__name="Alice Archer", mentors_due_at=now)
    asked, offered, proposed, declined = (
        MatchFactory(help_request=request, status=status) for status in ("asked", "offered", "proposed", "declined")
    )

    withdraw_help_request(help_request_id=request.pk, by=request.mentee, now=now)

    request.refresh_from_db()
    assert (request.status, request.closed_at, request.mentors_due_at) == ("withdrawn", now, None)
    statuses = dict(Match.objects.values_list("pk", "status"))
    assert [statuses[match.pk] for match in (asked, offered, proposed, declined)] == [*["withdrawn"] * 3, "declined"]
    assert kinds(proposed.mentor.user) == kinds(declined.mentor.user) == []
    drain(now=lambda: now)
    bodies = {mail.to[0]: mail.body for mail in mailoutbox}
    assert bodies.keys() == {asked.mentor.user.email, offered.mentor.user.email}
    assert "who had asked you for help, does not look for a mentor any more" in bodies[asked.mentor.user.email]
    assert "to whom you had offered your help" in bodies[offered.mentor.user.email]
