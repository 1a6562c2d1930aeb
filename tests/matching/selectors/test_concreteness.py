"""The draft that the concreteness check reads."""

from __future__ import annotations

from datetime import date

import pytest

from matching.selectors.concreteness import draft_of
from mentorship.models import GoalKind
from tests.factories import GoalFactory, HelpRequestFactory

pytestmark = pytest.mark.django_db


def test_the_draft_has_the_words_of_the_request():
    goal = GoalFactory(kind=GoalKind.objects.get(code="job_abroad"), target_country="NL", by_on=date(2027, 9, 1))
    request = HelpRequestFactory(goal=goal, mentee=goal.mentee)

    draft = draft_of(request)

    assert (draft.target_country, draft.session_kind) == ("the Netherlands", "cv_review")
    assert (draft.session_phrase, draft.goal_phrase) == (request.session_kind.name, goal.kind.phrase)
    assert (draft.ask, draft.needs, draft.goal_by) == (request.ask, tuple(request.needs), goal.by_on)
    assert draft.in_english == {"situation", "gap", "ask"}
