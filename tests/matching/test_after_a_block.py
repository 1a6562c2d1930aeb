"""No page, no route of the API and no mail shows a person's words to somebody they are kept apart from.

The routes come from the URLconf. The two have a match in each state, and a mentorship that runs and one that ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Block, Concern, DataExport, Notification, User
from accounts.services.concerns import raise_concern
from matching.links import answer_link, choose_link, fitting_link, mentorship_link, pair_link
from matching.models import CohortDraft, CohortPair, Handover, HelpRequest, Match
from matching.selectors.snapshot import forget_community
from matching.services.decline import decline_match
from mentorship.links import ending_link, outcome_link, session_link, steps_link
from mentorship.models import (
    ActionItem,
    AnswerFeedback,
    Cohort,
    Credential,
    Mentorship,
    Milestone,
    PracticeItem,
    PracticeRecord,
    Session,
    SessionNote,
)
from tests.factories import (
    NOW,
    CareerStepFactory,
    CohortFactory,
    CohortMemberFactory,
    CohortPairFactory,
    FeedbackFactory,
    GoalFactory,
    GoalScaleFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    PracticeRecordFactory,
    SessionFactory,
    StepFactory,
    UserFactory,
)
from tests.helpers import path, send
from tests.matching.helpers import exclude
from tests.moves import accept, ask, end, offer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

# Not for members, or without other people: the settings list every time zone.
OTHER = re.compile(
    r"admin/|_allauth/|accounts/|settings/|favicon|healthy|mail/|api/v1/(schema|docs|mentor-applications)/|api/<path"
)
OFFER = {"offered_at": NOW, "offer_note": "offer-by-mentor", "asked_at": None, "why_you": ""}
# The reasons are sentences about the other side.
REASONS = {"reasons": ["reason-of-mentor"], "mentor_reasons": ["reason-of-mentee"]}
STATES = [
    {"status": "proposed"},
    {"status": "asked"},
    {"status": "clarifying", "clarifications__question": "question-by-mentor"},
    {"status": "declined", "decline_reason": "no_time", "decline_note": "decline-by-mentor"},
    {"status": "offered", **OFFER},
    {"status": "expired", **OFFER},
]
# The next session is to come, whatever the day of the test.
STARTS = {"confirmed": datetime.now(UTC) + timedelta(days=2), "held": NOW}
# Texts that only their author writes. A name is no secret between two who worked together.
OF_MENTEE = re.compile(r"[a-z]+-of-mentee|mentee@example\.org|Asia/Tokyo")
OF_MENTOR = re.compile(r"[a-z]+-(?:of|by)-mentor|mentor@example\.org|America/Lima")


@pytest.fixture
def mentee():
    mentee = UserFactory(email="mentee@example.org", profile__timezone="Asia/Tokyo")
    describe(mentee, "mentee")
    return mentee


@pytest.fixture
def mentor():
    mentor = MentorFactory(
        user__email="mentor@example.org",
        user__profile__timezone="America/Lima",
        motivation="motivation-of-mentor",
        teaches=["teaching-of-mentor"],
        is_listed=True,
        capacity=9,
    )
    describe(mentor.user, "mentor")
    return mentor.user


def describe(person: User, role: str) -> None:
    person.profile.headline, person.profile.bio = f"headline-of-{role}", f"bio-of-{role}"
    person.profile.save()
    CareerStepFactory(profile=person.profile, role=f"career-of-{role}")


@pytest.fixture
def history(mentee, mentor):
    """Give the two a match in each state, a mentorship that runs, and one that has ended."""
    for place, fields in enumerate(STATES):
        request = request_of(mentee, f"role{place}-of-mentee")
        MatchFactory(help_request=request, mentor=mentor.mentor, **{"why_you": "reason-of-mentee"} | REASONS | fields)
    for status in ("proposed", "declined"):
        pair = CohortPairFactory(status=status, mentor=mentor.mentor, help_request__mentee=mentee, **REASONS)
        words = {name: f"{name}-of-mentee" for name in ("situation", "gap", "ask", "why")}
        HelpRequest.objects.filter(pk=pair.help_request_id).update(**words)
    request_of(mentee, "open-of-mentee")
    cohort_of(mentee, mentor)
    for place, status in enumerate(["active", "completed"], start=1):
        request = request_of(mentee, f"{status}-of-mentee", status="matched")
        row = MentorshipFactory(goal=request.goal, mentor=mentor.mentor, status=status, place=place, end_asked_at=NOW)
        MatchFactory(help_request=request, mentor=mentor.mentor, status="accepted", mentorship=row, **REASONS)
        sessions_of(row)
        StepFactory(mentorship=row, what="step-of-mentee step-of-mentor", created_by=mentee)
        if status == "active":
            GoalScaleFactory(mentorship=row, start="start-of-mentee")
        else:
            feedback_of(row)
        PracticeRecordFactory(owner=mentee, title="story-of-mentee", shared_with=row)
        rehearsal_in(row)


def cohort_of(mentee: User, mentor: User) -> None:
    """Put the two into a cohort, each on their side, with a request for it."""
    cohort = request_of(mentee, "cohort-of-mentee", cohort=CohortFactory()).cohort
    CohortMemberFactory(cohort=cohort, person=mentee)
    CohortMemberFactory(cohort=cohort, person=mentor, side="mentor")


def feedback_of(mentorship: Mentorship) -> None:
    """Add what the two wrote to each other after the end. Both can read it."""
    for author, role in ((mentorship.mentee, "mentee"), (mentorship.mentor.user, "mentor")):
        words = {name: f"{name}-of-{role}" for name in ("helped", "better", "thanks")}
        FeedbackFactory(mentorship=mentorship, author=author, opened_at=NOW, **words)


def rehearsal_in(mentorship: Mentorship) -> None:
    """Add a mock interview of a session, with an answer and the feedback of the mentor on it."""
    record = PracticeRecordFactory(
        owner=mentorship.mentee,
        kind="mock_interview",
        title="rehearsal-of-mentee",
        session=mentorship.sessions.latest("pk"),
        shared_with=mentorship,
    )
    answer = PracticeItem.objects.create(record=record, text="question-of-mentee")
    AnswerFeedback.objects.create(item=answer, mentorship=mentorship, text="remark-of-mentor", written_at=NOW)


def sessions_of(mentorship: Mentorship) -> None:
    """Add a session that is proposed, if somebody can answer, and one that was held, with the notes of both."""
    words = {
        "mentorship": mentorship,
        "place": "https://meet.example.org/room-of-mentor",
        "shared_notes": "notes-of-mentee notes-of-mentor",
    }
    statuses = ["proposed", "confirmed"] if mentorship.status == "active" else ["held"]
    for status in statuses:
        session = SessionFactory(status=status, starts_at=STARTS.get(status), **words)
        SessionNote.objects.create(session=session, author=mentorship.mentee, text="secret-of-mentee")
        SessionNote.objects.create(session=session, author=mentorship.mentor.user, text="secret-of-mentor")


def request_of(mentee: User, role: str, **fields: object) -> HelpRequest:
    goal = GoalFactory(mentee=mentee, target_role=role, target_field="field-of-mentee")
    texts = {name: f"{name}-of-mentee" for name in ("situation", "gap", "ask", "why")}
    return HelpRequestFactory(mentee=mentee, goal=goal, **texts | {"ask": f"ask-of-mentee {role}"} | fields)


def mentee_blocks(mentee, mentor):
    Block.objects.create(blocker=mentee, blocked=mentor)


def mentor_blocks(mentee, mentor):
    Block.objects.create(blocker=mentor, blocked=mentee)


def mentee_reports(mentee, mentor):
    concern_about(mentor, by=mentee)


def mentor_reports(mentee, mentor):
    concern_about(mentee, by=mentor)


def concern_about(person, *, by):
    raise_concern(by=by, about=person, topic="other", words="They were rude to me.", now=NOW)


def suspend(mentee, mentor):
    mentor.mentor.status = "suspended"
    mentor.mentor.save()


PARTED = [mentee_blocks, mentor_blocks, mentee_reports, mentor_reports, exclude, suspend]


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, whole)
        elif not OTHER.match(whole) and "get" in (getattr(pattern.callback, "actions", None) or ["get"]):
            yield "/" + whole


def addresses(mentee: User, mentor: User) -> list[str]:
    """Return the address of each page and route, with each thing of the two in its place."""
    things = {
        "mentorships": Mentorship.objects,
        "help-requests": HelpRequest.objects,
        "requests": HelpRequest.objects,
        "requests-for-me": HelpRequest.objects,
        "matches": Match.objects,
        "inbox": Match.objects,
        "mentors": type(mentor.mentor).objects,
        "messages": Notification.objects,
        "notifications": Notification.objects,
        "goals": mentee.goals,
        "sessions": Session.objects,
        "steps": ActionItem.objects,
        "milestones": Milestone.objects,
        "practice": PracticeRecord.objects,
        "practice-items": PracticeItem.objects,
        "handovers": Handover.objects,
        "cohort-drafts": CohortDraft.objects,
        "cohort-pairs": CohortPair.objects,
        "pairs": CohortPair.objects,
        "credentials": Credential.objects,
        "concerns": Concern.objects,
        "company-numbers": Cohort.objects,
        "exports": DataExport.objects,
        "cohorts": Cohort.objects,
        "organised-cohorts": Cohort.objects,
    }
    found = []
    for route in routes(get_resolver().url_patterns):
        of_mentor = route.replace("<uuid:mentor>", str(mentor.mentor.uuid))
        if "<uuid:uuid>" in route:
            uuids = things[route.split("/<uuid:uuid>")[0].split("/")[-1]].values_list("uuid", flat=True)
            # A judgement of the pair is slow, and the same for each request.
            uuids = uuids[:1] if "<uuid:mentor>" in route else uuids
            found += [of_mentor.replace("<uuid:uuid>", str(uuid)) for uuid in uuids]
        elif "<" not in route:
            found.append(route)
    return found


def signed(person: User) -> list[str]:
    """Return an address of each kind that mails to ``person`` have. They lead to the pages of members."""
    links = [choose_link(HelpRequest.objects.latest("pk"))]
    if hasattr(person, "mentor"):
        links = [fitting_link(person.mentor), answer_link(Match.objects.latest("pk"))]
    links += [pair_link(row, person) for row in CohortPair.objects.all()]
    links += [session_link(row, person) for row in Session.objects.all()]
    of_mentorships = (mentorship_link, ending_link, outcome_link, steps_link)
    links += [link(row, person) for row in Mentorship.objects.all() for link in of_mentorships]
    return [path(link) for link in links]


@contextmanager
def undone() -> Iterator[None]:
    """Take back what the block writes."""
    before = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)
        forget_community()


def found_by(person: User, words: re.Pattern[str], pages: Iterable[str]) -> list[tuple[str, str]]:
    """Return each address at which ``person`` finds one of ``words``, with the word. Links of mails need no login."""
    member = Client()
    member.force_login(person)
    found = set()
    for reader, addresses in ((member, pages), (Client(), signed(person))):
        for address in addresses:
            answer = reader.get(address, follow=True)
            assert answer.status_code < 500, address
            found |= {(address, word) for word in words.findall(answer.content.decode())}
    return sorted(found)


def found_by_both(mentee: User, mentor: User) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    pages = addresses(mentee, mentor)
    return found_by(mentor, OF_MENTEE, pages), found_by(mentee, OF_MENTOR, pages)


@pytest.mark.usefixtures("history")
def test_each_way_to_be_apart_empties_the_pages_that_had_words(mentee, mentor, subtests):
    by_mentor, by_mentee = found_by_both(mentee, mentor)

    for place in (
        "/mentorships/",
        "/inbox/",
        "/pairs/",
        "/api/v1/cohort-pairs/",
        "/requests-for-me/",
        "/sessions/",
        "/api/v1/sessions/",
        "/api/v1/mentorships/",
        "/api/v1/me/turns/",
    ):
        assert any(address.startswith(place) for address, _word in by_mentor), place
    for place in (
        "/mentorships/",
        "/pairs/",
        "/api/v1/cohort-pairs/",
        "/requests/",
        "/mentors/",
        "/cohorts/",
        "/api/v1/cohorts/",
        "/api/v1/matches/",
        "/api/v1/mentors/",
    ):
        assert any(address.startswith(place) for address, _word in by_mentee), place
    assert {"helped-of-mentee", "thanks-of-mentee", "question-of-mentee"} <= {word for _address, word in by_mentor}
    assert {"helped-of-mentor", "remark-of-mentor"} <= {word for _address, word in by_mentee}
    assert "secret-of-mentee" not in {word for _address, word in by_mentor}
    assert "secret-of-mentor" not in {word for _address, word in by_mentee}
    with_words = [{address for address, _word in found} for found in (by_mentor, by_mentee)]
    for part in PARTED:
        with subtests.test(part.__name__), undone():
            part(mentee, mentor)

            assert found_by(mentor, OF_MENTEE, with_words[0]) == []
            assert found_by(mentee, OF_MENTOR, with_words[1]) == []


@pytest.mark.usefixtures("history")
def test_neither_finds_a_word_of_the_other(mentee, mentor):
    mentee_blocks(mentee, mentor)

    assert found_by_both(mentee, mentor) == ([], [])


@pytest.mark.usefixtures("history")
def test_a_mentee_who_left_is_a_name_with_a_need(mentee, mentor):
    mentee.is_active = False
    mentee.save()

    found = found_by(mentor, OF_MENTEE, addresses(mentee, mentor))

    assert {word for _address, word in found if not re.match("active|completed|field|role", word)} == {
        "ask-of-mentee",
        "gap-of-mentee",
        "reason-of-mentee",
        "notes-of-mentee",
        "start-of-mentee",
        "step-of-mentee",
        "helped-of-mentee",
        "better-of-mentee",
        "thanks-of-mentee",
    }


@pytest.mark.usefixtures("history")
def test_a_mentor_who_left_is_a_name_and_what_was_written_to_the_mentee(mentee, mentor):
    mentor.is_active = False
    mentor.save()

    found = found_by(mentee, OF_MENTOR, addresses(mentee, mentor))

    assert {word for _address, word in found} == {
        "decline-by-mentor",
        "notes-of-mentor",
        "step-of-mentor",
        "remark-of-mentor",
        "helped-of-mentor",
        "better-of-mentor",
        "thanks-of-mentor",
    }


@pytest.mark.usefixtures("history")
def test_people_read_their_own_notes(mentee, mentor):
    pages = [address for address in addresses(mentee, mentor) if address.startswith("/sessions/")]

    assert found_by(mentee, re.compile("secret-of-mentee"), pages) != []


@pytest.fixture
def moves(mentee, mentor):
    """Have a question, an offer, a mentorship that runs and one that ended, each with its messages."""
    proposed = [
        MatchFactory(help_request=request_of(mentee, f"role{number}-of-mentee"), mentor=mentor.mentor, **REASONS)
        for number in range(5)
    ]
    ask(proposed[0], why_you="You moved as I want to. why-of-mentee")
    offer(proposed[1], note="Send me your CV and I mark it. offer-by-mentor")
    accept(ask(proposed[2], why_you="You moved as I want to, and further."))
    end(accept(ask(proposed[3], why_you="You moved as I want to, and back.")), by=mentor)
    asked = ask(proposed[4], why_you="You moved as I want to, and sideways.")
    decline_match(match_id=asked.pk, by=mentor, reason="no_time", note="decline-by-mentor", now=NOW)


@pytest.mark.usefixtures("moves")
@pytest.mark.parametrize("part", PARTED)
def test_mails_that_are_due_after_it_have_no_word_of_the_other(part, mentee, mentor):
    part(mentee, mentor)

    send(NOW)

    for message in mail.outbox:
        words = OF_MENTOR if message.to == [mentee.email] else OF_MENTEE
        text = message.subject + message.body + "".join(part.content for part in message.alternatives)
        assert words.findall(text) == [], message.subject


@pytest.mark.usefixtures("moves")
@pytest.mark.parametrize("part", PARTED)
def test_messages_from_before_it_have_no_word_of_the_other(part, mentee, mentor):
    send(NOW)
    assert len(mail.outbox) > 4

    part(mentee, mentor)

    for reader, words in ((mentor, OF_MENTEE), (mentee, OF_MENTOR)):
        messages = [f"/messages/{uuid}/" for uuid in reader.notifications.values_list("uuid", flat=True)]
        assert found_by(reader, words, ["/messages/", *messages]) == []
