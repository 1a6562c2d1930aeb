"""A mentorship pauses and goes on."""

from __future__ import annotations

import pytest

from mentorship.exceptions import MentorAtCapacity, NotOneOfTheTwo
from mentorship.services.pause import pause_mentorship, resume_mentorship
from mentorship.services.start import start_mentorship
from tests.factories import GoalFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.mark.parametrize("other", ["charlie", "admin_user"])
@pytest.mark.parametrize("act", [pause_mentorship, resume_mentorship])
def test_nobody_else_pauses_or_resumes_a_mentorship(act, other, now, request):
    mentorship = MentorshipFactory()

    with pytest.raises(NotOneOfTheTwo):
        act(mentorship_id=mentorship.pk, by=request.getfixturevalue(other), now=now)

    mentorship.refresh_from_db()
    assert mentorship.status == "active"


def test_a_pause_keeps_the_place(now):
    mentorship = MentorshipFactory(mentor__capacity=1)
    goal = GoalFactory()

    pause_mentorship(mentorship_id=mentorship.pk, by=mentorship.mentee, now=now)

    with pytest.raises(MentorAtCapacity):
        start_mentorship(mentor_id=mentorship.mentor_id, mentee=goal.mentee, goal=goal, format="ongoing", now=now)
