"""A mentorship rests, goes on, and ends; both are told, nobody is blamed."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.exceptions import MoveNotAllowed
from accounts.notifications.deliver import drain
from mentorship.exceptions import AlreadyTogether, EndReasonDoesNotFit, MentorAtCapacity, NotOneOfTheTwo
from mentorship.models import Mentorship
from mentorship.services.end import end_mentorship
from mentorship.services.pause import pause_mentorship, resume_mentorship
from mentorship.services.start import start_mentorship
from tests.factories import GoalFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ALLOWED = {
    ("active", "paused"),
    ("paused", "active"),
    *((before, after) for before in ("active", "paused") for after in ("completed", "ended_early")),
}


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(mentor=bob.mentor, goal__mentee=alice)


def end(mentorship, by, now, *, status="ended_early", reason="no_time", looks_on=False):
    return end_mentorship(mentorship_id=mentorship.pk, by=by, status=status, reason=reason, now=now, looks_on=looks_on)


def in_status(status, now, **fields):
    return MentorshipFactory(status=status, ended_at=now if status in Mentorship.OVER else None, **fields)


# --- the table of moves ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", Mentorship.Status.values)
@pytest.mark.parametrize("after", Mentorship.Status.values)
def test_only_the_listed_moves_are_possible(before, after, now):
    mentorship = in_status(before, now)

    if (before, after) in ALLOWED:
        mentorship.move_to(after, at=now)
    else:
        with pytest.raises(MoveNotAllowed):
            mentorship.move_to(after, at=now)

    mentorship.refresh_from_db()
    assert mentorship.status == (after if (before, after) in ALLOWED else before)


ACTIONS = {
    "pause": ("paused", {}),
    "resume": ("active", {}),
    "end as completed": ("completed", {"status": "completed", "reason": "goal_reached"}),
    "end early": ("ended_early", {"status": "ended_early", "reason": "no_time"}),
}


@pytest.mark.parametrize("before", Mentorship.Status.values)
@pytest.mark.parametrize("action", ACTIONS)
def test_what_the_table_does_not_have_is_409(before, action, api, alice, now):
    mentorship = in_status(before, now, goal__mentee=alice)
    after, body = ACTIONS[action]

    answer = api(alice).post(f"/api/v1/mentorships/{mentorship.uuid}/{action.split()[0]}/", body)

    mentorship.refresh_from_db()
    if (before, after) in ALLOWED:
        assert (answer.status_code, answer.json()["status"], mentorship.status) == (200, after, after)
    else:
        assert (answer.status_code, answer.json()["code"]) == (409, "move_not_allowed")
        assert mentorship.status == before


# --- ending ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["alice", "bob", "admin_user"])
def test_either_side_or_an_admin_ends_it(side, mentorship, now, request):
    person = request.getfixturevalue(side)

    end(mentorship, person, now, reason="went_silent")

    mentorship.refresh_from_db()
    assert (mentorship.status, mentorship.end_reason) == ("ended_early", "went_silent")
    assert (mentorship.ended_by, mentorship.ended_at) == (person, now)


@pytest.mark.parametrize("act", [pause_mentorship, resume_mentorship, end])
def test_nobody_else_touches_it(act, mentorship, charlie, now):
    with pytest.raises(NotOneOfTheTwo):
        act(mentorship, charlie, now) if act is end else act(mentorship_id=mentorship.pk, by=charlie, now=now)

    mentorship.refresh_from_db()
    assert mentorship.status == "active"


def test_an_end_frees_the_place(now):
    mentorship = MentorshipFactory(mentor__capacity=1)
    goal = GoalFactory()

    end(mentorship, mentorship.mentee, now)

    new = start_mentorship(mentor_id=mentorship.mentor_id, mentee=goal.mentee, goal=goal, format="ongoing", now=now)
    assert new.place == 1


def test_a_pause_keeps_the_place(now):
    mentorship = MentorshipFactory(mentor__capacity=1)
    goal = GoalFactory()

    pause_mentorship(mentorship_id=mentorship.pk, by=mentorship.mentee, now=now)

    with pytest.raises(MentorAtCapacity):
        start_mentorship(mentor_id=mentorship.mentor_id, mentee=goal.mentee, goal=goal, format="ongoing", now=now)


def test_the_database_wants_an_end_for_what_is_over(mentorship):
    with pytest.raises(IntegrityError, match="has_an_end_if_and_only_if_over"), transaction.atomic():
        Mentorship.objects.update(status="completed")


def test_an_end_needs_a_known_status_and_reason(api, alice, mentorship):
    path = f"/api/v1/mentorships/{mentorship.uuid}/end/"

    for body in ({"status": "active", "reason": "other"}, {"status": "completed", "reason": "bored"}, {}):
        assert api(alice).post(path, body).status_code == 400


FITTING = {
    "completed": {"goal_reached", "helped_enough", "other"},
    "ended_early": {"no_time", "not_a_fit", "went_silent", "other"},
}


@pytest.mark.parametrize("reason", Mentorship.EndReason.values)
@pytest.mark.parametrize("status", FITTING)
def test_an_end_has_a_reason_that_fits(status, reason, mentorship, api, alice, now):
    if reason in FITTING[status]:
        assert end(mentorship, alice, now, status=status, reason=reason).status == status
        return
    with pytest.raises(EndReasonDoesNotFit):
        end(mentorship, alice, now, status=status, reason=reason)
    answer = api(alice).post(f"/api/v1/mentorships/{mentorship.uuid}/end/", {"status": status, "reason": reason})

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, ["reason"])
    mentorship.refresh_from_db()
    assert mentorship.status == "active"


def test_two_who_work_on_a_goal_do_not_begin_with_it_a_second_time(mentorship, now):
    mentorship.mentor.capacity = 5
    mentorship.mentor.save()

    def start(goal):
        return start_mentorship(
            mentor_id=mentorship.mentor_id, mentee=mentorship.mentee, goal=goal, format="ongoing", now=now
        )

    with pytest.raises(AlreadyTogether):
        start(mentorship.goal)

    start(GoalFactory(mentee=mentorship.mentee))
    end(mentorship, mentorship.mentee, now)
    start(mentorship.goal)


def test_the_database_knows_one_running_mentorship_of_two_for_a_goal(mentorship):
    again = {"mentor": mentorship.mentor, "goal": mentorship.goal, "place": 2}

    with pytest.raises(IntegrityError, match="one_running_for_a_pair_and_goal"), transaction.atomic():
        MentorshipFactory(**again, status="paused")


# --- who is told what -----------------------------------------------------------------------------------------


def mails_after(end_it, now):
    end_it()
    drain(now=lambda: now)
    return {message.to[0]: message for message in mail.outbox}


def test_both_are_told_once(mentorship, alice, bob, now):
    sent = mails_after(lambda: end(mentorship, alice, now), now)

    assert sent.keys() == {alice.email, bob.email}
    assert sent[bob.email].subject == "Your mentorship with Alice Archer has ended"
    assert "The place is free again" in sent[bob.email].body
    assert "other mentors are proposed to you" in sent[alice.email].body


def test_a_completed_one_sounds_like_it(mentorship, alice, bob, now):
    sent = mails_after(lambda: end(mentorship, bob, now, status="completed", reason="goal_reached"), now)

    assert sent[alice.email].subject == "Your mentorship with Bob Baker is completed"
    assert "The reason given: the goal is reached." in sent[alice.email].body


@pytest.mark.parametrize("reason", ["not_a_fit", "went_silent"])
@pytest.mark.parametrize(("by", "other"), [("alice", "bob"), ("bob", "alice")])
def test_a_reason_that_could_hurt_is_in_no_mail(reason, by, other, mentorship, api, now, request):
    by, other = request.getfixturevalue(by), request.getfixturevalue(other)
    words = Mentorship.EndReason(reason).label

    sent = mails_after(lambda: end(mentorship, by, now, reason=reason), now)

    path = f"/api/v1/mentorships/{mentorship.uuid}/"
    assert api(by).get(path).json()["end_reason"] == reason
    assert api(other).get(path).json()["end_reason"] == ""
    for message in sent.values():
        assert words not in message.body + message.alternatives[0].content


def test_only_who_did_not_end_it_is_reminded_of_thanks(mentorship, alice, bob, now):
    sent = mails_after(lambda: end(mentorship, alice, now, reason="not_a_fit"), now)

    assert "word of thanks" not in sent[alice.email].body + sent[alice.email].alternatives[0].content
    assert "word of thanks" in sent[bob.email].body


def test_a_mentee_who_looks_for_another_mentor_reads_that_the_request_is_open(mentorship, alice, bob, now):
    sent = mails_after(lambda: end(mentorship, alice, now, looks_on=True), now)

    for part in (sent[alice.email].body, sent[alice.email].alternatives[0].content):
        assert "Your request is open again; we look for another mentor now." in part
    assert "Your request is open again" not in sent[bob.email].body


@pytest.mark.parametrize(
    ("status", "reason"),
    [("completed", "goal_reached"), ("completed", "helped_enough"), ("ended_early", "no_time")],
)
def test_other_reasons_are_told(status, reason, mentorship, api, alice, bob, now):
    sent = mails_after(lambda: end(mentorship, alice, now, status=status, reason=reason), now)

    assert Mentorship.EndReason(reason).label in sent[bob.email].body
    assert api(bob).get(f"/api/v1/mentorships/{mentorship.uuid}/").json()["end_reason"] == reason


# --- the admin ------------------------------------------------------------------------------------------------


def test_an_admin_ends_it_once(client, admin_user, mentorship):
    client.force_login(admin_user)

    def act(action):
        form = {"action": action, "_selected_action": [mentorship.pk]}
        return client.post(reverse("admin:mentorship_mentorship_changelist"), form, follow=True).content.decode()

    assert "both get a mail" in act("complete")
    assert "not possible any more: the mentorship is completed" in act("end_early")
    mentorship.refresh_from_db()
    assert (mentorship.status, mentorship.ended_by) == ("completed", admin_user)
