"""Changing the mentor: the mentorship ends, and the same request is opened anew."""

from __future__ import annotations

import pytest

from matching.exceptions import HelpRequestNotMatched, HelpRequestTooVague, NotYourTurn, TooManyOpenHelpRequests
from matching.jobs.close import close_ended
from matching.jobs.propose import propose_matches
from matching.models import HelpRequest
from matching.models.help_request import CONTENT
from matching.services.change_mentor import change_mentor
from mentorship.services.end import end_mentorship
from tests.factories import HelpRequestFactory, MentorFactory
from tests.matching.helpers import mentorship_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def change(request, by, now, reason="not_a_fit"):
    return change_mentor(mentorship_id=mentorship_of(request).pk, by=by, reason=reason, now=now)


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


def test_the_former_mentor_is_proposed_for_another_goal(matched, alice, bob, now):
    change(matched, alice, now)
    request = HelpRequestFactory(mentee=alice, mentors_due_at=now)

    propose_matches(help_request_id=request.pk, now=now)

    assert [match.mentor for match in request.matches.all()] == [bob.mentor]


def test_at_the_limit_of_open_requests_nothing_changes(matched, alice, now, settings):
    for _ in range(settings.OPEN_REQUESTS_MAX):
        HelpRequestFactory(mentee=alice)

    with pytest.raises(TooManyOpenHelpRequests, match="Withdraw one of your open requests first, then change"):
        change(matched, alice, now)

    matched.refresh_from_db()
    assert (matched.status, mentorship_of(matched).status) == ("matched", "active")
    assert HelpRequest.objects.filter(mentee=alice).count() == settings.OPEN_REQUESTS_MAX + 1


def test_a_request_too_vague_by_todays_rules_is_refused_with_advice(matched, alice, now):
    matched.ask = "Help me."
    matched.save()

    with pytest.raises(HelpRequestTooVague) as refusal:
        change(matched, alice, now)

    assert refusal.value.detail == "This request is too vague by today's rules: ask again and change the draft."
    assert mentorship_of(matched).status == "active"


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
def test_the_mentor_of_an_ended_mentorship_is_not_changed(closed, matched, alice, bob, now):
    end_mentorship(mentorship_id=mentorship_of(matched).pk, by=bob, status="completed", reason="other", now=now)
    if closed:
        close_ended(now=now)

    with pytest.raises(HelpRequestNotMatched, match=r"has ended already\. Ask again to look for another mentor"):
        change(matched, alice, now)

    assert not HelpRequest.objects.filter(status="open").exists()
