"""Old requests ask "still looking?", and close when nobody says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from accounts.notifications.deliver import drain
from matching.exceptions import HelpRequestNotOpen, NotYourTurn
from matching.jobs.expire import expire_unanswered
from matching.jobs.still_looking import ask_still_looking, expire_abandoned
from matching.links import still_looking_link
from matching.models import HelpRequest
from matching.services.ask import ask_mentor
from matching.services.decline import decline_match
from matching.services.dismiss import dismiss_match
from matching.services.offer import offer_help
from matching.services.renew import renew_help_request
from matching.services.withdraw import withdraw_match
from tests.factories import NOW, HelpRequestFactory, MatchFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SECOND = timedelta(seconds=1)
AFTER, GRACE = settings.STILL_LOOKING_AFTER, settings.STILL_LOOKING_GRACE


@pytest.fixture
def old():
    return HelpRequestFactory(opened_at=NOW - AFTER, mentee__name="Alice Archer")


@pytest.fixture
def asked():
    """A request whose mentee was asked GRACE ago and has not answered."""
    return HelpRequestFactory(opened_at=NOW - GRACE - AFTER, still_looking_at=NOW - GRACE, mentee__name="Alice Archer")


def kinds(person) -> list[str]:
    return list(person.notifications.order_by("pk").values_list("kind", flat=True))


def link(request: HelpRequest) -> str:
    return still_looking_link(request).removeprefix("http://testserver")


def test_after_60_days_the_mentee_is_asked_once(old):
    HelpRequestFactory(opened_at=NOW - AFTER + SECOND)

    assert ask_still_looking(now=NOW - SECOND) == 0
    assert ask_still_looking(now=NOW) == 1
    assert ask_still_looking(now=NOW) == 0

    old.refresh_from_db()
    assert (old.status, old.still_looking_at) == ("open", NOW)
    assert kinds(old.mentee) == ["still_looking"]


def test_the_60_days_begin_anew_when_it_is_renewed(old):
    ask_still_looking(now=NOW)
    renew_help_request(help_request_id=old.pk, by=old.mentee, now=NOW)

    assert ask_still_looking(now=NOW + AFTER - SECOND) == 0
    assert ask_still_looking(now=NOW + AFTER) == 1
    assert kinds(old.mentee) == ["still_looking"] * 2


@pytest.mark.parametrize("status", ["draft", "matched", "closed", "withdrawn", "expired"])
def test_only_open_requests_are_asked_about(status):
    fields = {} if status == "draft" else {"opened_at": NOW - AFTER}
    HelpRequestFactory(status=status, **fields)

    assert ask_still_looking(now=NOW) == 0
    assert expire_abandoned(now=NOW + GRACE) == 0


def test_the_mail_says_when_it_closes_and_leads_to_the_buttons(old):
    ask_still_looking(now=NOW)

    drain(now=lambda: NOW)

    [message] = mail.outbox
    assert message.subject == "Are you still looking for a mentor?"
    assert message.body.startswith("Hello Alice,")
    assert old.ask in message.body
    assert "closes on Monday, 7 December" in message.body
    assert "http://testserver/still-looking/" in message.body


def test_renewing_has_mentors_looked_for_again(old, rung):
    ask_still_looking(now=NOW)
    rung.clear()

    renew_help_request(help_request_id=old.pk, by=old.mentee, now=NOW + SECOND)

    old.refresh_from_db()
    assert (old.renewed_at, old.still_looking_at, old.mentors_due_at) == (NOW + SECOND, None, NOW + SECOND)


def test_nobody_else_renews(old):
    with pytest.raises(NotYourTurn):
        renew_help_request(help_request_id=old.pk, by=UserFactory(), now=NOW)


@pytest.mark.parametrize("status", ["draft", "matched", "closed", "withdrawn", "expired"])
def test_only_open_requests_are_renewed(status):
    request = HelpRequestFactory(status=status)

    with pytest.raises(HelpRequestNotOpen):
        renew_help_request(help_request_id=request.pk, by=request.mentee, now=NOW)


def test_without_an_answer_it_expires_and_everybody_concerned_is_told(asked):
    proposed, waiting, over = (
        MatchFactory(help_request=asked, status=status, **fields)
        for status, fields in [
            ("proposed", {}),
            ("asked", {"asked_at": NOW - GRACE - SECOND}),
            ("declined", {"asked_at": NOW - GRACE - SECOND}),
        ]
    )

    assert expire_abandoned(now=NOW - SECOND) == 0
    assert expire_abandoned(now=NOW) == 1
    assert expire_abandoned(now=NOW) == 0

    asked.refresh_from_db()
    assert (asked.status, asked.closed_at, asked.still_looking_at) == ("expired", NOW, None)
    assert kinds(asked.mentee) == ["help_request_expired"]
    statuses = dict(asked.matches.values_list("pk", "status"))
    assert statuses == {
        proposed.pk: "withdrawn",
        waiting.pk: "withdrawn",
        over.pk: "declined",
    }
    assert kinds(waiting.mentor.user) == ["help_request_expired_mentor"]
    assert kinds(proposed.mentor.user) == kinds(over.mentor.user) == []


def test_what_was_written_about_the_end_has_a_title(asked):
    match = MatchFactory(help_request=asked, status="asked")

    expire_abandoned(now=NOW)

    assert match.mentor.user.notifications.get().title
    assert asked.mentee.notifications.get().title


NO = {"reason": "other", "note": ""}


@pytest.mark.parametrize(
    ("status", "act"),
    [
        ("proposed", lambda **who: ask_mentor(why_you="You moved as I want to.", **who)),
        ("proposed", lambda **who: dismiss_match(reason="known", **who)),
        ("asked", withdraw_match),
        ("offered", lambda **who: decline_match(**NO, **who)),
    ],
)
def test_a_mentee_who_acts_meanwhile_still_looks(status, act, asked):
    match = MatchFactory(help_request=asked, status=status)
    act(match_id=match.pk, by=asked.mentee, now=NOW - SECOND)

    assert expire_abandoned(now=NOW) == 0

    asked.refresh_from_db()
    assert (asked.status, asked.renewed_at, asked.still_looking_at) == ("open", NOW - SECOND, None)


@pytest.mark.parametrize(
    ("status", "act"),
    [
        ("proposed", lambda **who: offer_help(note="I can help you with this one.", **who)),
        ("asked", lambda **who: decline_match(**NO, **who)),
        ("offered", withdraw_match),
    ],
)
def test_what_a_mentor_does_is_no_sign_of_the_mentee(status, act, asked):
    match = MatchFactory(help_request=asked, status=status)

    act(match_id=match.pk, by=match.mentor.user, now=NOW - SECOND)

    asked.refresh_from_db()
    assert asked.still_looking_at == NOW - GRACE


def test_while_an_offer_waits_for_the_mentee_nothing_expires_but_the_offer(asked):
    MatchFactory(help_request=asked, status="offered")

    assert expire_abandoned(now=NOW) == 0
    expire_unanswered(now=NOW + settings.RESPONSE_WINDOW)
    assert expire_abandoned(now=NOW + settings.RESPONSE_WINDOW) == 1


def test_the_mails_are_kind_and_say_how_to_go_on(asked):
    match = MatchFactory(help_request=asked, status="asked", asked_at=NOW - GRACE - SECOND)
    expire_abandoned(now=NOW)

    drain(now=lambda: NOW)

    texts = {message.to[0]: message.body for message in mail.outbox}
    assert "ask again" in texts[asked.mentee.email]
    assert "Alice Archer, who had asked you for help," in texts[match.mentor.user.email]
    assert "nothing is left to do for you." in texts[match.mentor.user.email]


def test_a_sweep_that_was_away_for_months_asks_before_it_closes():
    request = HelpRequestFactory(opened_at=NOW - 10 * AFTER)

    assert expire_abandoned(now=NOW) == 0
    assert ask_still_looking(now=NOW) == 1
    assert expire_abandoned(now=NOW) == 0

    assert kinds(request.mentee) == ["still_looking"]


def test_looking_at_the_page_changes_nothing(asked):
    for method in ("get", "head"):
        response = getattr(Client(), method)(link(asked))
        assert response.status_code == 200

    assert "Yes, I am still looking" in Client().get(link(asked)).content.decode()
    asked.refresh_from_db()
    assert (asked.status, asked.still_looking_at) == ("open", NOW - GRACE)


def test_yes_keeps_it_open(asked):
    page = Client().post(link(asked), {"answer": "yes"}, follow=True).content.decode()

    asked.refresh_from_db()
    assert (asked.status, asked.still_looking_at) == ("open", None)
    assert asked.renewed_at
    assert "Your request is open" in page
    assert "Yes, I am still looking" not in page


def test_no_withdraws_it_and_mentors_who_were_asked_are_told(asked):
    match = MatchFactory(help_request=asked, status="asked")

    page = Client().post(link(asked), {"answer": "no"}, follow=True).content.decode()

    asked.refresh_from_db()
    match.refresh_from_db()
    assert (asked.status, match.status) == ("withdrawn", "withdrawn")
    assert kinds(match.mentor.user) == ["match_withdrawn"]
    assert "Your request is closed" in page


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_second_click_is_no_error(asked, answer):
    for _ in range(2):
        assert Client().post(link(asked), {"answer": answer}).status_code == 302


@pytest.mark.parametrize("form", [{}, {"answer": "maybe"}])
def test_a_form_that_says_nothing_is_asked_again(asked, form):
    assert Client().post(link(asked), form).status_code == 400
    asked.refresh_from_db()
    assert asked.still_looking_at


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_an_answer_that_comes_too_late_is_told_so(asked, answer):
    expire_abandoned(now=NOW)

    response = Client().post(link(asked), {"answer": answer})

    assert response.status_code == 409
    assert "Your request is closed" in response.content.decode()
    asked.refresh_from_db()
    assert asked.status == "expired"
