"""Races for a mentor's places: an end, a pause or a smaller capacity against an acceptance."""

from __future__ import annotations

import pytest
from django.db import transaction

from accounts.exceptions import MoveNotAllowed
from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.models import MentorProfile
from accounts.services.mentors import suspend_mentor
from matching.exceptions import HelpRequestNotMatched, PairNotAllowed
from matching.jobs.look_again import look_again
from matching.models import HelpRequest
from matching.services.change_mentor import change_mentor
from mentorship.exceptions import MentorAtCapacity
from mentorship.models import Mentorship
from mentorship.services.mentor_offer import update_offer
from mentorship.services.pause import pause_mentorship
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory, UserFactory
from tests.helpers import Rival, race
from tests.moves import accept, end

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]


@pytest.fixture
def full():
    """Return the one mentorship that a mentor can carry."""
    return MentorshipFactory(mentor__capacity=1)


def test_an_acceptance_waits_for_an_end_and_takes_the_place(full):
    match = MatchFactory(mentor=full.mentor, status="asked")

    rival = race(lambda: end(full), lambda: accept(match))

    assert rival.finish().place == full.place
    assert Mentorship.objects.filter(mentor=full.mentor, status="active").count() == 1


def test_an_end_that_is_rolled_back_frees_no_place(full):
    match = MatchFactory(mentor=full.mentor, status="asked")

    with transaction.atomic():
        end(full)
        rival = Rival(lambda: accept(match))
        rival.wait_until_blocked()
        transaction.set_rollback(True)

    with pytest.raises(MentorAtCapacity):
        rival.finish()


def test_an_end_waits_for_an_acceptance_that_found_no_place(full):
    match = MatchFactory(mentor=full.mentor, status="asked")

    with transaction.atomic():
        with pytest.raises(MentorAtCapacity):
            accept(match)
        MentorProfile.objects.select_for_update(no_key=True).get(pk=full.mentor_id)
        rival = Rival(lambda: end(full))
        rival.wait_until_blocked()

    assert rival.finish().status == "ended_early"
    assert accept(match).place == full.place


def test_the_second_of_two_ends_is_refused(full):
    rival = race(lambda: end(full, status="completed", reason="other"), lambda: end(full))

    with pytest.raises(MoveNotAllowed):
        rival.finish()
    full.refresh_from_db()
    assert full.status == "completed"


def test_a_pause_of_a_mentorship_frees_no_place(full):
    match = MatchFactory(mentor=full.mentor, status="asked")

    rival = race(lambda: pause_mentorship(mentorship_id=full.pk, by=full.mentee, now=NOW), lambda: accept(match))

    with pytest.raises(MentorAtCapacity):
        rival.finish()


def test_a_capacity_lowered_first_refuses_the_acceptance():
    mentor = MentorFactory(capacity=2)
    MentorshipFactory(mentor=mentor)
    match = MatchFactory(mentor=mentor, status="asked")

    rival = race(lambda: update_offer(mentor=mentor, changes={"capacity": 1}), lambda: accept(match))

    with pytest.raises(MentorAtCapacity):
        rival.finish()
    match.refresh_from_db()
    assert (match.status, match.help_request.status) == ("asked", "open")


def test_a_capacity_lowered_second_keeps_what_was_accepted():
    mentor = MentorFactory(capacity=2)
    MentorshipFactory(mentor=mentor)
    match = MatchFactory(mentor=mentor, status="asked")

    rival = race(lambda: accept(match), lambda: update_offer(mentor=mentor, changes={"capacity": 1}))

    assert rival.finish().capacity == 1
    assert Mentorship.objects.filter(mentor=mentor, status="active").count() == 2


def test_an_acceptance_waits_for_a_pause_and_succeeds(bob):
    """A mentor who pauses may still accept an earlier question."""
    match = MatchFactory(mentor=bob.mentor, status="asked")

    rival = race(
        lambda: pause_mentoring(mentor_id=bob.mentor.pk, cause="own_wish", until_on=None, now=NOW),
        lambda: accept(match),
    )

    rival.finish()
    bob.mentor.refresh_from_db()
    match.refresh_from_db()
    assert (bob.mentor.status, match.status) == ("paused", "accepted")


def test_a_mentor_who_resumes_waits_for_an_acceptance(bob):
    bob.mentor.status, bob.mentor.pause_cause = "paused", "own_wish"
    bob.mentor.save()
    match = MatchFactory(mentor=bob.mentor, status="asked")

    rival = race(lambda: accept(match), lambda: resume_mentoring(mentor_id=bob.mentor.pk, now=NOW))

    assert rival.finish().status == "approved"
    assert bob.mentor.mentorships.count() == 1


def test_a_suspension_that_comes_first_refuses_the_acceptance(bob):
    match = MatchFactory(mentor=bob.mentor, status="asked")

    admin = UserFactory(is_staff=True)

    def suspend() -> None:
        suspend_mentor(mentor_id=bob.mentor.pk, by=admin, reason="A complaint is looked at.", now=NOW)

    rival = race(suspend, lambda: accept(match))

    with pytest.raises(PairNotAllowed):
        rival.finish()
    assert not Mentorship.objects.exists()


def test_a_double_click_changes_the_mentor_once(full):
    request = HelpRequestFactory(mentee=full.mentee, goal=full.goal, status="matched")
    MatchFactory(help_request=request, mentor=full.mentor, status="accepted", mentorship=full)

    def change() -> HelpRequest:
        return change_mentor(mentorship_id=full.pk, by=full.mentee, reason="not_a_fit", now=NOW)

    rival = race(change, change)

    with pytest.raises(HelpRequestNotMatched):
        rival.finish()
    assert HelpRequest.objects.filter(mentee=full.mentee, status="open").count() == 1


def test_two_sweeps_over_the_queue_share_the_work():
    held, free = HelpRequestFactory.create_batch(2, looked_at=NOW)

    with transaction.atomic():
        HelpRequest.objects.select_for_update(no_key=True).get(pk=held.pk)
        assert Rival(lambda: look_again(now=NOW)).finish() == 1

    assert list(HelpRequest.objects.filter(mentors_due_at=NOW)) == [free]
