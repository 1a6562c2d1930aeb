"""The page, the file and the API with the numbers of a cohort for its company: the same numbers, and nobody's name."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.urls import reverse

from mentorship.models import Cohort, CohortOrganiser
from tests.factories import NOW, CohortMemberFactory, CohortOrganiserFactory, HelpRequestFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def cohort(alice):
    """Return a closed cohort of Alice's company, with two departments."""
    cohort = CohortOrganiserFactory(
        person=alice, part="employer", cohort__company="Acme", cohort__status="closed", cohort__closed_at=NOW
    ).cohort
    for department, number in (("Sales", 11), ("=Research", 6)):
        CohortMemberFactory.create_batch(number, cohort=cohort, person__profile__department=department)
    return cohort


@pytest.fixture
def reader(client, alice):
    client.force_login(alice)
    return client


def page_of(cohort: Cohort) -> str:
    return reverse("company-numbers-of", args=[cohort.uuid])


def test_the_page_shows_rounded_numbers_by_group(reader, cohort):
    page = reader.get(page_of(cohort)).content.decode()

    for words in ("Everybody", "By department", "Sales", "<dd>15</dd>", "<dd>10</dd>", "<dd>5</dd>", "fewer than 5"):
        assert words in page, words


def test_no_name_content_or_address_of_anybody_is_on_the_page(reader, cohort):
    member = cohort.members.select_related("person").earliest("pk")
    HelpRequestFactory(mentee=member.person, cohort=cohort, mentors_due_at=None, situation="My secret wish.")

    for address in (page_of(cohort), reverse("company-numbers-file", args=[cohort.uuid])):
        answer = reader.get(address).content.decode()
        for one in cohort.members.select_related("person"):
            assert one.person.name + "<" not in answer
            assert one.person.email not in answer
        assert "My secret wish." not in answer


def test_the_list_leads_to_each_cohort(reader, cohort, alice):
    page = reader.get(reverse("company-numbers")).content.decode()

    assert page_of(cohort) in page


def test_the_settings_lead_to_the_list_for_those_who_read_numbers(client, alice, bob, cohort):
    for person, is_linked in ((alice, True), (bob, False)):
        client.force_login(person)
        assert (reverse("company-numbers") in client.get(reverse("settings")).content.decode()) is is_linked


def test_the_file_has_the_numbers_of_the_page_and_no_formula(reader, cohort):
    answer = reader.get(reverse("company-numbers-file", args=[cohort.uuid]))

    rows = list(csv.reader(StringIO(answer.content.decode().lstrip("\ufeff"))))
    assert answer["Content-Type"] == "text/csv;charset=utf-8"
    assert [row[1:4] for row in rows] == [
        ["Group", "People in the cohort", "Matched"],
        ["Everybody", "15", "0"],
        ["'=Research", "5", "0"],
        ["Sales", "10", "0"],
    ]


def test_the_api_has_the_same_numbers(api, alice, cohort):
    client = api(alice)

    [listed] = client.get("/api/v1/company-numbers/").json()["results"]
    found = client.get(f"/api/v1/company-numbers/{cohort.uuid}/").json()

    assert listed["uuid"] == found["cohort"]["uuid"] == str(cohort.uuid)
    assert [(line["by"], line["group"], line["people"]) for line in found["lines"]] == [
        ("all", "all", 15),
        ("department", "=Research", 5),
        ("department", "Sales", 10),
    ]


def test_no_filter_changes_the_numbers(reader, api, alice, cohort):
    plain = reader.get(page_of(cohort)).content
    filtered = reader.get(page_of(cohort), {"department": "Sales", "by": "start", "day": "2020-01-01"}).content

    assert [line for line in filtered.splitlines() if b"<dd>" in line] == [
        line for line in plain.splitlines() if b"<dd>" in line
    ]


def test_a_cohort_that_was_never_closed_has_no_numbers_yet(reader, alice):
    cohort = CohortOrganiserFactory(person=alice, part="employer", cohort__company="Acme").cohort

    assert "There are no numbers yet." in reader.get(page_of(cohort)).content.decode()
    assert reader.get(reverse("company-numbers-file", args=[cohort.uuid])).status_code == 404


@pytest.mark.parametrize("part", ["another company", "manager", "member", "no company any more", "removed"])
def test_nobody_else_reads_them(part, client, alice, cohort):
    person = alice if part in ("removed", "no company any more") else UserFactory()
    if part == "another company":
        CohortOrganiserFactory(person=person, part="employer", cohort__company="Globex")
    if part == "manager":
        person = CohortOrganiserFactory(cohort=cohort, person=UserFactory(role="programme")).person
    if part == "member":
        CohortMemberFactory(cohort=cohort, person=person)
    if part == "no company any more":
        Cohort.objects.update(company="")
    if part == "removed":
        CohortOrganiser.objects.all().delete()
    client.force_login(person)

    assert client.get(page_of(cohort)).status_code == 404
    assert client.get(reverse("company-numbers-file", args=[cohort.uuid])).status_code == 404
    assert client.get(reverse("company-numbers")).status_code == (200 if part == "another company" else 404)


def test_the_reader_opens_no_admin_page_and_no_member_of_the_cohort(reader, cohort):
    assert reader.get(f"/admin/mentorship/cohort/{cohort.pk}/members/").status_code in (302, 403)
