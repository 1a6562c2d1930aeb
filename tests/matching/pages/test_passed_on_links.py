"""Links of mails that reach the other side, as in an answer that quotes the mail.

Such a link opens the pages that the two share. What a person keeps from the other side opens by a login only: the pages
do not even change with it.
"""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from accounts.links import trouble_link
from accounts.models import Block, Concern
from accounts.services.concerns import raise_concern
from matching.links import mentorship_link
from mentorship.links import ending_link, outcome_link, session_link, steps_link
from mentorship.models import Feedback, FitCheck, Mentorship, OrganiserNote, OutcomeRating, SessionNote
from tests.factories import (
    FeedbackFactory,
    FitCheckFactory,
    HandoverFactory,
    MatchFactory,
    MentorshipFactory,
    OrganiserNoteFactory,
    OutcomeQuestionFactory,
    OutcomeRatingFactory,
    PracticeRecordFactory,
    SessionFactory,
)
from tests.helpers import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

TOKEN = re.compile(r"[\w-]+:[0-9A-Za-z]{6}:[\w-]{43}|[0-9A-Za-z]{64}")


@pytest.fixture
def mentorship(alice, bob):
    """Alice and Bob met once, and are asked how it goes."""
    ago = timezone.now() - timedelta(days=10)
    row = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, started_at=ago)
    MatchFactory(
        mentorship=row,
        mentor=row.mentor,
        help_request__mentee=alice,
        help_request__goal=row.goal,
        help_request__status="matched",
        status="accepted",
    )
    SessionFactory(mentorship=row, status="held", starts_at=ago + timedelta(days=1))
    for person in (alice, bob):
        FitCheckFactory(mentorship=row, person=person, asked_at=ago + timedelta(days=2))
    return row


@pytest.fixture
def ended(mentorship):
    return _end(mentorship, days=2)


def _end(mentorship, *, days: int):
    at = timezone.now() - timedelta(days=days)
    Mentorship.objects.filter(pk=mentorship.pk).update(
        status="ended_early", started_at=at - timedelta(days=60), ended_at=at
    )
    mentorship.refresh_from_db()
    OutcomeQuestionFactory(mentorship=mentorship)
    return mentorship


def pages_behind(person, mentorship) -> dict[str, str]:
    """Return all pages that the links in mails to ``person`` lead to, by route, without a login."""
    session = mentorship.sessions.get()
    links = [page(mentorship, person) for page in (mentorship_link, ending_link, outcome_link, steps_link)]
    waiting, pages = [path(link) for link in [session_link(session, person), *links]], {}
    while waiting:
        address = waiting.pop()
        found = resolve(address)
        if found.url_name in pages or "token" not in found.kwargs:
            continue
        page = html.unescape(Client().get(address).content.decode())
        pages[found.url_name] = TOKEN.sub("", page)
        links = re.findall(r'href="(?:http://testserver)?(/[^"#?]+)', page)
        waiting += [link for link in links if TOKEN.search(link)]
    return pages


SHARED = {
    *("mentorship-signed", "mentorship-ending", "session-signed", "steps-signed", "outcome-signed"),
    # It has buttons, and says nothing of what was reported or blocked.
    "trouble-signed",
}


def test_links_lead_to_pages_of_both_and_to_none_of_the_mentee_alone(alice, mentorship):
    HandoverFactory(mentorship=mentorship)
    type(mentorship.mentor).objects.update(status="paused", pause_cause="own_wish")
    running = pages_behind(alice, mentorship)
    assert f"/mentorships/{mentorship.uuid}/handover/" in running["mentorship-signed"]

    assert set(running) == SHARED
    assert set(pages_behind(alice, _end(mentorship, days=2))) == SHARED


@pytest.mark.parametrize("answer", FitCheck.Answer.values)
def test_pages_do_not_change_with_what_is_kept_to_oneself(answer, alice, mentorship):
    before = pages_behind(alice, mentorship)

    FitCheck.objects.filter(person=alice).update(answer=answer, note="Too fast.", answered_at=timezone.now())
    SessionNote.objects.create(session=mentorship.sessions.get(), author=alice, text="Ask about money.")
    PracticeRecordFactory(owner=alice, created_at=mentorship.started_at - timedelta(days=1))

    assert pages_behind(alice, mentorship) == before


def test_pages_do_not_change_with_sealed_words_and_ratings(alice, bob, ended):
    before = [pages_behind(person, ended) for person in (alice, bob)]

    for person in (alice, bob):
        FeedbackFactory(mentorship=ended, author=person)
        OrganiserNoteFactory(mentorship=ended, author=person)
    OutcomeRatingFactory(mentorship=ended, person=alice, level=-2)

    assert [pages_behind(person, ended) for person in (alice, bob)] == before


