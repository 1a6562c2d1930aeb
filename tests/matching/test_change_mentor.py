"""After a mentorship: its request is closed, and the mentee may have another mentor, without blame."""

from __future__ import annotations

import pytest

from matching.exceptions import (
    HelpRequestNotMatched,
    HelpRequestNotOver,
    HelpRequestTooVague,
    NotYourTurn,
    TooManyOpenHelpRequests,
)
from matching.jobs.close import close_ended
from matching.jobs.propose import propose_matches
from matching.models import HelpRequest
from matching.services.ask_again import ask_again
from matching.services.change_mentor import change_mentor
from matching.services.draft import CONTENT
from mentorship.models import Mentorship
from mentorship.services.end import end_mentorship
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def matched(alice, bob):
    """Return Alice's request that Bob accepted."""
    request = HelpRequestFactory(mentee=alice, status="matched", languages=["en"], why="I want to stay in the field.")
    mentorship = MentorshipFactory(goal=request.goal, mentor=bob.mentor)
    MatchFactory(help_request=request, mentor=bob.mentor, status="accepted", mentorship=mentorship)
    return request


def mentorship_of(request):
    return request.matches.get(status="accepted").mentorship


def change(request, by, now, reason="not_a_fit"):
    return change_mentor(mentorship_id=mentorship_of(request).pk, by=by, reason=reason, now=now)


# --- closing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Mentorship.OVER)
def test_the_request_of_a_mentorship_that_is_over_is_closed_once(status, matched, alice, now):
    end_mentorship(mentorship_id=mentorship_of(matched).pk, by=alice, status=status, reason="other", now=now)

    assert (close_ended(now=now), close_ended(now=now)) == (1, 0)

    matched.refresh_from_db()
    assert (matched.status, matched.closed_at) == ("closed", now)


@pytest.mark.parametrize("status", Mentorship.RUNNING)
def test_while_it_runs_the_request_stays_matched(status, matched, now):
    Mentorship.objects.update(status=status)

    assert close_ended(now=now) == 0


# --- another mentor -------------------------------------------------------------------------------------------


def test_the_same_request_is_opened_anew(matched, alice, now):
    opened = change(matched, alice, now)

    matched.refresh_from_db()
    assert (matched.status, opened.status, opened.mentors_due_at) == ("closed", "open", now)
    assert opened.uuid != matched.uuid
    assert {name: getattr(opened, name) for name in CONTENT} == {name: getattr(matched, name) for name in CONTENT}


def test_the_mentorship_ends_early_with_the_reason(matched, alice, now):
    change(matched, alice, now, reason="went_silent")

    mentorship = mentorship_of(matched)
    assert (mentorship.status, mentorship.end_reason, mentorship.ended_by) == ("ended_early", "went_silent", alice)


def test_the_former_mentor_is_not_proposed_again(matched, alice, now):
    other = MentorFactory()
    opened = change(matched, alice, now)

    propose_matches(help_request_id=opened.pk, now=now)

    assert [match.mentor for match in opened.matches.all()] == [other]


@pytest.mark.parametrize("status", ["declined", "expired", "dismissed"])
def test_who_was_tried_for_the_goal_is_not_proposed_for_another_request_with_it(status, now):
    tried = MatchFactory(status=status, help_request__status="withdrawn")
    other = MentorFactory()
    request = HelpRequestFactory(mentee=tried.help_request.mentee, goal=tried.help_request.goal, mentors_due_at=now)

    propose_matches(help_request_id=request.pk, now=now)

    assert [match.mentor for match in request.matches.all()] == [other]


def test_for_another_goal_the_former_mentor_is_as_good_as_any(matched, alice, bob, now):
    change(matched, alice, now)
    request = HelpRequestFactory(mentee=alice, mentors_due_at=now)

    propose_matches(help_request_id=request.pk, now=now)

    assert [match.mentor for match in request.matches.all()] == [bob.mentor]


def test_the_limit_of_open_requests_holds_and_then_nothing_changes(matched, alice, now, settings):
    for _ in range(settings.OPEN_REQUESTS_MAX):
        HelpRequestFactory(mentee=alice)

    with pytest.raises(TooManyOpenHelpRequests, match="Withdraw one of your open requests first, then change"):
        change(matched, alice, now)

    matched.refresh_from_db()
    assert (matched.status, mentorship_of(matched).status) == ("matched", "active")
    assert HelpRequest.objects.filter(mentee=alice).count() == settings.OPEN_REQUESTS_MAX + 1


def test_a_request_too_vague_by_todays_rules_says_how_to_go_on(matched, alice, now):
    matched.ask = "Help me."
    matched.save()

    with pytest.raises(HelpRequestTooVague) as refusal:
        change(matched, alice, now)

    assert refusal.value.detail == "This request is too vague by today's rules: ask again and change the draft."
    assert mentorship_of(matched).status == "active"


def test_after_the_end_the_mentee_asks_again_and_before_changes_the_mentor(matched, alice, now):
    with pytest.raises(HelpRequestNotOver, match="Change the mentor"):
        ask_again(help_request_id=matched.pk, by=alice, now=now)

    end_mentorship(mentorship_id=mentorship_of(matched).pk, by=alice, status="completed", reason="other", now=now)

    assert ask_again(help_request_id=matched.pk, by=alice, now=now).status == "draft"


def test_only_the_mentee_changes_the_mentor(matched, bob, charlie, now):
    for person in (bob, charlie):
        with pytest.raises(NotYourTurn):
            change(matched, person, now)


def test_a_mentor_is_changed_once(matched, alice, now):
    change(matched, alice, now)

    with pytest.raises(HelpRequestNotMatched):
        change(matched, alice, now)

    assert HelpRequest.objects.filter(mentee=alice, status="open").count() == 1


@pytest.mark.parametrize("closed", [False, True])
def test_a_mentorship_that_is_over_is_not_changed(closed, matched, alice, bob, now):
    end_mentorship(mentorship_id=mentorship_of(matched).pk, by=bob, status="completed", reason="other", now=now)
    if closed:
        close_ended(now=now)

    with pytest.raises(HelpRequestNotMatched, match=r"has ended already\. Ask again to look for another mentor"):
        change(matched, alice, now)

    assert not HelpRequest.objects.filter(status="open").exists()


def test_by_the_api_the_new_request_is_answered(api, alice, matched):
    answer = api(alice).post(f"/api/v1/help-requests/{matched.uuid}/change-mentor/", {"reason": "not_a_fit"})

    assert (answer.status_code, answer.json()["status"]) == (201, "open")
    assert answer.json()["ask"] == matched.ask


@pytest.mark.parametrize("status", sorted(set(HelpRequest.Status) - {"matched"}))
def test_without_a_running_mentorship_it_is_409(status, api, alice):
    request = HelpRequestFactory(mentee=alice, status=status)

    answer = api(alice).post(f"/api/v1/help-requests/{request.uuid}/change-mentor/", {"reason": "other"})

    assert (answer.status_code, answer.json()["code"]) == (409, "help_request_not_matched")
