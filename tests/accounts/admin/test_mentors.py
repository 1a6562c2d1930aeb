"""Mentors in the admin. Its actions follow the same rules as the API."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import MentorProfile
from tests.factories import MentorFactory, UserFactory
from tests.helpers import hidden_fields, log_in_with_second_factor, run_admin_action

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
    ],
)
def test_an_admin_pauses_by_the_same_rules(before, action, after, admin_client):
    mentor = MentorFactory(status=before)

    page = run_admin_action(admin_client, "accounts_mentorprofile", action, mentor)

    mentor.refresh_from_db()
    assert mentor.status == after
    assert ("not possible any more" in page) == (before == after)


WITH_REASON = [
    ("applied", "reject", "rejected"),
    ("rejected", "reopen", "applied"),
    ("applied", "suspend", "suspended"),
    ("approved", "suspend", "suspended"),
    ("paused", "suspend", "suspended"),
    ("suspended", "lift", "approved"),
]


@pytest.mark.parametrize(("before", "action", "after"), WITH_REASON)
def test_an_admin_is_asked_for_a_reason_first(before, action, after, admin_client):
    mentor = MentorFactory(status=before)

    page = run_admin_action(admin_client, "accounts_mentorprofile", action, mentor)

    mentor.refresh_from_db()
    assert mentor.status == before
    assert "They read it in the mail." in page
    assert str(mentor) in page


@pytest.mark.parametrize(("before", "action", "after"), WITH_REASON)
def test_an_admin_decides_with_a_reason_and_is_recorded(before, action, after, admin_client, admin_user):
    mentor = MentorFactory(status=before)
    form = {"action": action, "_selected_action": [mentor.pk], "reason": "We spoke on Monday."}

    admin_client.post(reverse("admin:accounts_mentorprofile_changelist"), form)

    mentor.refresh_from_db()
    [decision] = mentor.decisions.all()
    assert (mentor.status, decision.by, decision.reason) == (after, admin_user, "We spoke on Monday.")
    page = admin_client.get(reverse("admin:accounts_mentorprofile_change", args=[mentor.pk])).content.decode()
    assert "We spoke on Monday." in page


def test_a_reason_given_for_all_mentors_of_a_list_reaches_those_on_its_other_pages(admin_client):
    MentorFactory.create_batch(101)
    other = MentorFactory(status="applied")
    approved = reverse("admin:accounts_mentorprofile_changelist") + "?status__exact=approved"
    first_page = list(MentorProfile.objects.exclude(pk=other.pk).values_list("pk", flat=True)[:100])
    asked = admin_client.post(approved, {"action": "suspend", "_selected_action": first_page, "select_across": "1"})
    confirmed = admin_client.post(approved, hidden_fields(asked))
    assert "and 51 more" in confirmed.content.decode()

    done = admin_client.post(approved, hidden_fields(confirmed) | {"reason": "We spoke."}, follow=True)

    assert MentorProfile.objects.filter(status="suspended").count() == 101
    assert "Done for 101 rows. Each is suspended and gets a mail." in done.content.decode()
    other.refresh_from_db()
    assert other.status == "applied"


def test_an_empty_reason_is_asked_for_again(admin_client):
    mentor = MentorFactory()
    form = {"action": "suspend", "_selected_action": [mentor.pk], "reason": " "}

    page = admin_client.post(reverse("admin:accounts_mentorprofile_changelist"), form).content.decode()

    mentor.refresh_from_db()
    assert mentor.status == "approved"
    assert "Give a reason in a sentence or two." in page


def test_an_admin_does_not_change_a_running_pause(admin_client):
    mentor = MentorFactory(status="paused", pause_cause="silence", paused_until_on=date(2027, 1, 11))

    run_admin_action(admin_client, "accounts_mentorprofile", "pause", mentor)

    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause, mentor.paused_until_on) == ("paused", "silence", date(2027, 1, 11))


def test_saving_a_mentor_writes_only_the_changed_fields(admin_client, now):
    mentor = MentorFactory(status="applied")
    page = admin_client.get(reverse("admin:accounts_mentorprofile_change", args=[mentor.pk]))
    form = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
    form |= {"decisions-TOTAL_FORMS": 0, "decisions-INITIAL_FORMS": 0}
    form |= {name: ",".join(form[name]) for name in ("teaches", "explores", "formats")}
    mentor.move_to("approved", at=now)

    admin_client.post(reverse("admin:accounts_mentorprofile_change", args=[mentor.pk]), form | {"monthly_hours": 9})

    mentor.refresh_from_db()
    assert (mentor.monthly_hours, mentor.status) == (9, "approved")


def test_a_manager_does_not_change_the_mentor_profile_of_an_admin(client):
    mentor = MentorFactory(user__role="owner")
    log_in_with_second_factor(client, UserFactory(role="manager"))

    assert client.post(reverse("admin:accounts_mentorprofile_change", args=[mentor.pk]), {}).status_code == 403


@pytest.mark.parametrize(("reader", "role"), [("manager", ""), ("owner", "manager")])
def test_the_form_of_a_mentor_is_open_to_who_may_change_the_account(reader, role, client):
    mentor = MentorFactory(user__role=role)
    log_in_with_second_factor(client, UserFactory(role=reader))

    page = client.get(reverse("admin:accounts_mentorprofile_change", args=[mentor.pk])).content.decode()

    assert 'name="_save"' in page
