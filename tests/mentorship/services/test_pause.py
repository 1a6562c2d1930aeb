"""A mentorship pauses and goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from mentorship.exceptions import MentorAtCapacity, NotOneOfTheTwo
from mentorship.services.end import end_mentorship
from mentorship.services.pause import pause_mentorship, resume_mentorship
from mentorship.services.start import start_mentorship
from tests.factories import NOW, GoalFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAY = timedelta(days=1)


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


def test_the_length_of_pauses_is_added_up(now):
    mentorship = MentorshipFactory()
    for begun, over in ((1, 3), (10, 15)):
        pause_mentorship(mentorship_id=mentorship.pk, by=mentorship.mentee, now=now + begun * DAY)
        resume_mentorship(mentorship_id=mentorship.pk, by=mentorship.mentee, now=now + over * DAY)

    mentorship.refresh_from_db()
    assert (mentorship.paused_at, mentorship.paused_for) == (None, 7 * DAY)


def test_the_end_ends_a_pause(now):
    mentorship = MentorshipFactory()
    pause_mentorship(mentorship_id=mentorship.pk, by=mentorship.mentee, now=now)

    end_mentorship(
        mentorship_id=mentorship.pk, by=mentorship.mentee, status="ended_early", reason="no_time", now=now + DAY
    )

    mentorship.refresh_from_db()
    assert (mentorship.paused_at, mentorship.paused_for) == (None, DAY)


@pytest.mark.parametrize(("status", "paused_at"), [("active", NOW), ("paused", None)])
def test_a_mentorship_is_paused_since_some_time_or_not_at_all(status, paused_at):
    with pytest.raises(IntegrityError, match="mentorship_is_paused_since_some_time"), transaction.atomic():
        MentorshipFactory(status=status, paused_at=paused_at)
