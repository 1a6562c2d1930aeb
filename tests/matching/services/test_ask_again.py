"""Asking again: a draft from a request that is over."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from matching.exceptions import HelpRequestNotOver
from matching.models import HelpRequest
from matching.selectors.suggestions import broken_rules
from matching.services.ask_again import ask_again
from matching.services.draft import copy_as_draft, delete_draft
from mentorship.services.end import end_mentorship
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory
from tests.helpers import race
from tests.matching.helpers import mentorship_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.mark.parametrize("status", ["matched", "closed", "withdrawn", "expired"])
def test_asking_again_makes_a_draft_with_the_same_content(status, now):
    rate = {"amount": 40, "currency": "EUR", "per": "session"}
    earlier = HelpRequestFactory(
        status=status, ref="D01", why="For my family.", languages=["en"], accepts_paid=True, max_rate=rate
    )

    draft = ask_again(help_request_id=earlier.pk, by=earlier.mentee, now=now)

    draft.refresh_from_db()
    own = ("id", "uuid", "ref", "copied_from_id", "status", "created_at", "opened_at", "closed_at")
    before, after = (HelpRequest.objects.filter(pk=row.pk).values().get() for row in (earlier, draft))
    assert {name for name in before if before[name] != after[name]} <= set(own)
    assert (draft.status, draft.ref, draft.created_at) == ("draft", None, now)
    assert draft.uuid != earlier.uuid


def test_a_matched_request_is_asked_again_only_after_the_mentorship(matched, alice, now):
    with pytest.raises(HelpRequestNotOver, match="Change the mentor"):
        ask_again(help_request_id=matched.pk, by=alice, now=now)

    end_mentorship(mentorship_id=mentorship_of(matched).pk, by=alice, status="completed", reason="other", now=now)

    assert ask_again(help_request_id=matched.pk, by=alice, now=now).status == "draft"


@pytest.mark.parametrize("status", ["declined", "expired", "dismissed"])
def test_mentors_tried_for_the_goal_are_not_proposed_again(status, now):
    tried = MatchFactory(status=status, help_request__status="withdrawn")
    other_goal = MatchFactory(
        status=status, help_request__mentee=tried.help_request.mentee, help_request__status="withdrawn"
    )
    fresh = MentorFactory()

    draft = ask_again(help_request_id=tried.help_request_id, by=tried.help_request.mentee, now=now)

    users = [match.mentor.user_id for match in (tried, other_goal)] + [fresh.user_id]
    assert broken_rules(draft, users, now=now) == dict(zip(users, [("declined_before",), (), ()], strict=True))


@pytest.mark.parametrize("status", ["ended_early", "active"])
def test_a_mentor_whose_mentorship_runs_or_ended_early_is_not_proposed_again(status, now):
    request = HelpRequestFactory(status="matched")
    mentorship = MentorshipFactory(
        goal=request.goal, status=status, ended_at=None if status == "active" else now, mentor__capacity=5
    )

    draft = ask_again(help_request_id=request.pk, by=request.mentee, now=now)

    user = mentorship.mentor.user_id
    assert broken_rules(draft, [user], now=now) == {user: ("declined_before",)}


def test_asking_again_twice_leads_to_one_draft(now):
    earlier = HelpRequestFactory(status="withdrawn")

    drafts = {ask_again(help_request_id=earlier.pk, by=earlier.mentee, now=now).pk for _ in range(20)}

    assert len(drafts) == 1
    assert HelpRequest.objects.filter(status="draft").count() == 1


def test_after_the_draft_is_gone_another_one_is_made(now):
    earlier = HelpRequestFactory(status="withdrawn")
    first = ask_again(help_request_id=earlier.pk, by=earlier.mentee, now=now)
    delete_draft(help_request_id=first.pk, by=earlier.mentee)

    assert ask_again(help_request_id=earlier.pk, by=earlier.mentee, now=now).status == "draft"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_the_same_draft(now):
    earlier = HelpRequestFactory(status="withdrawn")

    def again() -> int:
        return ask_again(help_request_id=earlier.pk, by=earlier.mentee, now=now).pk

    rival = race(again, again)

    assert rival.finish() == HelpRequest.objects.get(status="draft").pk


def test_the_database_refuses_a_second_draft_of_a_request(now):
    earlier = HelpRequestFactory(status="withdrawn")
    copy_as_draft(earlier, now=now)

    with pytest.raises(IntegrityError, match="one_draft_per_copied_request"), transaction.atomic():
        copy_as_draft(earlier, now=now)
