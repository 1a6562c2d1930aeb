"""Old requests are asked about, and expire without an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail

from accounts.notifications.deliver import drain
from matching.jobs.expire import expire_unanswered
from matching.jobs.still_looking import ask_still_looking, expire_abandoned
from matching.services.ask import ask_mentor
from matching.services.decline import decline_match
from matching.services.dismiss import dismiss_match
from matching.services.offer import offer_help
from matching.services.renew import renew_help_request
from matching.services.withdraw import withdraw_match
from tests.factories import NOW, HelpRequestFactory, MatchFactory
from tests.helpers import kinds
from tests.matching.helpers import mail_to
from tests.moves import NOTE, WHY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

AFTER, GRACE = settings.STILL_LOOKING_AFTER, settings.STILL_LOOKING_GRACE

SECOND = timedelta(seconds=1)


@pytest.fixture
def old():
    return HelpRequestFactory(opened_at=NOW - AFTER, mentee__name="Alice Archer")


NO = {"reason": "other", "note": ""}


def test_after_60_days_the_mentee_is_asked_once(old):
    HelpRequestFactory(opened_at=NOW - AFTER + SECOND)

    assert ask_still_looking(now=NOW - SECOND) == 0
    assert ask_still_looking(now=NOW) == 1
    assert ask_still_looking(now=NOW) == 0

    old.refresh_from_db()
    assert (old.status, old.still_looking_at) == ("open", NOW)
    assert kinds(old.mentee) == ["still_looking"]


def test_the_60_days_start_again_with_a_renewal(old):
    ask_still_looking(now=NOW)
    renew_help_request(help_request_id=old.pk, by=old.mentee, now=NOW)

    assert ask_still_looking(now=NOW + AFTER - SECOND) == 0
    assert ask_still_looking(now=NOW + AFTER) == 1
    assert kinds(old.mentee) == ["still_looking"] * 2


def test_only_open_requests_are_asked_about():
    HelpRequestFactory(status="draft")
    for status in ("matched", "closed", "withdrawn", "expired"):
        HelpRequestFactory(status=status, opened_at=NOW - AFTER)

    assert ask_still_looking(now=NOW) == 0
    assert expire_abandoned(now=NOW + GRACE) == 0


def test_the_mail_has_the_closing_day_and_a_link(old):
    ask_still_looking(now=NOW)

    drain(now=lambda: NOW)

    [message] = mail.outbox
    assert message.subject == "Are you still looking for a mentor?"
    assert message.body.startswith("Hello Alice Archer,")
    assert old.ask in message.body
    assert "closes on Monday, 7 December" in message.body
    assert "http://testserver/still-looking/" in message.body


def test_a_request_without_an_answer_expires_and_the_people_concerned_are_told(abandoned):
    proposed, waiting, over = (
        MatchFactory(help_request=abandoned, status=status, **fields)
        for status, fields in [
            ("proposed", {}),
            ("asked", {"asked_at": NOW - GRACE - SECOND}),
            ("declined", {"asked_at": NOW - GRACE - SECOND}),
        ]
    )

    assert expire_abandoned(now=NOW - SECOND) == 0
    assert expire_abandoned(now=NOW) == 1
    assert expire_abandoned(now=NOW) == 0

    abandoned.refresh_from_db()
    assert (abandoned.status, abandoned.closed_at, abandoned.still_looking_at) == ("expired", NOW, None)
    assert kinds(abandoned.mentee) == ["help_request_expired"]
    statuses = dict(abandoned.matches.values_list("pk", "status"))
    assert statuses == {
        proposed.pk: "withdrawn",
        waiting.pk: "withdrawn",
        over.pk: "declined",
    }
    assert kinds(waiting.mentor.user) == ["help_request_expired_mentor"]
    assert kinds(proposed.mentor.user) == kinds(over.mentor.user) == []


def test_the_messages_about_the_end_have_titles(abandoned):
    match = MatchFactory(help_request=abandoned, status="asked")

    expire_abandoned(now=NOW)

    assert match.mentor.user.notifications.get().title
    assert abandoned.mentee.notifications.get().title


@pytest.mark.parametrize(
    ("status", "act"),
    [
        ("proposed", lambda **who: ask_mentor(why_you=WHY, **who)),
        ("proposed", lambda **who: dismiss_match(reason="known", **who)),
        ("asked", withdraw_match),
        ("offered", lambda **who: decline_match(**NO, **who)),
    ],
)
def test_any_move_of_the_mentee_renews_the_request(status, act, abandoned):
    match = MatchFactory(help_request=abandoned, status=status)
    act(match_id=match.pk, by=abandoned.mentee, now=NOW - SECOND)

    assert expire_abandoned(now=NOW) == 0

    abandoned.refresh_from_db()
    assert (abandoned.status, abandoned.renewed_at, abandoned.still_looking_at) == ("open", NOW - SECOND, None)


@pytest.mark.parametrize(
    ("status", "act"),
    [
        ("proposed", lambda **who: offer_help(note=NOTE, **who)),
        ("asked", lambda **who: decline_match(**NO, **who)),
        ("offered", withdraw_match),
    ],
)
def test_a_move_of_a_mentor_does_not_renew_the_request(status, act, abandoned):
    match = MatchFactory(help_request=abandoned, status=status)

    act(match_id=match.pk, by=match.mentor.user, now=NOW - SECOND)

    abandoned.refresh_from_db()
    assert abandoned.still_looking_at == NOW - GRACE


def test_a_request_with_an_open_offer_expires_only_after_the_offer(abandoned):
    MatchFactory(help_request=abandoned, status="offered")

    assert expire_abandoned(now=NOW) == 0
    expire_unanswered(now=NOW + settings.RESPONSE_WINDOW)
    assert expire_abandoned(now=NOW + settings.RESPONSE_WINDOW) == 1


def test_the_mails_about_the_end_say_what_is_next(abandoned):
    match = MatchFactory(help_request=abandoned, status="asked", asked_at=NOW - GRACE - SECOND)
    expire_abandoned(now=NOW)

    drain(now=lambda: NOW)

    assert "ask again" in mail_to(abandoned.mentee).body
    assert "Alice Archer, who had asked you for help," in mail_to(match.mentor.user).body
    assert "nothing is left to do for you." in mail_to(match.mentor.user).body


def test_a_late_sweep_asks_before_it_closes():
    request = HelpRequestFactory(opened_at=NOW - 10 * AFTER)

    assert expire_abandoned(now=NOW) == 0
    assert ask_still_looking(now=NOW) == 1
    assert expire_abandoned(now=NOW) == 0

    assert kinds(request.mentee) == ["still_looking"]
