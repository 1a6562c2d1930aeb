"""Submitting a draft."""

from __future__ import annotations

import pytest

from matching.exceptions import DuplicateHelpRequest, HelpRequestTooVague, TooManyOpenHelpRequests
from matching.services.submit import submit_help_request
from tests.factories import GoalFactory, HelpRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def submit(request, now):
    return submit_help_request(help_request_id=request.pk, now=now)


ASK = "Go through my CV with me and mark what a recruiter would not understand."


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


def test_a_nearly_concrete_request_is_opened(now):
    draft = HelpRequestFactory(status="draft", goal__by_on=None)

    assert submit(draft, now).status == "open"


@pytest.mark.parametrize("copy", [ASK, ASK.upper(), f"  {ASK.replace(' ', '   ')}!"])
def test_a_second_open_request_with_the_same_ask_is_refused(copy, now):
    first = HelpRequestFactory(ask=ASK)
    draft = HelpRequestFactory(mentee=first.mentee, goal=first.goal, status="draft", ask=copy)

    with pytest.raises(DuplicateHelpRequest):
        submit(draft, now)

    draft.refresh_from_db()
    assert draft.status == "draft"


def test_the_same_ask_is_allowed_for_another_goal_another_mentee_or_after_the_end(now):
    first = HelpRequestFactory(ask=ASK)
    drafts = [
        HelpRequestFactory(mentee=first.mentee, goal=GoalFactory(mentee=first.mentee), status="draft", ask=ASK),
        HelpRequestFactory(status="draft", ask=ASK),
    ]
    over = HelpRequestFactory(ask=ASK, status="withdrawn")
    drafts.append(HelpRequestFactory(mentee=over.mentee, goal=over.goal, status="draft", ask=ASK))

    assert [submit(draft, now).status for draft in drafts] == ["open"] * 3


def test_at_most_three_requests_are_open_at_a_time(now, settings):
    first = HelpRequestFactory()
    HelpRequestFactory.create_batch(settings.OPEN_REQUESTS_MAX - 1, mentee=first.mentee, goal=first.goal)

    with pytest.raises(TooManyOpenHelpRequests, match=r"You have 3 open help requests\..* or withdraw one"):
        submit(HelpRequestFactory(mentee=first.mentee, goal=first.goal, status="draft"), now)
