"""Help requests: concrete before they are open, withdrawn, asked again; and whose turn it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.notifications.deliver import drain
from matching.exceptions import DuplicateHelpRequest, HelpRequestTooVague, NotYourTurn, TooManyOpenHelpRequests
from matching.models import HelpRequest, Match
from matching.selectors.concreteness import draft_of
from matching.selectors.suggestions import broken_rules
from matching.selectors.visibility import help_requests_of
from matching.services.ask_again import ask_again
from matching.services.draft import delete_draft
from matching.services.submit import submit_help_request
from matching.services.withdraw import withdraw_help_request
from mentorship.models import GoalKind
from tests.factories import GoalFactory, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ASK = "Go through my CV with me and mark what a recruiter would not understand."


def submit(request, now):
    return submit_help_request(help_request_id=request.pk, now=now)


def kinds(person):
    return sorted(row.kind for row in person.notifications.all())


def test_a_vague_request_is_refused_with_a_better_sentence_for_each_part(now):
    draft = HelpRequestFactory(status="draft", situation="Hi.", gap="Stuck.", ask="Be my mentor please, any advice.")

    with pytest.raises(HelpRequestTooVague) as refusal:
        submit(draft, now)

    parts = {part["part"]: part for part in refusal.value.members["missing"]}
    assert {"situation", "gap", "ask"} <= parts.keys()
    assert parts["ask"]["problem"] in refusal.value.detail
    assert "Read my CV against one advert for the role of data scientist" in parts["ask"]["better"]
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert draft.goal.settled_at is None


def test_a_request_that_is_nearly_concrete_is_opened(now):
    draft = HelpRequestFactory(status="draft", goal__by_on=None)

    assert submit(draft, now).status == "open"


def test_what_is_judged_is_what_the_mentee_wrote_in_words():
    goal = GoalFactory(kind=GoalKind.objects.get(code="job_abroad"), target_country="NL", by_on=date(2027, 9, 1))
    request = HelpRequestFactory(goal=goal, mentee=goal.mentee)

    draft = draft_of(request)

    assert (draft.target_country, draft.session_kind) == ("the Netherlands", "cv_review")
    assert (draft.session_phrase, draft.goal_phrase) == (request.session_kind.name, goal.kind.phrase)
    assert (draft.ask, draft.needs, draft.goal_by) == (request.ask, tuple(request.needs), goal.by_on)
    assert draft.in_english == {"situation", "gap", "ask"}


@pytest.mark.parametrize("copy", [ASK, ASK.upper(), f"  {ASK.replace(' ', '   ')}!"])
def test_two_open_requests_for_the_same_thing_are_refused(copy, now):
    first = HelpRequestFactory(ask=ASK)
    draft = HelpRequestFactory(mentee=first.mentee, goal=first.goal, status="draft", ask=copy)

    with pytest.raises(DuplicateHelpRequest):
        submit(draft, now)

    draft.refresh_from_db()
    assert draft.status == "draft"


def test_another_goal_another_mentee_or_a_request_that_is_over_is_not_the_same_thing(now):
    first = HelpRequestFactory(ask=ASK)
    drafts = [
        HelpRequestFactory(mentee=first.mentee, goal=GoalFactory(mentee=first.mentee), status="draft", ask=ASK),
        HelpRequestFactory(status="draft", ask=ASK),
    ]
    over = HelpRequestFactory(ask=ASK, status="withdrawn")
    drafts.append(HelpRequestFactory(mentee=over.mentee, goal=over.goal, status="draft", ask=ASK))

    assert [submit(draft, now).status for draft in drafts] == ["open"] * 3


def test_three_requests_are_open_at_a_time(now, settings):
    first = HelpRequestFactory()
    HelpRequestFactory.create_batch(settings.OPEN_REQUESTS_MAX - 1, mentee=first.mentee, goal=first.goal)

    with pytest.raises(TooManyOpenHelpRequests, match=r"You have 3 open help requests\..* or withdraw one"):
        submit(HelpRequestFactory(mentee=first.mentee, goal=first.goal, status="draft"), now)


def test_withdrawing_a_request_ends_what_is_live_and_tells_who_waits(now, mailoutbox):
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


@pytest.mark.parametrize("act", [withdraw_help_request, ask_again])
def test_nobody_acts_on_the_request_of_somebody_else(act, bob, now):
    request = HelpRequestFactory()

    with pytest.raises(NotYourTurn):
        act(help_request_id=request.pk, by=bob, now=now)


def test_nobody_deletes_the_draft_of_somebody_else(bob):
    draft = HelpRequestFactory(status="draft")

    with pytest.raises(NotYourTurn):
        delete_draft(help_request_id=draft.pk, by=bob)

    assert HelpRequest.objects.exists()


@pytest.mark.parametrize("status", ["matched", "closed", "withdrawn", "expired"])
def test_asking_again_makes_a_draft_with_the_same_content(status, now):
    rate = {"amount": 40, "currency": "EUR", "per": "session"}
    earlier = HelpRequestFactory(
        status=status, ref="D01", why="For my family.", languages=["en"], accepts_paid=True, max_rate=rate
    )

    draft = ask_again(help_request_id=earlier.pk, by=earlier.mentee, now=now)

    draft.refresh_from_db()
    own = ("id", "uuid", "ref", "status", "created_at", "opened_at", "closed_at")
    before, after = (HelpRequest.objects.filter(pk=row.pk).values().get() for row in (earlier, draft))
    assert {name for name in before if before[name] != after[name]} <= set(own)
    assert (draft.status, draft.ref, draft.created_at) == ("draft", None, now)
    assert draft.uuid != earlier.uuid


@pytest.mark.parametrize("status", ["declined", "expired", "dismissed"])
def test_who_was_tried_for_the_goal_does_not_come_back_when_asked_again(status, now):
    tried = MatchFactory(status=status, help_request__status="withdrawn")
    other_goal = MatchFactory(
        status=status, help_request__mentee=tried.help_request.mentee, help_request__status="withdrawn"
    )
    fresh = MentorFactory()

    draft = ask_again(help_request_id=tried.help_request_id, by=tried.help_request.mentee, now=now)

    users = [match.mentor.user_id for match in (tried, other_goal)] + [fresh.user_id]
    assert broken_rules(draft, users, now=now) == dict(zip(users, [("declined_before",), (), ()], strict=True))


@pytest.mark.parametrize("status", ["completed", "ended_early", "active"])
def test_whoever_mentored_for_the_goal_does_not_come_back_when_another_is_wanted(status, now):
    request = HelpRequestFactory(status="matched")
    mentorship = MentorshipFactory(
        goal=request.goal, status=status, ended_at=None if status == "active" else now, mentor__capacity=5
    )

    draft = ask_again(help_request_id=request.pk, by=request.mentee, now=now)

    user = mentorship.mentor.user_id
    assert broken_rules(draft, [user], now=now) == {user: ("declined_before",)}


def turn(request):
    found = help_requests_of(request.mentee).get(pk=request.pk)
    return found.whose_turn, found.turn_since_at


def days(now, number):
    return now - timedelta(days=number)


def test_a_draft_waits_for_its_mentee(now):
    assert turn(HelpRequestFactory(status="draft")) == ("mentee", now)


def test_an_open_request_without_anybody_waits_for_the_community(now):
    assert turn(HelpRequestFactory(opened_at=days(now, 9))) == ("community", days(now, 9))
    queued = HelpRequestFactory(opened_at=days(now, 9), queued_at=days(now, 4), obstacle="price")
    assert turn(queued) == ("community", days(now, 4))


def test_a_request_with_proposals_or_offers_waits_for_its_mentee_since_the_latest(now):
    request = HelpRequestFactory(opened_at=days(now, 9))
    for day in (8, 7):
        MatchFactory(help_request=request, created_at=days(now, day))
    MatchFactory(help_request=request, status="declined", created_at=days(now, 1))
    assert turn(request) == ("mentee", days(now, 7))

    MatchFactory(help_request=request, status="offered", created_at=days(now, 8), offered_at=days(now, 2))
    assert turn(request) == ("mentee", days(now, 2))


def test_a_request_with_questions_waits_for_the_mentor_who_was_asked_first(now):
    request = HelpRequestFactory(opened_at=days(now, 9))
    MatchFactory(help_request=request, created_at=days(now, 8))
    for day in (4, 6):
        MatchFactory(help_request=request, status="asked", asked_at=days(now, day))
    MatchFactory(help_request=request, status="withdrawn", asked_at=days(now, 7))

    assert turn(request) == ("mentor", days(now, 6))


def test_an_offer_is_the_mentees_turn_whoever_else_was_asked(now):
    request = HelpRequestFactory(opened_at=days(now, 9))
    MatchFactory(help_request=request, status="asked", asked_at=days(now, 6))
    MatchFactory(help_request=request, status="offered", created_at=days(now, 8), offered_at=days(now, 3))

    assert turn(request) == ("mentee", days(now, 3))


@pytest.mark.parametrize("status", ["matched", "closed", "withdrawn", "expired"])
def test_what_is_over_is_nobody_s_turn(status):
    assert turn(HelpRequestFactory(status=status)) == (None, None)
