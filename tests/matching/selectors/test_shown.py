"""The data that one side reads about the other: by state of the match, side, and field."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Block
from accounts.notifications.render import render
from matching.links import answer_link, choose_link
from matching.models import Match
from matching.selectors.shown import Shown
from matching.services.decline import decline_match
from matching.services.withdraw import withdraw_help_request, withdraw_match
from tests.factories import (
    NOW,
    CareerStepFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    UserFactory,
)
from tests.helpers import path
from tests.matching.helpers import mentee_blocks, mentor_blocks, suspend
from tests.moves import accept, ask, offer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

OFFER = {"offered_at": NOW, "offer_note": "I can help with this.", "asked_at": None, "why_you": ""}
# The state of a match, with how much its mentor and its mentee read.
STATES = {
    "proposed": ({"status": "proposed"}, "NEED", "PERSON"),
    "dismissed": ({"status": "dismissed"}, "NEED", "NAME"),
    "asked": ({"status": "asked"}, "PERSON", "PERSON"),
    "clarifying": ({"status": "clarifying"}, "PERSON", "PERSON"),
    "question accepted": ({"status": "accepted"}, "CONTACT", "CONTACT"),
    "question declined": ({"status": "declined"}, "NAME", "NAME"),
    "question expired": ({"status": "expired"}, "NAME", "NAME"),
    "question withdrawn": ({"status": "withdrawn"}, "NAME", "NAME"),
    "question superseded": ({"status": "superseded", "asked_at": NOW, "why_you": "You moved."}, "NAME", "NAME"),
    "offered": ({"status": "offered"}, "NEED", "PERSON"),
    "offer accepted": ({"status": "accepted", **OFFER}, "CONTACT", "CONTACT"),
    "offer declined": ({"status": "declined", **OFFER}, "NEED", "NAME"),
    "offer expired": ({"status": "expired", **OFFER}, "NEED", "NAME"),
    "offer withdrawn": ({"status": "withdrawn", **OFFER}, "NEED", "NAME"),
    "offer superseded": ({"status": "superseded", **OFFER}, "NEED", "NAME"),
}
# The least level of each field. The value is unique in the whole answer.
OF_MENTEE = {
    "gap-of-mentee": "NEED",
    "ask-of-mentee": "NEED",
    "Mentee Merian": "NAME",
    "headline-of-mentee": "PERSON",
    "Tokyo": "PERSON",
    "career-of-mentee": "PERSON",
    "situation-of-mentee": "PERSON",
    "why-of-mentee": "PERSON",
    "merian@example.org": "CONTACT",
}
OF_MENTOR = {
    "Mentor Noether": "NAME",
    "headline-of-mentor": "PERSON",
    "motivation-of-mentor": "PERSON",
    "career-of-mentor": "PERSON",
    "Lima": "PERSON",
    "reason-of-mentor": "PERSON",
    "noether@example.org": "CONTACT",
}


def make(facts: dict) -> Match:
    """Return a match in a state, with a value in every field of the two people."""
    mentee = UserFactory(
        name="Mentee Merian",
        email="merian@example.org",
        profile__headline="headline-of-mentee",
        profile__timezone="Asia/Tokyo",
    )
    mentor = MentorFactory(
        user__name="Mentor Noether",
        user__email="noether@example.org",
        user__profile__headline="headline-of-mentor",
        user__profile__timezone="America/Lima",
        motivation="motivation-of-mentor",
    )
    CareerStepFactory(profile=mentee.profile, role="career-of-mentee")
    CareerStepFactory(profile=mentor.user.profile, role="career-of-mentor")
    over = {"accepted": "matched"}
    request = HelpRequestFactory(
        mentee=mentee,
        status=over.get(facts["status"], "open"),
        situation="situation-of-mentee",
        gap="gap-of-mentee",
        ask="ask-of-mentee",
        why="why-of-mentee",
    )
    if facts["status"] == "accepted":
        facts = facts | {"mentorship": MentorshipFactory(mentor=mentor, goal=request.goal)}
    return MatchFactory(help_request=request, mentor=mentor, reasons=["reason-of-mentor"], **facts)


def found_in(text: str, fields: dict[str, str]) -> set[str]:
    return {value for value in fields if value in text}


def allowed(level: str, fields: dict[str, str]) -> set[str]:
    return {value for value, least in fields.items() if Shown[least] <= Shown[level]}


@pytest.mark.parametrize("state", STATES)
def test_each_side_reads_what_the_moves_allow(state, api):
    facts, to_mentor, to_mentee = STATES[state]
    match = make(facts)
    address = {"noether@example.org", "merian@example.org"}

    if state not in ("proposed", "dismissed"):
        inbox = api(match.mentor.user).get(f"/api/v1/inbox/{match.uuid}/").content.decode()
        page = Client().get(path(answer_link(match))).content.decode()
        # The address is on the page and in the mentorship.
        assert found_in(inbox, OF_MENTEE) == allowed(to_mentor, OF_MENTEE) - address
        assert found_in(page, OF_MENTEE) == allowed(to_mentor, OF_MENTEE)
    mine = api(match.help_request.mentee).get(f"/api/v1/matches/{match.uuid}/").content.decode()
    page = Client().get(path(choose_link(match.help_request))).content.decode()
    assert found_in(mine, OF_MENTOR) == allowed(to_mentee, OF_MENTOR) - address
    # The page shows no dismissed mentor.
    on_page = set() if state == "dismissed" else allowed(to_mentee, OF_MENTOR)
    assert found_in(page, OF_MENTOR) == on_page


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("parted", [mentee_blocks, mentor_blocks, suspend])
def test_after_a_block_a_mentor_reads_nothing_and_a_mentee_the_name(state, parted, api):
    match = make(STATES[state][0])
    parted(match)

    if state not in ("proposed", "dismissed"):
        inbox = api(match.mentor.user).get(f"/api/v1/inbox/{match.uuid}/").content.decode()
        page = Client().get(path(answer_link(match))).content.decode()
        assert found_in(inbox + page, OF_MENTEE) == set()
    mine = api(match.help_request.mentee).get(f"/api/v1/matches/{match.uuid}/").content.decode()
    page = Client().get(path(choose_link(match.help_request))).content.decode()
    # A proposal leaves the list at once.
    assert found_in(mine + page, OF_MENTOR) == (set() if state == "proposed" else {"Mentor Noether"})


@pytest.mark.parametrize(
    ("status", "parted", "reads"),
    [
        ("clarifying", None, True),
        ("clarifying", mentee_blocks, False),
        ("clarifying", suspend, False),
        ("offered", None, True),
        ("offered", mentor_blocks, False),
        ("withdrawn", None, False),
    ],
)
def test_a_mentee_reads_the_words_of_a_mentor_while_they_may_be_matched(status, parted, reads, api):
    words = "words-of-mentor"
    # The withdrawn one was offered.
    facts = {"clarifications__question": words} if status == "clarifying" else OFFER | {"offer_note": words}
    match = MatchFactory(status=status, **facts)
    if parted:
        parted(match)

    mine = api(match.help_request.mentee).get(f"/api/v1/matches/{match.uuid}/").content.decode()
    page = Client().get(path(choose_link(match.help_request))).content.decode()

    assert [words in mine, words in page] == [reads, reads]


@pytest.mark.parametrize("end", ["withdrawn by the mentor", "declined", "request withdrawn", "superseded"])
def test_a_mail_about_the_end_of_an_offer_names_nobody(end):
    match = make({"status": "proposed"})
    mentee, mentor = match.help_request.mentee, match.mentor.user
    offer(match)
    if end == "withdrawn by the mentor":
        withdraw_match(match_id=match.pk, by=mentor, now=NOW)
    elif end == "declined":
        decline_match(match_id=match.pk, by=mentee, reason="other", note="", now=NOW)
    elif end == "request withdrawn":
        withdraw_help_request(help_request_id=match.help_request_id, by=mentee, now=NOW)
    else:
        accept(ask(MatchFactory(help_request=match.help_request)))

    mails = [render(row) for row in mentor.notifications.all()]
    written = [row.title for row in mentor.notifications.all()]
    texts = [mail.subject + mail.body + str(mail.alternatives) for mail in mails if mail]
    assert len(texts) == (0 if end == "withdrawn by the mentor" else 1)
    assert found_in("".join(texts + written), OF_MENTEE) == set()


def test_a_mail_that_waited_is_not_sent_after_a_block():
    match = make({"status": "proposed"})
    ask(match)
    withdraw_match(match_id=match.pk, by=match.help_request.mentee, now=NOW)
    Block.objects.create(blocker=match.help_request.mentee, blocked=match.mentor.user)

    row = match.mentor.user.notifications.get(kind="match_withdrawn")

    assert render(row) is None
