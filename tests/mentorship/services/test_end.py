"""A mentorship ends. Both get a mail that blames nobody."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts.models import MentorProfile
from mentorship.exceptions import EndReasonDoesNotFit, NotOneOfTheTwo
from mentorship.models import Mentorship
from mentorship.services.start import start_mentorship
from tests.factories import GoalFactory, MentorshipFactory
from tests.helpers import send
from tests.moves import end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(mentor=bob.mentor, goal__mentee=alice)


@pytest.mark.parametrize("side", ["alice", "bob"])
def test_either_side_ends_a_mentorship(side, mentorship, now, request):
    person = request.getfixturevalue(side)

    end(mentorship, person, now, reason="went_silent")

    mentorship.refresh_from_db()
    assert (mentorship.status, mentorship.end_reason) == ("ended_early", "went_silent")
    assert (mentorship.ended_by, mentorship.ended_at) == (person, now)


@pytest.mark.parametrize("other", ["charlie", "admin_user"])
def test_nobody_else_ends_a_mentorship(other, mentorship, request):
    with pytest.raises(NotOneOfTheTwo):
        end(mentorship, request.getfixturevalue(other))

    mentorship.refresh_from_db()
    assert mentorship.status == "active"


def test_an_end_frees_the_place(now):
    mentorship = MentorshipFactory(mentor__capacity=1)
    goal = GoalFactory()

    end(mentorship, mentorship.mentee, now)

    new = start_mentorship(mentor_id=mentorship.mentor_id, mentee=goal.mentee, goal=goal, format="ongoing", now=now)
    assert new.place == 1


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        *(("completed", reason) for reason in ("goal_reached", "helped_enough", "other")),
        *(("ended_early", reason) for reason in ("no_time", "not_a_fit", "went_silent", "other")),
    ],
)
def test_an_end_has_a_reason_that_fits(status, reason, mentorship, alice):
    assert end(mentorship, alice, status=status, reason=reason).status == status


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        *(("completed", reason) for reason in ("no_time", "not_a_fit", "went_silent")),
        *(("ended_early", reason) for reason in ("goal_reached", "helped_enough")),
    ],
)
def test_a_reason_that_does_not_fit_is_refused(status, reason, mentorship, alice):
    with pytest.raises(EndReasonDoesNotFit):
        end(mentorship, alice, status=status, reason=reason)

    mentorship.refresh_from_db()
    assert mentorship.status == "active"


# --- mails about the end ----------------------------------------------------------------------------------


def mails_after(end_it, now):
    end_it()
    send(now)
    return {message.to[0]: message for message in mail.outbox}


def test_both_sides_get_one_mail(mentorship, alice, bob, now):
    sent = mails_after(lambda: end(mentorship, alice, now), now)

    assert sent.keys() == {alice.email, bob.email}
    assert sent[bob.email].subject == "Your mentorship with Alice Archer has ended"
    assert "The place is free again" in sent[bob.email].body
    assert "other mentors are proposed to you" in sent[alice.email].body


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "The place is free again, and requests that fit reach you as before."),
        ({"status": "paused", "pause_cause": "own_wish"}, "You are paused, so nobody new can ask you"),
        ({"status": "suspended"}, "Thank you for your time."),
        ({"capacity": 1, "active_elsewhere": 1}, "Thank you for your time."),
    ],
)
def test_the_mail_to_the_mentor_says_whether_new_requests_come(change, sentence, mentorship, alice, bob, now):
    MentorProfile.objects.filter(pk=bob.mentor.pk).update(**change)

    sent = mails_after(lambda: end(mentorship, alice, now), now)

    for part in (sent[bob.email].body, sent[bob.email].alternatives[0].content):
        assert sentence in part
        assert ("reach you as before" in part) == (not change)
        assert ("place is free" in part) == (change.get("status") in (None, "paused") and "capacity" not in change)


def test_the_mail_about_a_completed_mentorship_says_completed(mentorship, alice, bob, now):
    sent = mails_after(lambda: end(mentorship, bob, now, status="completed", reason="goal_reached"), now)

    assert sent[alice.email].subject == "Your mentorship with Bob Baker is completed"
    assert "The reason given: the goal is reached." in sent[alice.email].body


@pytest.mark.parametrize("reason", ["not_a_fit", "went_silent"])
@pytest.mark.parametrize(("by", "other"), [("alice", "bob"), ("bob", "alice")])
def test_a_private_reason_is_shown_only_to_the_person_who_gave_it(reason, by, other, mentorship, api, now, request):
    by, other = request.getfixturevalue(by), request.getfixturevalue(other)
    words = str(Mentorship.EndReason(reason).label)

    sent = mails_after(lambda: end(mentorship, by, now, reason=reason), now)

    path = f"/api/v1/mentorships/{mentorship.uuid}/"
    assert api(by).get(path).json()["end_reason"] == reason
    assert api(other).get(path).json()["end_reason"] == ""
    for message in sent.values():
        assert words not in message.body + message.alternatives[0].content


def test_only_the_other_side_is_reminded_of_thanks(mentorship, alice, bob, now):
    sent = mails_after(lambda: end(mentorship, alice, now, reason="not_a_fit"), now)

    assert "word of thanks" not in sent[alice.email].body + sent[alice.email].alternatives[0].content
    assert "word of thanks" in sent[bob.email].body


def test_the_mail_says_if_the_request_is_open_again(mentorship, alice, bob, now):
    sent = mails_after(lambda: end(mentorship, alice, now, looks_on=True), now)

    for part in (sent[alice.email].body, sent[alice.email].alternatives[0].content):
        assert "Your request is open again; we look for another mentor now." in part
    assert "Your request is open again" not in sent[bob.email].body


def test_the_mentor_does_not_learn_that_the_mentee_looks_on(mentorship, api, alice, bob, now):
    end(mentorship, alice, now, looks_on=True)

    [ended] = [
        row for row in api(bob).get("/api/v1/notifications/").json()["results"] if row["kind"] == "mentorship_ended"
    ]
    assert ended["payload"] == {"mentorship": str(mentorship.uuid)}


@pytest.mark.parametrize(
    ("status", "reason"),
    [("completed", "goal_reached"), ("completed", "helped_enough"), ("ended_early", "no_time")],
)
def test_the_other_side_reads_a_reason_that_is_not_private(status, reason, mentorship, api, alice, bob, now):
    sent = mails_after(lambda: end(mentorship, alice, now, status=status, reason=reason), now)

    assert str(Mentorship.EndReason(reason).label) in sent[bob.email].body
    assert api(bob).get(f"/api/v1/mentorships/{mentorship.uuid}/").json()["end_reason"] == reason
