"""Help requests for which nobody can be proposed: they wait, with a reason and a place, and are looked at again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.notifications.deliver import drain
from matching.jobs.look_again import look_again
from matching.jobs.propose import RETRY_AFTER, propose_due_requests, propose_matches
from matching.links import choose_link
from matching.models import HelpRequest
from matching.selectors.queue import RETRY_AT_MOST_EVERY, obstacle_of, with_queue_place
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def request_due(now):
    return HelpRequestFactory(mentors_due_at=now)


def waiting(since, **fields):
    """Return a request that waits in the queue since ``since`` and was looked at then."""
    return HelpRequestFactory(
        queued_at=since,
        looked_at=since,
        mentors_due_at=since + RETRY_AFTER,
        obstacle=fields.pop("obstacle", "format_not_offered"),
        **fields,
    )


def note_change(at):
    """Have the log of changes say that mentors changed at ``at``, and at no other time."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_mentorchange")
        cursor.execute("INSERT INTO matching_mentorchange (at) VALUES (%s)", [at])


def propose(request, now):
    HelpRequest.objects.filter(pk=request.pk).update(mentors_due_at=now)
    propose_matches(help_request_id=request.pk, now=now)
    request.refresh_from_db()
    return request


# --- why it waits ---------------------------------------------------------------------------------------------


def test_a_request_waits_with_the_rule_that_removes_most_mentors(request_due, now):
    MentorFactory.create_batch(2, formats=["one_off"])
    MentorFactory(status="paused")

    propose(request_due, now)

    assert (request_due.queued_at, request_due.looked_at) == (now, now)
    assert (request_due.obstacle, request_due.mentors_due_at) == ("format_not_offered", now + RETRY_AFTER)


def test_without_any_mentor_it_waits_for_the_first(request_due, now):
    propose(request_due, now)

    assert request_due.obstacle == "no_mentors"
    assert "nobody else" in obstacle_of(request_due).sentence


def test_mentors_who_fit_too_little_are_the_reason_then(now):
    request_due = HelpRequestFactory(needs=["pottery", "glazing"], ask="Throw a bowl.", gap="My bowls wobble.")
    MentorFactory(teaches=["tax law"])
    MentorFactory.create_batch(2, formats=["one_off"])

    propose(request_due, now)

    assert request_due.obstacle == HelpRequest.WEAK_FIT


@pytest.mark.parametrize("rule", ["excluded", "suspended", "not_approved", "same_person", "a_rule_of_tomorrow"])
def test_a_private_rule_is_told_as_not_available(rule, now):
    obstacle = obstacle_of(waiting(now, obstacle=rule))

    assert (obstacle.rule, obstacle.sentence) == (
        "not_available",
        "The mentors who would fit are not available at the moment.",
    )


def test_a_second_look_keeps_the_place_in_the_queue(request_due, now):
    propose(request_due, now)

    propose(request_due, now + timedelta(hours=1))

    assert (request_due.queued_at, request_due.looked_at) == (now, now + timedelta(hours=1))


def test_a_proposal_ends_the_wait(request_due, now):
    propose(request_due, now)
    MentorFactory()

    propose(request_due, now + timedelta(hours=1))

    assert (request_due.queued_at, request_due.obstacle, request_due.mentors_due_at) == (None, "", None)
    assert request_due.looked_at == now + timedelta(hours=1)


def test_a_request_with_a_live_match_does_not_wait_in_the_queue(request_due, now):
    MatchFactory(help_request=request_due, status="asked")

    propose(request_due, now)

    assert (request_due.queued_at, request_due.mentors_due_at) == (None, None)


def test_a_request_whose_matches_all_ended_waits_again(request_due, now):
    MatchFactory(help_request=request_due, status="declined")

    propose(request_due, now)

    assert (request_due.queued_at, request_due.obstacle) == (now, "declined_before")


def test_the_mentee_is_told_once_for_each_wait(request_due, now):
    hours = iter(now + timedelta(hours=hour) for hour in range(1, 9))
    propose(request_due, next(hours))
    propose(request_due, next(hours))
    mentor = MentorFactory()
    propose(request_due, next(hours))
    mentor.move_to("paused", at=now)
    propose(request_due, next(hours))
    propose(request_due, next(hours))

    kinds = request_due.mentee.notifications.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["no_mentor_yet", "suggestions_ready", "no_mentor_yet"]


# --- looked at again ------------------------------------------------------------------------------------------


def test_a_change_of_mentors_has_the_queue_looked_at_again(now):
    request = waiting(now)
    note_change(now + timedelta(minutes=5))
    later = now + RETRY_AT_MOST_EVERY

    assert look_again(now=later) == 1

    request.refresh_from_db()
    assert request.mentors_due_at == later


