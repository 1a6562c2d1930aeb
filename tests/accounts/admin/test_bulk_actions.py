"""Actions on more rows than one request takes: the worker does them one by one, and a page shows how far it is."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import row_actions
from accounts.admin.bulk_actions import FOR_OTHERS
from accounts.admin_lists import worked
from accounts.exceptions import Refusal
from accounts.jobs import bulk_actions as jobs
from accounts.jobs.bulk_actions import (
    ATTEMPTS_MAX,
    BROKEN,
    CHANGED,
    GONE,
    LEFT_OUT,
    NOT_ALLOWED,
    REFUSED,
    ROUND_MAX,
    forget_old_rows,
    work_on_bulk_action,
)
from accounts.models import BulkAction, MentorProfile, User
from accounts.models.bulk_action import ROWS_KEPT_FOR
from accounts.services.mentors import approve_mentor
from accounts.tasks import work_on_bulk_action as task_of_a_round
from accounts.tasks import work_on_bulk_actions as task_of_the_sweep
from mentorship.models import Exclusion
from tests.factories import NOW, HelpRequestFactory, MentorFactory, UserFactory
from tests.helpers import hidden_fields, kinds, log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

WAITING = "/admin/accounts/mentorprofile/?status__exact=applied&o=1"


@pytest.fixture(autouse=True)
def _two_rows_are_many(monkeypatch):
    monkeypatch.setattr(worked, "ROWS_OF_A_REQUEST", 1)


@pytest.fixture
def applicants():
    return [MentorFactory(status="applied", user__name=f"Lovelace {number}") for number in range(3)]


def begin(client, address: str, action: str, row, **fields: str) -> BulkAction:
    """Choose all rows of a list, and confirm their number."""
    form = {"action": action, "_selected_action": row.pk, "select_across": "1"}
    page = client.post(address, form)
    assert "a page shows how far it is" in page.content.decode()
    page = client.post(address, hidden_fields(page))
    if fields:
        page = client.post(address, hidden_fields(page) | fields)
    bulk = BulkAction.objects.get()
    assert page["Location"] == page_of(bulk)
    return bulk


def page_of(bulk: BulkAction) -> str:
    return reverse("admin:accounts_bulkaction_change", args=[bulk.pk])


def work(bulk: BulkAction) -> BulkAction:
    bulk.refresh_from_db()
    work_on_bulk_action(bulk_id=bulk.pk, rounds=bulk.rounds, now=timezone.now)
    bulk.refresh_from_db()
    return bulk


def replace_approve(monkeypatch, **changes) -> None:
    key = ("accounts.mentorprofile", "approve")
    monkeypatch.setitem(row_actions._actions, key, replace(row_actions._actions[key], **changes))


def numbers(bulk: BulkAction) -> tuple[str, int, int, int]:
    return bulk.status, bulk.done, bulk.refused, bulk.left


def statuses() -> list[str]:
    return list(MentorProfile.objects.order_by("pk").values_list("status", flat=True))


def test_the_worker_acts_on_the_rows_that_were_confirmed_and_no_later_ones(admin_client, admin_user, applicants):
    bulk = begin(admin_client, WAITING, "approve", applicants[0])
    MentorFactory(status="applied", user__name="Lovelace of tomorrow")
    assert set(statuses()) == {"applied"}

    work(bulk)

    assert numbers(bulk) == ("done", 3, 0, 0)
    assert statuses() == ["approved"] * 3 + ["applied"]
    assert "mentor_approved" in kinds(applicants[0].user)


def test_each_row_is_on_record_as_done_by_the_admin(admin_client, admin_user, applicants):
    bulk = begin(admin_client, WAITING, "reject", applicants[0], reason="No free place this year.")

    work(bulk)

    assert {mentor.decisions.get().by for mentor in applicants} == {admin_user}
    assert {mentor.decisions.get().reason for mentor in applicants} == {"No free place this year."}
    assert set(LogEntry.objects.values_list("user", "change_message")) == {
        (admin_user.pk, f"{mentor} is rejected and gets a mail.") for mentor in applicants
    }
    event = applicants[0].events.get(status="applied")
    assert event.pgh_context["user"] == admin_user.pk


def test_a_row_that_changed_meanwhile_is_refused_and_the_others_go_on(admin_client, admin_user, applicants):
    gone, changed, last = applicants
    bulk = begin(admin_client, WAITING, "approve", gone)
    approve_mentor(mentor_id=changed.pk, by=admin_user, now=NOW)
    gone.delete()

    work(bulk)

    assert numbers(bulk) == ("done", 1, 2, 0)
    assert dict(bulk.rows.values_list("key", "says")) == {gone.pk or bulk.rows.first().key: GONE} | {
        changed.pk: CHANGED,
        last.pk: "",
    }
    page = admin_client.get(page_of(bulk)).content.decode()
    assert "1 done" in page
    assert "2 refused" in page
    assert CHANGED in page
    assert str(changed) in page


def test_a_refusal_of_the_service_is_shown_and_changes_nothing(admin_client, admin_user):
    """Nobody looks for mentors for their own request."""
    requests = [HelpRequestFactory(mentee=admin_user), HelpRequestFactory()]
    bulk = begin(admin_client, "/admin/matching/helprequest/", "find_mentors", requests[0])

    work(bulk)

    assert numbers(bulk) == ("done", 1, 1, 0)
    assert "This is about yourself." in bulk.rows.get(key=requests[0].pk).says
    assert not LogEntry.objects.filter(object_id=requests[0].pk).exists()


def test_a_worker_that_is_killed_is_followed_by_one_that_does_nothing_twice(
    admin_client, applicants, monkeypatch, rung
):
    bulk = begin(admin_client, WAITING, "approve", applicants[0])
    action = row_actions.known_action("accounts.mentorprofile", "approve")
    acted = []

    def killed_at_the_second(row, deed):
        action.act(row, deed)
        acted.append(row.pk)
        if len(acted) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        replace_approve(patched, act=killed_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            work(bulk)
    bulk.refresh_from_db()
    assert numbers(bulk) == ("running", 1, 0, 2)
    assert statuses() == ["approved", "applied", "applied"]

    assert task_of_the_sweep() == 1
    assert ("accounts.tasks.work_on_bulk_action", bulk.pk, 1) in rung
    work(bulk)

    assert numbers(bulk) == ("done", 3, 0, 0)
    assert [kinds(mentor.user).count("mentor_approved") for mentor in applicants] == [1, 1, 1]


def test_an_error_of_one_row_stops_no_other(admin_client, applicants, monkeypatch):
    bulk = begin(admin_client, WAITING, "approve", applicants[0])
    action = row_actions.known_action("accounts.mentorprofile", "approve")

    def broken_for_the_first(row, deed):
        action.act(row, deed)
        if row == applicants[0]:
            raise ZeroDivisionError

    replace_approve(monkeypatch, act=broken_for_the_first)

    work(bulk)

    assert numbers(bulk) == ("done", 2, 1, 0)
    assert statuses() == ["applied", "approved", "approved"]


def test_an_action_is_stopped_once(admin_client, admin_user, applicants):
    bulk = begin(admin_client, WAITING, "approve", applicants[0])
    assert admin_client.get(page_of(bulk))["Refresh"]

    stopped = admin_client.post(page_of(bulk), {"do": "stop"}, follow=True)
    again = admin_client.post(page_of(bulk), {"do": "stop"}, follow=True)
    work(bulk)

    assert "It is stopped. 3 rows stay as they are." in stopped.content.decode()
    assert "It is over already." in again.content.decode()
    assert numbers(bulk) == ("stopped", 0, 0, 3)
    assert bulk.stopped_by == admin_user
    assert set(statuses()) == {"applied"}


def test_the_worker_stops_if_the_admin_may_not_do_it_any_more(admin_client, admin_user, applicants):
    bulk = begin(admin_client, WAITING, "approve", applicants[0])
    UserFactory(role="owner")
    type(admin_user).objects.filter(pk=admin_user.pk).update(role="viewer")

    work(bulk)

    assert (bulk.status, bulk.ended_because) == ("stopped", NOT_ALLOWED)
    assert set(statuses()) == {"applied"}


def test_many_rows_are_not_deleted_at_once(admin_client):
    """The worker knows nothing of what Django checks before a deletion."""
    first = UserFactory()
    pairs = [Exclusion.objects.create(first=first, second=UserFactory(), reason="same_team") for _ in range(3)]
    form = {"action": "delete_selected", "_selected_action": pairs[0].pk, "select_across": "1"}

    page = admin_client.post("/admin/mentorship/exclusion/", form, follow=True)

    assert "and these are 3. Nothing was deleted." in page.content.decode()
    assert Exclusion.objects.count() == 3
    assert not BulkAction.objects.exists()


def clock(*seconds: int):
    """Return a clock that shows these moments, and then stands still."""
    start = timezone.now()
    left = [start + timedelta(seconds=second) for second in seconds]
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def test_a_round_is_short_and_another_one_goes_on(admin_client, applicants, rung):
    bulk = begin(admin_client, WAITING, "approve", applicants[0])
    late = int(ROUND_MAX.total_seconds())

    # The clock is read for the end of the round, then three times for each row.
    assert work_on_bulk_action(bulk_id=bulk.pk, rounds=0, now=clock(0, 1, 1, 1, late)) == 1
    bulk.refresh_from_db()
    assert numbers(bulk) == ("running", 1, 0, 2)

    assert work_on_bulk_action(bulk_id=bulk.pk, rounds=1, now=timezone.now) is None
    bulk.refresh_from_db()
    assert numbers(bulk) == ("done", 3, 0, 0)


def test_the_task_of_a_round_calls_for_the_next_one(admin_client, applicants, rung, monkeypatch):
    bulk = begin(admin_client, WAITING, "approve", applicants[0])
    rung.clear()
    monkeypatch.setattr(jobs, "ROUND_MAX", timedelta(0))

    task_of_a_round(bulk.pk, 0)

    assert rung == [("accounts.tasks.work_on_bulk_action", bulk.pk, 1)]


def test_two_calls_for_the_same_round_are_one(admin_client, applicants):
    bulk = begin(admin_client, WAITING, "approve", applicants[0])
    late = int(ROUND_MAX.total_seconds())
    work_on_bulk_action(bulk_id=bulk.pk, rounds=0, now=clock(0, late))

    assert work_on_bulk_action(bulk_id=bulk.pk, rounds=0, now=timezone.now) is None

    bulk.refresh_from_db()
    assert (*numbers(bulk), bulk.rounds) == ("running", 0, 0, 3, 1)


def test_the_sweep_only_calls_for_rounds(admin_client, applicants, rung):
    running = begin(admin_client, WAITING, "approve", applicants[0])
    over = BulkAction.objects.create(model="x.y", action="z", status="done", status_since_at=NOW, total=0)
    rung.clear()

    assert task_of_the_sweep() == 1

    assert rung == [("accounts.tasks.work_on_bulk_action", running.pk, 0)]
    assert over.rows.count() == 0
    assert set(statuses()) == {"applied"}


def test_a_search_for_many_requests_begins_once(admin_client, rung, django_capture_on_commit_callbacks):
    requests = [HelpRequestFactory() for _ in range(3)]
    bulk = begin(admin_client, "/admin/matching/helprequest/", "find_mentors", requests[0])
    rung.clear()

    with django_capture_on_commit_callbacks(execute=True):
        work(bulk)

    assert numbers(bulk) == ("done", 3, 0, 0)
    assert rung == [("matching.tasks.propose_due",)]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OperationalError])
def test_a_row_that_always_cuts_off_its_worker_is_given_up(error, admin_client, applicants, monkeypatch):
    bulk = begin(admin_client, WAITING, "approve", applicants[0])

    def cut_off_at_the_first(row, deed):
        if row == applicants[0]:
            raise error

    replace_approve(monkeypatch, act=cut_off_at_the_first)
    for _ in range(ATTEMPTS_MAX):
        with suppress(KeyboardInterrupt):
            work(bulk)
        bulk.refresh_from_db()
        assert numbers(bulk) == ("running", 0, 0, 3)

    work(bulk)

    assert numbers(bulk) == ("done", 2, 1, 0)
    assert bulk.rows.get(key=applicants[0].pk).says == BROKEN


def test_a_refusal_without_a_sentence_is_not_done(admin_client, applicants, monkeypatch):
    bulk = begin(admin_client, WAITING, "approve", applicants[0])

    def refuse(row, deed):
        raise Refusal("")

    replace_approve(monkeypatch, act=refuse)
    work(bulk)

    assert numbers(bulk) == ("done", 0, 3, 0)
    assert set(bulk.rows.values_list("state", "says")) == {("refused", REFUSED)}


def test_a_row_that_the_action_leaves_out_by_now_is_refused(admin_client, admin_user):
    """Admins who may not give roles decide about no address of an admin."""
    bouncing = [UserFactory(bouncing_since_at=NOW, role=role) for role in ("viewer", "", "")]
    bulk = begin(admin_client, "/admin/accounts/user/", "trust_address", bouncing[0])
    UserFactory(role="owner")
    User.objects.filter(pk=admin_user.pk).update(role="manager")

    work(bulk)

    assert numbers(bulk) == ("done", 2, 1, 0)
    assert bulk.rows.get(key=bouncing[0].pk).says == LEFT_OUT


WHY = "They were rude to a colleague."


def test_nobody_reads_what_others_wrote_about_them(admin_client, applicants):
    manager = UserFactory(role="manager")
    own = MentorFactory(status="applied", user=manager)
    bulk = begin(admin_client, WAITING, "reject", applicants[0], reason=WHY)
    for mentor in (own, applicants[0]):
        mentor.status_since_at = timezone.now()
        mentor.save()
    work(bulk)
    client = Client()
    log_in_with_second_factor(client, manager)

    page = client.get(page_of(bulk)).content.decode()

    assert numbers(bulk) == ("done", 2, 2, 0)
    assert WHY not in page
    assert (page.count(CHANGED), page.count(FOR_OTHERS)) == (1, 1)
    assert WHY in admin_client.get(page_of(bulk)).content.decode()
    forget_old_rows(now=timezone.now() + ROWS_KEPT_FOR)
    assert WHY not in client.get(page_of(bulk)).content.decode()


def test_the_link_to_the_list_has_no_filters_that_the_reader_has_not(admin_client):
    requests = [HelpRequestFactory() for _ in range(3)]
    bulk = begin(admin_client, "/admin/matching/helprequest/?q=%40", "find_mentors", requests[0])
    client = Client()
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))

    assert admin_client.get(page_of(bulk)).context["source"] == "/admin/matching/helprequest/?q=%40"
    assert client.get(page_of(bulk)).context["source"] == "/admin/matching/helprequest/"


@pytest.mark.parametrize("rows", [2, 4])
def test_the_page_reads_all_refused_rows_at_once(rows, admin_client, django_assert_num_queries):
    mentors = [MentorFactory(status="applied") for _ in range(rows)]
    bulk = begin(admin_client, WAITING, "approve", mentors[0])
    MentorProfile.objects.update(status_since_at=timezone.now())
    work(bulk)

    with django_assert_num_queries(11):
        page = admin_client.get(page_of(bulk))

    assert page.content.decode().count(CHANGED) == rows


def test_each_reader_sees_the_actions_that_they_could_take(client, admin_client, applicants):
    bulk = begin(admin_client, WAITING, "approve", applicants[0])
    client = Client()
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))

    assert client.get(page_of(bulk)).status_code == 302
    assert client.post(page_of(bulk), {"do": "stop"}).status_code == 302
    bulk.refresh_from_db()
    assert bulk.status == "running"


def test_the_rows_of_an_action_are_forgotten_after_a_month(admin_client, applicants):
    bulk = work(begin(admin_client, WAITING, "approve", applicants[0]))

    forget_old_rows(now=timezone.now() + ROWS_KEPT_FOR)

    assert not bulk.rows.exists()
    assert "3 done" in admin_client.get(page_of(bulk)).content.decode()


@pytest.mark.parametrize("do", ["", "nothing"])
def test_a_button_that_the_page_has_not_is_refused(do, admin_client, applicants):
    bulk = begin(admin_client, WAITING, "approve", applicants[0])

    assert admin_client.post(page_of(bulk), {"do": do}).status_code == 400


@pytest.mark.parametrize("page", ["x", "²", "9" * 8])
def test_an_odd_page_is_refused(page, admin_client, applicants):
    bulk = begin(admin_client, WAITING, "approve", applicants[0])

    assert admin_client.get(page_of(bulk), {"p": page}).status_code == 400