def test_pages_do_not_change_with_a_rating_after_a_block(alice, bob, mentorship):
    _end(mentorship, days=20)
    Block.objects.create(blocker=alice, blocked=bob)
    before = pages_behind(alice, mentorship)

    OutcomeRatingFactory(mentorship=mentorship, person=alice, level=-2)

    assert pages_behind(alice, mentorship) == before


def test_pages_do_not_change_with_a_report_of_feedback(alice, bob, ended):
    theirs = FeedbackFactory(mentorship=ended, author=bob, opened_at=timezone.now())
    before = pages_behind(alice, ended)
    assert theirs.helped in before["outcome-signed"]

    Feedback.objects.update(reported_at=timezone.now(), report_reason="It hurts.")

    assert pages_behind(alice, ended) == before


def test_pages_do_not_change_with_a_reason_that_stays_with_its_author(alice, ended):
    before = pages_behind(alice, ended)

    for reason in Mentorship.PRIVATE_REASONS:
        Mentorship.objects.update(end_reason=reason, ended_by=alice)
        assert pages_behind(alice, ended) == before


def test_the_reason_for_hiding_feedback_is_read_by_a_login_only(alice, bob, ended):
    now = timezone.now()
    hidden = {"opened_at": now, "reported_at": now, "hidden_at": now, "hidden_by": bob}
    FeedbackFactory(mentorship=ended, **hidden, hidden_reason="It names a child.")

    assert "It names a child." not in "".join(pages_behind(alice, ended).values())


def test_a_page_about_trouble_does_not_change_with_a_report_and_a_block(alice, bob, mentorship):
    link = path(trouble_link("mentorship", mentorship.uuid, alice))
    before = Client().get(link).content.decode()

    about = {"about": bob, "subject_kind": "mentorship", "subject": mentorship.uuid}
    raise_concern(
        by=alice, **about, topic=Concern.Topic.values[0], words="He shouted at me.", is_safety=True, now=timezone.now()
    )
    Block.objects.get_or_create(blocker=alice, blocked=bob)
    taken_back = [Client().post(link, {"do": do}).status_code for do in ("unblock", "contact")]

    assert TOKEN.sub("", Client().get(link).content.decode()) == TOKEN.sub("", before)
    assert taken_back == [400, 400]
    assert Block.objects.filter(blocker=alice, blocked=bob).exists()


def test_a_link_does_not_replace_what_opens_by_a_login_only(alice, bob, ended):
    now, session = timezone.now(), ended.sessions.get()
    SessionNote.objects.create(session=session, author=alice, text="Ask about money.")
    OrganiserNoteFactory(mentorship=ended)
    FeedbackFactory(mentorship=ended, opened_at=now)
    FeedbackFactory(mentorship=ended, author=bob, opened_at=now)
    outcome = path(outcome_link(ended, alice))

    answers = [
        Client().post(path(session_link(session, alice)), {"do": "own", "own": ""}),
        Client().post(outcome, {"do": "note", "text": ""}),
        Client().post(outcome, {"do": "thanks", "thanks_shown": "first_name"}),
        Client().post(outcome, {"do": "report", "reason": "It hurts."}),
    ]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert (SessionNote.objects.count(), OrganiserNote.objects.count()) == (1, 1)
    assert not Feedback.objects.exclude(thanks_shown="", reported_at=None).exists()


def test_a_link_does_not_take_back_sealed_feedback(alice, ended):
    FeedbackFactory(mentorship=ended)

    answer = Client().post(path(outcome_link(ended, alice)), {"do": "feedback", "helped": "", "better": ""})

    assert answer.status_code == 400
    assert Feedback.objects.exists()


def test_an_answer_by_a_link_keeps_the_note_beside_it(alice, mentorship):
    FitCheck.objects.filter(person=alice).update(answer="good", note="Too fast.", answered_at=timezone.now())

    answer = Client().post(
        path(ending_link(mentorship, alice)), {"do": "fit_check", "answer": "unsure", "note": ""}, follow=True
    )

    check = FitCheck.objects.get(person=alice)
    assert (check.answer, check.note) == ("unsure", "Too fast.")
    assert "Saved." in answer.content.decode()


def test_a_rating_by_a_link_is_saved_and_not_shown(alice, ended):
    answer = Client().post(path(outcome_link(ended, alice)), {"do": "rate", "when": "end", "level": "-1"}, follow=True)

    assert OutcomeRating.objects.get().level == -1
    assert "Saved." in answer.content.decode()
    assert "checked" not in answer.content.decode()
