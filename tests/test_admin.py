"""Every page of the admin opens, and its actions do what the API does."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import User
from matching.models import HelpRequest
from mentorship.models import Exclusion
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory, NotificationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def admin_client(client, admin_user):
    client.force_login(admin_user)
    return client


@pytest.fixture
def rows():
    match = MatchFactory(status="asked")
    MentorshipFactory(mentor=match.mentor, goal=match.help_request.goal)
    NotificationFactory()
    pair = sorted([match.mentor.user, match.help_request.mentee], key=lambda user: user.pk)
    Exclusion.objects.create(first=pair[0], second=pair[1], reason="conflict")


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label_lower)
def test_list_search_and_detail_open(model, admin_client, rows):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert admin_client.get(reverse(f"{name}_changelist")).status_code == 200
    if admin.site._registry[model].search_fields:
        assert admin_client.get(reverse(f"{name}_changelist"), {"q": "a"}).status_code == 200
    row = model._default_manager.first()
    if row is not None:
        assert admin_client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


def run_action(client, model: str, action: str, row) -> str:
    address = reverse(f"admin:{model}_changelist")
    response = client.post(address, {"action": action, "_selected_action": [row.pk]}, follow=True)
    return response.content.decode()


def test_an_application_is_approved_once(admin_client):
    mentor = MentorFactory(status="applied")

    assert "is approved" in run_action(admin_client, "accounts_mentorprofile", "approve", mentor)
    assert "not possible any more" in run_action(admin_client, "accounts_mentorprofile", "approve", mentor)
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

    page = run_action(admin_client, "accounts_mentorprofile", action, mentor)

    mentor.refresh_from_db()
    assert mentor.status == after
    assert ("not possible any more" in page) == (before == after)


def test_an_admins_pause_leaves_a_pause_that_runs_as_it_is(admin_client):
    mentor = MentorFactory(status="paused", pause_cause="silence", paused_until_on=date(2027, 1, 11))

    run_action(admin_client, "accounts_mentorprofile", "pause", mentor)

    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause, mentor.paused_until_on) == ("paused", "silence", date(2027, 1, 11))


def test_mentors_are_looked_for_on_demand(admin_client):
    request = HelpRequestFactory()

    run_action(admin_client, "matching_helprequest", "find_mentors", request)

    assert HelpRequest.objects.get().mentors_due_at is not None


def test_an_exclusion_is_entered_in_any_order(admin_client, alice, bob):
    later, earlier = sorted([alice.pk, bob.pk], reverse=True)
    form = {"first": later, "second": earlier, "reason": "manager"}

    admin_client.post(reverse("admin:mentorship_exclusion_add"), form)

    exclusion = Exclusion.objects.get()
    assert (exclusion.first_id, exclusion.second_id) == (earlier, later)


def test_a_code_in_a_mail_is_not_shown(admin_client):
    row = NotificationFactory(payload={"to": "x@example.org", "subject": "s", "text": "ABCD-1234"})

    page = admin_client.get(reverse("admin:accounts_notification_change", args=[row.pk])).content.decode()

    assert "ABCD-1234" not in page


def test_members_do_not_get_in(client, alice):
    client.force_login(alice)

    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("name", ["Python", "PYTHON", "nlp"])
def test_a_skill_that_is_there_already_is_refused_in_words(admin_client, name):
    form = {"name": name, "field": "", "aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}

    response = admin_client.post(reverse("admin:accounts_skill_add"), form)

    assert "is there already" in response.content.decode()


def test_saving_a_mentor_writes_what_was_changed_and_no_more(admin_client, now):
    mentor = MentorFactory(status="applied")
    page = admin_client.get(reverse("admin:accounts_mentorprofile_change", args=[mentor.pk]))
    form = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
    form |= {name: ",".join(form[name]) for name in ("teaches", "explores", "formats")}
    mentor.move_to("approved", at=now)

    admin_client.post(reverse("admin:accounts_mentorprofile_change", args=[mentor.pk]), form | {"monthly_hours": 9})

    mentor.refresh_from_db()
    assert (mentor.monthly_hours, mentor.status) == (9, "approved")


def test_an_admin_need_not_be_a_superuser(client, alice):
    alice.is_staff = True
    alice.save()
    client.force_login(alice)

    assert client.get(reverse("admin:accounts_mentorprofile_changelist")).status_code == 200


def test_a_person_made_on_the_command_line_is_a_whole_member(db):
    assert User.objects.create_superuser("root@example.org", "a-long-password", name="Root").profile.timezone == "UTC"


def test_an_admin_learns_why_a_mentor_is_not_suggested(admin_client):
    request, mentor = HelpRequestFactory(), MentorFactory(status="suspended")
    address = reverse("admin:matching_helprequest_why_not", args=[request.pk])

    page = admin_client.get(address, {"mentor": mentor.user.email}).content.decode()

    assert "Suspended: Is not available at the moment." in page
    assert "nobody who could be suggested" in admin_client.get(address, {"mentor": "x@example.org"}).content.decode()


def test_whose_turn_it_is_and_since_when_is_a_column_to_sort_by(admin_client, django_assert_max_num_queries):
    HelpRequestFactory()
    for _ in range(3):
        MatchFactory(status="asked")
    address = reverse("admin:matching_helprequest_changelist")

    with django_assert_max_num_queries(12):
        page = admin_client.get(address, {"o": "-4.5"}).content.decode()

    assert page.index('field-whose_turn">mentor<') < page.index('field-whose_turn">community<')
    assert 'field-whose_turn">mentor<' in admin_client.get(reverse("admin:matching_match_changelist")).content.decode()
