"""The record of changes: who, what, when, before and after. It is written by triggers, whatever the way of a change."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.history import changes_by, changes_of, changes_to
from accounts.models import Block, MentorProfile, User
from accounts.models.recording import all_records, record_of
from accounts.notifications.tasks import drain_outbox
from matching.links import ANSWER
from matching.models import HelpRequest, Match, WaitingRequest
from matching.tasks import expire_unanswered
from mentorship.models import Exclusion
from tests.factories import (
    GoalFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    NotificationFactory,
    UserFactory,
)
from tests.helpers import log_in_with_second_factor, path, run_admin_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

# All models with a record. Messages, vectors, snapshots, weekly hours and private texts have none.
RECORDED = {
    "accounts.block",
    "accounts.communityrules",
    "accounts.communitysetting",
    "accounts.concern",
    "accounts.directoryentry",
    "accounts.escalationrule",
    "accounts.groupmail",
    "accounts.groupmailtext",
    "accounts.identityprovider",
    "accounts.mentorprofile",
    "accounts.notsameperson",
    "accounts.profile",
    "accounts.skill",
    "accounts.skillalias",
    "accounts.trialmode",
    "accounts.user",
    "matching.cohortdecision",
    "matching.cohortpair",
    "matching.handover",
    "matching.handproposal",
    "matching.helprequest",
    "matching.match",
    "mentorship.attendance",
    "mentorship.calendaraddress",
    "mentorship.cohort",
    "mentorship.cohortmember",
    "mentorship.cohortorganiser",
    "mentorship.credential",
    "mentorship.exclusion",
    "mentorship.feedback",
    "mentorship.goal",
    "mentorship.goalkind",
    "mentorship.mentorship",
    "mentorship.session",
    "mentorship.sessionkind",
}
# Words of members to each other or to themselves, secrets, and what a clock writes.
NEVER = {
    *("password", "last_login", "digest", "sealed_address", "signed", "payload"),
    *("situation", "gap", "ask", "why", "why_you", "offer_note", "decline_note", "question"),
    *("helped", "better", "thanks", "report_reason", "note", "text", "texts", "shared_notes", "place"),
    *("looked_at", "mentors_due_at", "queued_at", "reminders_sent", "silence_due_at", "criteria", "reasons"),
}


def told(changes) -> list[tuple]:
    """Return who changed which field, from what to what, the newest first."""
    return [(change.who, field.name, field.before, field.after) for change in changes for field in change.fields]


def test_an_action_of_an_admin_is_on_record_with_before_and_after(admin_client, admin_user, bob):
    run_admin_action(admin_client, "accounts_mentorprofile", "pause", bob.mentor)

    [change] = changes_of(bob.mentor)
    assert (change.who, change.where) == ("Ada Admin", "admin:accounts_mentorprofile_changelist")
    assert ("Ada Admin", "status", "Approved", "Paused") in told([change])
    page = admin_client.get(reverse("admin:accounts_mentorprofile_history", args=[bob.mentor.pk])).content.decode()
    for word in ("Ada Admin", "Status", "Approved", "Paused"):
        assert word in page


def test_several_changes_of_one_row_are_told_one_by_one(alice):
    for name in ("Alice Baker", "Alice Cook"):
        User.objects.filter(pk=alice.pk).update(name=name)

    assert told(changes_of(alice)) == [
        ("command", "name", "Alice Baker", "Alice Cook"),
        ("command", "name", "Alice Archer", "Alice Baker"),
    ]


def test_a_save_that_changes_nothing_on_record_leaves_no_event(alice):
    alice.last_login = timezone.now()
    alice.save()

    assert changes_of(alice) == []


def test_the_api_is_on_record_with_the_member(alice):
    browser = Client()
    browser.force_login(alice)

    browser.patch("/api/v1/me/", {"headline": "Physicist"}, content_type="application/json")

    [change] = changes_of(alice.profile)
    assert (change.who, change.where) == ("Alice Archer", "me")
    assert told([change]) == [("Alice Archer", "headline", "–", "Physicist")]


def test_a_link_of_a_mail_is_on_record_with_its_person(admin_client, bob):
    """The browser of somebody else who is logged in does not make it theirs."""
    match = MatchFactory(mentor=bob.mentor, status="asked")

    admin_client.post(path(ANSWER.link(match.uuid, bob)), {"do": "decline", "reason": "no_time"})

    match.refresh_from_db()
    assert match.status == "declined"
    assert {change.who for change in changes_of(match)} == {"Bob Baker"}


def test_the_worker_is_on_record_with_its_task():
    match = MatchFactory(status="asked")

    expire_unanswered()

    [change] = changes_of(match)
    assert (change.who, change.where) == ("worker", "matching.tasks.expire_unanswered")


def test_tasks_of_the_outbox_run_without_the_cost_of_a_context():
    NotificationFactory()

    with CaptureQueriesContext(connection) as queries:
        drain_outbox()

    assert any("UPDATE" in query["sql"] for query in queries)
    assert not any("pghistory" in query["sql"] for query in queries)


def test_rows_that_admins_add_and_remove_are_on_record(admin_client, admin_user, alice, bob):
    add = reverse("admin:accounts_block_add")
    admin_client.post(add, {"blocker": alice.pk, "blocked": bob.pk})
    block = Block.objects.get()
    [created] = changes_of(block)
    admin_client.post(reverse("admin:accounts_block_delete", args=[block.pk]), {"post": "yes"})

    deleted, again = changes_to(alice, reader=admin_user)
    assert (created.what, created.who) == ("created", "Ada Admin")
    assert told([created]) == [
        ("Ada Admin", "blocker", "–", "Alice Archer"),
        ("Ada Admin", "blocked", "–", "Bob Baker"),
    ]
    assert (deleted.what, deleted.who, again.what) == ("deleted", "Ada Admin", "created")


def test_the_record_of_a_person_has_what_was_done_to_and_by_them(admin_client, admin_user, alice, bob):
    mentorship = MentorshipFactory(mentor=bob.mentor, goal=GoalFactory(mentee=alice))
    other = MentorshipFactory()
    answers = {"reason": "ended_early:no_time", "note": "They moved."}
    run_admin_action(admin_client, "mentorship_mentorship", "end", mentorship, other, **answers)

    for person in (alice, bob):
        to_person = changes_to(person, reader=admin_user)
        assert {change.key for change in to_person if change.model is type(mentorship)} == {mentorship.pk}
    by_admin = changes_by(admin_user, reader=admin_user)
    assert {change.key for change in by_admin if change.model is type(other)} == {mentorship.pk, other.pk}
    assert changes_by(alice, reader=admin_user) == []
    page = admin_client.get(reverse("admin:accounts_user_record", args=[alice.pk])).content.decode()
    assert "ended early" in page.lower()
    assert "admin:mentorship_mentorship_changelist" in page


def test_a_proxy_has_the_record_of_its_model():
    assert record_of(WaitingRequest) is record_of(HelpRequest)


@pytest.mark.parametrize("changes", [1, 3])
def test_the_history_of_a_row_takes_as_many_queries_for_each_number_of_changes(changes, bob, django_assert_num_queries):
    for number in range(changes):
        MentorProfile.objects.filter(pk=bob.mentor.pk).update(capacity=number + 3)

    with django_assert_num_queries(4):
        assert len(changes_of(bob.mentor)) == changes


def test_the_listed_models_have_a_record_and_no_others():
    assert {record.model._meta.label_lower for record in all_records()} == RECORDED


def test_no_private_text_and_no_secret_is_copied():
    for record in all_records():
        columns = {field.name for field in record.events._meta.concrete_fields}
        assert columns & NEVER == set(), record.model


def test_new_rows_of_large_tables_write_no_event():
    """A load of thousands of mentors, and proposals for each request, cost nothing more."""
    MatchFactory(status="asked")
    MentorFactory.create_batch(2)

    for record in all_records():
        if record.model in (User, MentorProfile, HelpRequest, Match):
            assert not record.events.objects.exists(), record.model


def test_no_trigger_of_the_record_is_on_a_table_that_is_written_in_bulk():
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger_%'")
        tables = {name for (name,) in cursor.fetchall()}

    assert tables == {record.model._meta.db_table for record in all_records()}


def test_events_outlive_their_row_and_hold_no_foreign_key(alice, bob):
    pair = sorted([alice, bob], key=lambda person: person.pk)
    exclusion = Exclusion.objects.create(first=pair[0], second=pair[1], reason="conflict")
    key = exclusion.pk
    exclusion.delete()

    events = record_of(Exclusion).events.objects.filter(pgh_obj_id=key)
    assert [event.pgh_label for event in events.order_by("pgh_id")] == ["created", "deleted"]


def test_a_matchmaker_reads_no_trouble_in_the_history(admin_user, bob):
    matchmaker = Client()
    log_in_with_second_factor(matchmaker, UserFactory(role="matchmaker"))
    MentorProfile.objects.filter(pk=bob.mentor.pk).update(status="paused", pause_cause="missed")

    page = matchmaker.get(reverse("admin:accounts_mentorprofile_history", args=[bob.mentor.pk])).content.decode()

    assert "Paused" in page
    assert "several sessions were missed" not in page


@pytest.mark.parametrize(("role", "reads"), [("matchmaker", False), ("manager", True)])
def test_notes_about_a_mentor_are_for_those_who_read_of_trouble(role, reads, admin_user, bob):
    reader = Client()
    log_in_with_second_factor(reader, UserFactory(role=role))
    note = {"action_flag": CHANGE, "change_message": "Suspended for a rude mail.", "single_object": True}
    LogEntry.objects.log_actions(user_id=admin_user.pk, queryset=[bob.mentor], **note)

    page = reader.get(reverse("admin:accounts_mentorprofile_history", args=[bob.mentor.pk])).content.decode()

    assert ("Suspended for a rude mail." in page) == reads


def test_a_matchmaker_filters_mentors_by_no_cause_of_a_pause(bob):
    reader = Client()
    log_in_with_second_factor(reader, UserFactory(role="matchmaker"))

    answer = reader.get(reverse("admin:accounts_mentorprofile_changelist"), {"pause_cause__exact": "missed"})

    assert answer.status_code == 400