def test_without_a_change_nobody_is_looked_at_again(now):
    waiting(now)
    note_change(now - timedelta(minutes=5))

    assert look_again(now=now + timedelta(hours=1)) == 0


def test_however_much_changes_a_request_is_looked_at_every_ten_minutes_at_most(now):
    waiting(now)
    note_change(now + timedelta(minutes=9))

    assert look_again(now=now + timedelta(minutes=9, seconds=59)) == 0
    assert look_again(now=now + timedelta(minutes=10)) == 1


def test_what_is_due_already_is_left_alone(now):
    request = waiting(now)
    HelpRequest.objects.update(mentors_due_at=now)
    note_change(now + timedelta(minutes=5))

    assert look_again(now=now + timedelta(hours=1)) == 0
    request.refresh_from_db()
    assert request.mentors_due_at == now


def test_a_mentee_who_left_is_not_looked_for(now):
    waiting(now, mentee__is_active=False)
    note_change(now + timedelta(minutes=5))

    assert look_again(now=now + timedelta(hours=1)) == 0


def test_more_requests_than_one_sweep_takes_are_taken_by_waiting_time(now, monkeypatch):
    monkeypatch.setattr("matching.jobs.look_again.BATCH", 1)
    younger, older = waiting(now), waiting(now - timedelta(hours=1))
    note_change(now + timedelta(minutes=5))

    assert look_again(now=now + timedelta(hours=1)) == 1

    assert HelpRequest.objects.get(mentors_due_at=now + timedelta(hours=1)) == older != younger


def test_a_place_that_comes_free_is_proposed_to_the_longest_waiting_first(now, settings):
    settings.INBOX_PER_FREE_PLACE = 1  # stands on three lists at once
    mentor = MentorFactory(capacity=1)
    MatchFactory.create_batch(2, mentor=mentor)
    mentorship = MentorshipFactory(mentor=mentor)
    younger, older = waiting(now), waiting(now - timedelta(hours=1))
    mentorship.status, mentorship.ended_at = "completed", now
    mentorship.save()
    note_change(now + timedelta(minutes=5))
    later = now + timedelta(hours=1)

    look_again(now=later)
    propose_due_requests(now=later)

    assert older.matches.count() == 1
    younger.refresh_from_db()
    assert younger.obstacle == "shown_enough"


@pytest.mark.parametrize(
    "happens",
    [
        lambda mentor: MentorshipFactory(mentor=mentor),
        lambda mentor: mentor.move_to("paused", at=mentor.status_since_at),
        lambda mentor: MatchFactory.create_batch(2, mentor=mentor, status="asked"),
        lambda mentor: type(mentor.user).objects.filter(pk=mentor.user_id).update(is_active=False),
    ],
    ids=["full", "paused", "inbox full", "gone"],
)
def test_a_mentor_who_cannot_be_asked_any_more_does_not_block_the_next_one(happens, now):
    mentor = MentorFactory(capacity=1)
    request = MatchFactory(mentor=mentor).help_request
    assert look_again(now=now) == 0
    happens(mentor)
    other = MentorFactory()

    assert look_again(now=now) == 1
    propose_due_requests(now=now)

    assert [match.mentor for match in request.matches.all()] == [other]


def test_who_has_nobody_left_after_that_waits_in_the_queue(now):
    mentor = MentorFactory(capacity=1)
    request = MatchFactory(mentor=mentor).help_request
    MentorshipFactory(mentor=mentor)

    look_again(now=now)
    propose_due_requests(now=now)

    request.refresh_from_db()
    assert (request.queued_at, request.obstacle) == (now, "no_capacity")
    assert look_again(now=now + timedelta(minutes=1)) == 0


@pytest.mark.parametrize("status", ["asked", "offered"])
def test_a_request_that_waits_for_an_answer_is_not_stuck(status, now):
    match = MatchFactory(status=status)
    match.mentor.move_to("paused", at=now)

    assert look_again(now=now) == 0


# --- place and waiting time -----------------------------------------------------------------------------------


def test_places_count_from_the_longest_waiting(now):
    second, first = waiting(now), waiting(now - timedelta(days=1))
    third = waiting(now)  # the same moment: in the order in which they came
    waiting(now - timedelta(days=9), mentee__is_active=False)
    proposed = HelpRequestFactory()

    places = {request.pk: request.queue_place for request in with_queue_place(HelpRequest.objects.all())}

    assert [places[request.pk] for request in (first, second, third, proposed)] == [1, 2, 3, None]


