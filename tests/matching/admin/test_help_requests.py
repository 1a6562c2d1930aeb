"""Help requests and matches in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from matching.models import HelpRequest
from tests.factories import NOW, CohortFactory, HelpRequestFactory, MatchFactory, MentorFactory
from tests.helpers import queries_of, run_admin_action
from tests.matching.helpers import waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_an_admin_has_mentors_looked_for(admin_client):
    request = HelpRequestFactory()

    run_admin_action(admin_client, "matching_helprequest", "find_mentors", request)

    assert HelpRequest.objects.get().mentors_due_at is not None


@pytest.mark.parametrize("model", ["helprequest", "waitingrequest"])
def test_a_search_that_an_admin_starts_from_a_list_is_in_the_history(model, admin_client):
    request = waiting(NOW)

    run_admin_action(admin_client, f"matching_{model}", "find_mentors", request)

    history = admin_client.get(reverse(f"admin:matching_{model}_history", args=[request.pk])).content.decode()
    assert "has mentors looked for now" in history


def test_an_admin_starts_no_search_for_an_own_request_from_the_list(admin_client, admin_user):
    request = HelpRequestFactory(mentee=admin_user)
    HelpRequest.objects.update(mentors_due_at=None)

    page = run_admin_action(admin_client, "matching_helprequest", "find_mentors", request)

    assert "This is about yourself. Another admin has to decide." in page
    assert HelpRequest.objects.get().mentors_due_at is None


def test_an_admin_reads_why_a_mentor_is_not_suggested(admin_client):
    request, mentor = HelpRequestFactory(), MentorFactory(status="suspended")
    address = reverse("admin:matching_helprequest_why_not", args=[request.pk])

    page = admin_client.get(address, {"mentor": mentor.user.email}).content.decode()

    assert "The mentor is suspended." in page
    assert "nobody who could be suggested" in admin_client.get(address, {"mentor": "x@example.org"}).content.decode()


def test_requests_can_be_sorted_by_the_start_of_the_turn(admin_client, django_assert_max_num_queries):
    HelpRequestFactory()
    for _ in range(3):
        MatchFactory(status="asked")
    address = reverse("admin:matching_helprequest_changelist")

    with django_assert_max_num_queries(12):
        page = admin_client.get(address, {"o": "-4.5"}).content.decode()

    assert page.index('field-whose_turn">the mentor&#x27;s<') < page.index('field-whose_turn">ours<')


@pytest.mark.parametrize("model", ["helprequest", "waitingrequest"])
def test_an_admin_reads_whom_to_recruit(model, admin_client):
    request = waiting(NOW)
    address = reverse("admin:matching_helprequest_recruit")

    assert address in admin_client.get(reverse(f"admin:matching_{model}_changelist")).content.decode()
    page = admin_client.get(address).content.decode()

    assert "A mentor who works as Data scientist (data science, industry), speaks English" in page
    assert reverse("admin:matching_helprequest_change", args=[request.pk]) in page


def test_the_page_says_that_nobody_is_wanted(admin_client):
    page = admin_client.get(reverse("admin:matching_helprequest_recruit")).content.decode()

    assert "Nobody to recruit" in page


def test_a_member_does_not_read_whom_to_recruit(client, alice):
    client.force_login(alice)

    assert client.get(reverse("admin:matching_helprequest_recruit")).status_code == 302


@pytest.mark.parametrize(("value", "found"), [("1", "Own Ann"), ("0", "Cohort Cem")])
def test_requests_are_filtered_by_whether_they_are_in_a_cohort(value, found, admin_client):
    HelpRequestFactory(mentee__name="Own Ann")
    HelpRequestFactory(mentee__name="Cohort Cem", cohort=CohortFactory(name="Spring intake"))
    address = reverse("admin:matching_helprequest_changelist")

    page = admin_client.get(address, {"cohort__isempty": value})

    assert [request.mentee.name for request in page.context["cl"].result_list] == [found]
    assert "In a cohort, whose organisers match it" in page.content.decode()


def test_the_list_names_the_cohort_without_a_query_per_row(admin_client):
    address = reverse("admin:matching_helprequest_changelist")
    HelpRequestFactory(cohort=CohortFactory(name="Spring intake"))
    one = queries_of(admin_client, address)
    for number in range(3):
        HelpRequestFactory(cohort=CohortFactory(name=f"Intake {number}"))

    assert queries_of(admin_client, address) == one
    assert "Spring intake" in admin_client.get(address).content.decode()
