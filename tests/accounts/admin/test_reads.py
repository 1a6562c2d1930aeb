"""Reads of private data by admins: noted once an hour, and shown to the person they are about."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.escalations import known_kind
from accounts.models import StaffRead
from accounts.open_escalations import open_escalation, rule_in_force
from accounts.services.reads import note_reads
from mentorship.models import Feedback
from tests.escalations import MAKERS, cause_of
from tests.factories import (
    NOW,
    ConcernFactory,
    FeedbackFactory,
    MentorFactory,
    MentorshipFactory,
    OrganiserNoteFactory,
    UserFactory,
)
from tests.helpers import run_admin_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def noted(person) -> list[str]:
    return sorted(person.staff_reads.values_list("what", flat=True))


def open_page(client, model: str, row) -> None:
    assert client.get(reverse(f"admin:{model}_change", args=[row.pk])).status_code == 200


def test_the_page_of_a_person_notes_a_read_of_the_address(admin_client, admin_user, alice, bob):
    for _ in range(3):
        open_page(admin_client, "accounts_user", alice)

    read = alice.staff_reads.get()
    assert (read.reader, read.what) == (admin_user, "contact")
    assert (read.hour_at.minute, read.hour_at.second) == (0, 0)
    assert noted(bob) == []


def test_the_list_of_people_notes_those_it_shows(admin_client, alice, bob):
    admin_client.get(reverse("admin:accounts_user_changelist"), {"q": "alice"})

    assert (noted(alice), noted(bob)) == (["contact"], [])


def test_profile_record_note_and_feedback_are_noted(admin_client, alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, status="completed")
    feedback = FeedbackFactory(mentorship=mentorship, author=alice, opened_at=NOW)
    Feedback.objects.filter(pk=feedback.pk).update(reported_at=NOW, report_reason="It hurts.")

    open_page(admin_client, "accounts_profile", alice.profile)
    open_page(admin_client, "mentorship_organisernote", OrganiserNoteFactory(mentorship=mentorship))
    open_page(admin_client, "mentorship_feedback", feedback)
    admin_client.get(reverse("admin:accounts_user_record", args=[alice.pk]))

    assert noted(alice) == ["feedback", "note", "profile", "record"]
    assert noted(bob) == ["feedback"]


@pytest.mark.parametrize(("model", "what"), [("user", "contact"), ("profile", "profile"), ("concern", "concerns")])
def test_a_history_is_a_read(model, what, admin_client, alice):
    row = {"user": alice, "profile": alice.profile, "concern": ConcernFactory(raised_by=alice)}[model]

    assert admin_client.get(reverse(f"admin:accounts_{model}_history", args=[row.pk])).status_code == 200

    assert noted(alice) == [what]


def test_lists_of_reports_and_concerns_are_reads(admin_client, alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, status="completed")
    FeedbackFactory(mentorship=mentorship, author=alice, opened_at=NOW, reported_at=NOW, report_reason="It hurts.")
    ConcernFactory(raised_by=alice, about=bob, topic="money")
    ConcernFactory(raised_by=alice, about=UserFactory(name="Sid"), topic="money", is_safety=True)

    admin_client.get(reverse("admin:mentorship_feedback_changelist"))
    admin_client.get(reverse("admin:accounts_concern_changelist"))

    assert (noted(alice), noted(bob)) == (["concerns", "feedback"], ["about", "feedback"])
    assert not StaffRead.objects.filter(person__name="Sid").exists()


def test_the_page_that_asks_before_feedback_is_hidden_is_a_read(admin_client):
    feedback = FeedbackFactory(opened_at=NOW, reported_at=NOW, report_reason="It hurts.")

    page = run_admin_action(admin_client, "mentorship_feedback", "hide", feedback)

    assert "It hurts." in page
    assert noted(feedback.author) == ["feedback"]


def test_nobody_learns_from_a_read_that_their_feedback_was_reported(admin_client, client):
    feedback = FeedbackFactory(opened_at=NOW, reported_at=NOW, report_reason="It hurts.")
    open_page(admin_client, "mentorship_feedback", feedback)

    client.force_login(feedback.author)
    shown = client.get(reverse("staff-reads")).content.decode()

    assert "feedback of a mentorship" in shown
    assert "report" not in shown[shown.index("feedback of a mentorship") :][:80]


@pytest.mark.parametrize(
    ("facts", "about"), [({"topic": "money"}, ["about"]), ({"topic": "money", "is_safety": True}, [])]
)
def test_a_read_concern_is_noted_and_the_subject_of_a_matter_of_safety_reads_nothing(
    facts, about, admin_client, client, api, alice, bob
):
    open_page(admin_client, "accounts_concern", ConcernFactory(raised_by=alice, about=bob, **facts))

    client.force_login(bob)
    assert (noted(alice), noted(bob)) == (["concerns"], about)
    assert len(api(bob).get("/api/v1/me/staff-reads/").json()["results"]) == len(about)
    assert ("a concern about you" in client.get(reverse("staff-reads")).content.decode()) == bool(about)


@pytest.mark.parametrize(
    ("kind", "what"),
    [("feedback_reported", "feedback"), ("note_unread", "note")],
)
def test_an_escalation_that_shows_private_words_is_noted(admin_client, kind, what):
    now = timezone.now()
    cause = cause_of(kind, MAKERS[kind](now), now)

    admin_client.get(reverse("admin:accounts_escalation_one", args=[cause.kind, cause.subject, cause.since]))

    about = {
        person.pk for person in open_escalation(cause, rule_in_force(known_kind(kind)), reader=None, now=now).about
    }
    assert set(StaffRead.objects.values_list("person", "what")) == {(pk, what) for pk in about}


def test_addresses_in_the_api_are_noted(api, admin_user):
    shown, hidden = MentorFactory(status="applied"), MentorFactory(status="approved")

    api(admin_user).get("/api/v1/mentor-applications/?status=applied")

    assert (noted(shown.user), noted(hidden.user)) == (["contact"], [])


def test_a_page_that_is_refused_notes_nothing(client, alice):
    client.force_login(UserFactory(role="owner"))

    client.get(reverse("admin:accounts_user_change", args=[alice.pk]))

    assert noted(alice) == []


def test_a_look_at_oneself_is_not_noted(admin_client, admin_user):
    open_page(admin_client, "accounts_user", admin_user)

    assert noted(admin_user) == []
    with pytest.raises(IntegrityError, match="staff_read_is_of_somebody_else"), transaction.atomic():
        StaffRead.objects.create(person=admin_user, reader=admin_user, what="contact", hour_at=NOW)


def test_another_hour_is_another_row(admin_user, alice, now):
    for hour in (10, 10, 11):
        note_reads(reader=admin_user, people=[alice.pk], what="contact", now=now.replace(hour=hour, minute=hour))

    assert alice.staff_reads.count() == 2


def test_a_member_reads_who_looked(client, api, admin_user, alice, bob, now):
    note_reads(reader=admin_user, people=[alice.pk, bob.pk], what="contact", now=now)

    client.force_login(alice)
    page = client.get(reverse("staff-reads")).content.decode()
    [row] = api(alice).get("/api/v1/me/staff-reads/").json()["results"]

    assert "Monday, 23 November 2026, 13:00: Ada Admin looked at the e-mail address." in page
    assert (row["reader"], row["what"], row["what_in_words"]) == ("Ada Admin", "contact", "the e-mail address")
    assert reverse("staff-reads") in client.get(reverse("settings")).content.decode()


def test_nobody_looked(client, alice):
    client.force_login(alice)

    assert "Nobody has looked." in client.get(reverse("staff-reads")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_reads_takes_as_many_queries_for_any_length(
    rows, client, alice, now, django_assert_max_num_queries
):
    for reader in UserFactory.create_batch(rows, role="manager"):
        note_reads(reader=reader, people=[alice.pk], what="contact", now=now)
    client.force_login(alice)

    with django_assert_max_num_queries(9):
        client.get(reverse("staff-reads"))


def test_the_home_and_the_page_of_a_concern_that_is_open_are_reads(admin_client, alice, bob):
    concern = ConcernFactory(raised_by=alice, about=bob, topic="money", created_at=NOW)
    admin_client.get(reverse("admin:index"))
    assert (noted(alice), noted(bob)) == (["concerns"], ["about"])
    StaffRead.objects.all().delete()

    cause = cause_of("concern_open", concern, timezone.now())
    admin_client.get(reverse("admin:accounts_escalation_one", args=[cause.kind, cause.subject, cause.since]))

    assert (noted(alice), noted(bob)) == (["concerns"], ["about"])


def test_other_concerns_beside_one_are_read_as_well(admin_client, alice, bob):
    ConcernFactory(raised_by=alice, about=bob, topic="money")

    open_page(admin_client, "accounts_concern", ConcernFactory(about=bob, topic="attendance"))

    assert noted(alice) == ["concerns"]
