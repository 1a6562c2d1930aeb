"""Rejecting and suspending a mentor with a reason, and the ways back."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.exceptions import MoveNotAllowed, OwnApplication, ReasonMissing
from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.models import MentorDecision, MentorProfile
from accounts.services.mentors import (
    approve_mentor,
    lift_suspension,
    reject_mentor,
    reopen_application,
    suspend_mentor,
)
from tests.api.problems import place
from tests.factories import NOW, MentorFactory, UserFactory
from tests.helpers import kinds, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

REASON = "Three mentees wrote to us that nobody came to the call."


def decide(verb, mentor: MentorProfile, admin, reason: str = REASON) -> MentorProfile:
    return verb(mentor_id=mentor.pk, by=admin, reason=reason, now=NOW)


@pytest.mark.parametrize("status", ["applied", "approved", "paused", "rejected"])
def test_a_suspension_is_recorded_and_explained(status, admin):
    mentor = MentorFactory(status=status)

    decide(suspend_mentor, mentor, admin)

    [decision] = MentorDecision.objects.all()
    assert (decision.by, decision.before, decision.after) == (admin, status, "suspended")
    assert (decision.reason, decision.decided_at) == (REASON, NOW)
    send(NOW)
    [message] = mail.outbox
    assert (message.to, message.subject) == ([mentor.user.email], "Your mentoring is suspended")
    assert REASON in message.body
    assert REASON in message.alternatives[0].content


def test_a_suspended_mentor_cannot_be_suspended_again(bob, admin):
    decide(suspend_mentor, bob.mentor, admin)

    with pytest.raises(MoveNotAllowed):
        decide(suspend_mentor, bob.mentor, admin)

    assert MentorDecision.objects.count() == 1


def test_a_rejection_is_recorded_and_explained(admin):
    mentor = MentorFactory(status="applied")

    decide(reject_mentor, mentor, admin)

    assert [(d.by, d.after, d.reason) for d in mentor.decisions.all()] == [(admin, "rejected", REASON)]
    send(NOW)
    assert REASON in mail.outbox[0].body


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        (reject_mentor, "applied"),
        (suspend_mentor, "approved"),
        (lift_suspension, "suspended"),
        (reopen_application, "rejected"),
    ],
)
@pytest.mark.parametrize("reason", ["", "  \n "])
def test_nothing_is_decided_without_a_reason(reason, verb, status, admin):
    mentor = MentorFactory(status=status)

    with pytest.raises(ReasonMissing):
        decide(verb, mentor, admin, reason)

    mentor.refresh_from_db()
    assert (mentor.status, kinds(mentor.user), mentor.decisions.count()) == (status, [], 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [("applied", "applied"), ("approved", "approved"), ("paused", "paused"), ("rejected", "applied")],
)
def test_a_lifted_suspension_gives_the_status_from_before(before, after, admin):
    mentor = MentorFactory(status=before)
    decide(suspend_mentor, mentor, admin)

    assert decide(lift_suspension, mentor, admin).status == after

    mentor.refresh_from_db()
    assert (mentor.status, mentor.decisions.count()) == (after, 2)
    assert kinds(mentor.user) == ["mentor_suspended", "suspension_lifted"]


def test_a_suspension_from_before_the_record_gives_an_approved_mentor(admin):
    assert decide(lift_suspension, MentorFactory(status="suspended"), admin).status == "approved"


def test_a_rejected_application_is_opened_again_and_decided_anew(admin):
    mentor = MentorFactory(status="rejected")

    decide(reopen_application, mentor, admin)

    assert kinds(mentor.user) == ["application_reopened"]
    assert approve_mentor(mentor_id=mentor.pk, by=None, now=NOW).status == "approved"


def approve(*, mentor_id, by, reason, now):
    return approve_mentor(mentor_id=mentor_id, by=by, now=now)


OWN = [
    (approve, "applied"),
    (reject_mentor, "applied"),
    (reopen_application, "rejected"),
    (lift_suspension, "suspended"),
]


@pytest.mark.parametrize(("verb", "status"), OWN)
def test_an_admin_does_not_decide_about_themselves(verb, status):
    own = MentorFactory(status=status, user__role="manager")
    UserFactory(role="manager")

    with pytest.raises(OwnApplication):
        decide(verb, own, own.user)

    own.refresh_from_db()
    assert (own.status, own.decisions.count()) == (status, 0)


@pytest.mark.parametrize(("verb", "status"), OWN)
def test_the_only_admin_decides_about_themselves(verb, status):
    own = MentorFactory(status=status, user__role="manager")
    UserFactory(role="manager", is_active=False)
    UserFactory(role="matchmaker")

    assert decide(verb, own, own.user).status != status


@pytest.mark.parametrize("verb", [lift_suspension, reopen_application])
@pytest.mark.parametrize("status", ["applied", "approved", "paused"])
def test_a_way_back_is_from_its_own_status_only(status, verb, admin):
    mentor = MentorFactory(status=status)

    with pytest.raises(MoveNotAllowed):
        decide(verb, mentor, admin)


def test_a_suspended_mentor_does_not_come_back_by_a_pause(bob, admin):
    decide(suspend_mentor, bob.mentor, admin)

    with pytest.raises(MoveNotAllowed):
        pause_mentoring(mentor_id=bob.mentor.pk, cause="own_wish", until_on=None, now=NOW)
    with pytest.raises(MoveNotAllowed):
        resume_mentoring(mentor_id=bob.mentor.pk, now=NOW)
    with pytest.raises(MoveNotAllowed):
        approve_mentor(mentor_id=bob.mentor.pk, by=None, now=NOW)


def test_the_database_refuses_a_decision_without_a_reason(admin):
    with pytest.raises(IntegrityError, match="mentor_decision_has_a_reason"), transaction.atomic():
        MentorDecision.objects.create(
            mentor=MentorFactory(), by=admin, before="approved", after="suspended", reason="", decided_at=NOW
        )


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 1001}, {"reason": 7}])
def test_a_rejection_by_api_without_a_reason_is_refused(body, api, admin_user):
    mentor = MentorFactory(status="applied")

    answer = api(admin_user).post(f"/api/v1/mentor-applications/{mentor.uuid}/reject/", body, format="json")

    assert (answer.status_code, place(answer.json()["errors"][0])) == (400, "reason")
    mentor.refresh_from_db()
    assert mentor.status == "applied"


def test_a_rejection_by_api_is_recorded(api, admin_user):
    mentor = MentorFactory(status="applied")

    api(admin_user).post(f"/api/v1/mentor-applications/{mentor.uuid}/reject/", {"reason": REASON}, format="json")

    assert [(d.by, d.after, d.reason) for d in mentor.decisions.all()] == [(admin_user, "rejected", REASON)]
