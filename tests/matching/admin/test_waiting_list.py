"""The admins' waiting list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import HelpRequestFactory, MatchFactory, UserFactory
from tests.helpers import log_in_with_second_factor
from tests.matching.helpers import waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def waiting_list(client, admin_user):
    """Return a function from query parameters to the admins' waiting list."""
    log_in_with_second_factor(client, admin_user)
    return lambda **query: client.get(reverse("admin:matching_waitingrequest_changelist"), query)


def test_the_list_has_turn_and_place_with_the_longest_waiting_first(waiting_list, now):
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
    assert "The mentor and the mentee are kept apart by a block or an exclusion." in page  # admins may know


def test_the_list_is_filtered_by_turn(waiting_list, now):
    queued = waiting(now)
    MatchFactory(status="asked")

    assert list(waiting_list(whose_turn="community").context["cl"].result_list) == [queued]


def test_the_front_page_links_to_the_list(client, admin_user):
    log_in_with_second_factor(client, admin_user)

    assert reverse("admin:matching_waitingrequest_changelist") in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_list(rows, waiting_list, now, django_assert_num_queries):
    mentee = UserFactory()
    for _ in range(rows):
        waiting(now, mentee=mentee)

    with django_assert_num_queries(11):
        waiting_list()


def test_a_matchmaker_reads_no_private_rule_and_filters_by_none(client, now):
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))
    queued = waiting(now, obstacle="excluded")
    address = reverse("admin:matching_waitingrequest_changelist")

    page = client.get(address).content.decode()

    assert "The mentors who would fit are not available at the moment." in page
    assert "xcluded" not in page
    for model in ("waitingrequest", "helprequest"):
        address = reverse(f"admin:matching_{model}_changelist")
        assert client.get(address, {"obstacle": "excluded"}).status_code == 400
    page = client.get(reverse("admin:matching_helprequest_decide", args=[queued.pk])).content.decode()
    assert "xcluded" not in page