def test_the_api_tells_place_time_and_what_would_help(api, alice, now):
    waiting(now - timedelta(days=1))
    request = waiting(now, mentee=alice)

    answer = api(alice).get(f"/api/v1/help-requests/{request.uuid}/").json()

    assert (answer["queue_place"], answer["queued_at"]) == (2, "2026-11-23T12:00:00Z")
    assert answer["obstacle"] == {
        "rule": "format_not_offered",
        "sentence": "Does not offer this format.",
        "advice": "Try the other format: one session instead of an ongoing mentorship, or the other way round.",
    }


def test_who_does_not_wait_has_neither_place_nor_obstacle(api, alice):
    request = HelpRequestFactory(mentee=alice)

    answer = api(alice).get(f"/api/v1/help-requests/{request.uuid}/").json()

    assert (answer["queue_place"], answer["queued_at"], answer["obstacle"]) == (None, None, None)


@pytest.mark.parametrize("rows", [1, 3])
def test_places_cost_no_further_queries(rows, api, alice, now, django_assert_num_queries):
    for _ in range(rows):
        waiting(now, mentee=alice)

    with django_assert_num_queries(1):
        assert api(alice).get("/api/v1/help-requests/").status_code == 200


def test_the_page_shows_place_and_reason(now):
    waiting(now - timedelta(days=1))
    request = waiting(now)

    page = Client().get(choose_link(request).removeprefix("http://testserver")).content.decode()

    assert "at place 2 of the queue" in page
    assert "Does not offer this format." in page


def test_the_mail_says_place_reason_and_what_would_help(request_due, now):
    waiting(now - timedelta(days=1))
    MentorFactory(formats=["one_off"])
    propose(request_due, now)

    drain(now=lambda: now)

    [message] = mail.outbox
    for words in ("at place 2", "Does not offer this format.", "Try the other format", "http://testserver/choose/"):
        assert words in message.body
        assert words in message.alternatives[0].content


def test_a_mail_about_a_wait_that_is_over_is_not_sent(request_due, now):
    propose(request_due, now)
    MentorFactory()
    propose(request_due, now + timedelta(minutes=1))

    drain(now=lambda: now + timedelta(minutes=1))

    assert ["fits your request" in message.subject for message in mail.outbox] == [True]


# --- the admins' waiting list ---------------------------------------------------------------------------------


@pytest.fixture
def waiting_list(client, admin_user):
    """Return a function from query parameters to the admins' waiting list."""
    client.force_login(admin_user)
    return lambda **query: client.get(reverse("admin:matching_waitingrequest_changelist"), query)


def test_the_waiting_list_has_who_waits_for_whom_the_longest_first(waiting_list, now):
    queued = waiting(now - timedelta(days=3), mentee__name="Nora", obstacle="excluded")
    asked = MatchFactory(status="asked", asked_at=now - timedelta(days=1)).help_request
    proposed = MatchFactory(created_at=now).help_request
    offered = MatchFactory(status="offered", offered_at=now - timedelta(days=2)).help_request
    searching = HelpRequestFactory(mentors_due_at=now, opened_at=now - timedelta(days=4))
    HelpRequestFactory(status="matched")
    waiting(now - timedelta(days=9), mentee__is_active=False)

    response = waiting_list()

    rows = [(row.pk, row.whose_turn, row.queue_place) for row in response.context["cl"].result_list]
    assert rows == [
        (searching.pk, "community", None),
        (queued.pk, "community", 1),
        (offered.pk, "mentee", None),
        (asked.pk, "mentor", None),
        (proposed.pk, "mentee", None),
    ]
    page = response.content.decode()
    assert "Nora" in page
    assert "Excluded: Is not available at the moment." in page  # admins may know


def test_the_waiting_list_is_narrowed_to_whose_turn_it_is(waiting_list, now):
    queued = waiting(now)
    MatchFactory(status="asked")

    assert list(waiting_list(whose_turn="community").context["cl"].result_list) == [queued]


def test_the_waiting_list_is_linked_from_the_front_page_of_the_admin(client, admin_user):
    client.force_login(admin_user)

    assert reverse("admin:matching_waitingrequest_changelist") in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_waiting_list_costs_as_many_queries_for_three_as_for_one(
    rows, waiting_list, now, django_assert_num_queries
):
    mentee = UserFactory()
    for _ in range(rows):
        waiting(now, mentee=mentee)

    with django_assert_num_queries(7):
        waiting_list()


def test_an_imported_request_stays_silent_until_an_admin_says_so(now):
    MentorFactory()
    imported = HelpRequestFactory(ref="X1")

    look_again(now=now)

    imported.refresh_from_db()
    assert imported.mentors_due_at is None
