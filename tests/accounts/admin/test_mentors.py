"""Mentors in the admin. Its actions follow the same rules as the API."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import MentorFactory
from tests.helpers import run_admin_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_an_application_is_approved_once(admin_client):
    mentor = MentorFactory(status="applied")

    assert "is approved" in run_admin_action(admin_client, "accounts_mentorprofile", "approve", mentor)
    assert "not possible any more" in run_admin_action(admin_client, "accounts_mentorprofile", "approve", mentor)
    mentor.refresh_from_db()
    assert mentor.status == "approved"


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        ("approved", "pause", "paused"),
        ("paused", "resume", "approved"),
        ("suspended", "resume", "suspended"),
        ("approved", "suspend", "suspended"),
        ("applied", "suspend", "suspended"),
    ],
)
def test_an_admin_pauses_and_suspends_by_the_same_rules(before, action, after, admin_client):
    mentor = MentorFactory(status=before)

    page = run_admin_action(admin_client, "accounts_mentorprofile", action, mentor)

    mentor.refresh_from_db()
    assert mentor.status == after
    assert ("not possible any more" in page) == (before == after)


def test_an_admin_does_not_change_a_running_pause(admin_client):
    mentor = MentorFactory(status="paused", pause_cause="silence", paused_until_on=date(2027, 1, 11))

    run_admin_action(admin_client, "accounts_mentorprofile", "pause", mentor)

    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause, mentor.paused_until_on) == ("paused", "silence", date(2027, 1, 11))


def test_saving_a_mentor_writes_only_the_changed_fields(admin_client, now):
    mentor = MentorFactory(status="applied")
    page = admin_client.get(reverse("admin:accounts_mentorprofile_change", args=[mentor.pk]))
    form = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
    form |= {name: ",".join(form[name]) for name in ("teaches", "explores", "formats")}
    mentor.move_to("approved", at=now)

    admin_client.post(reverse("admin:accounts_mentorprofile_change", args=[mentor.pk]), form | {"monthly_hours": 9})

    mentor.refresh_from_db()
    assert (mentor.monthly_hours, mentor.status) == (9, "approved")
