"""Owners and community managers run all cohorts, and programme managers their own."""

from __future__ import annotations

import pytest

from mentorship.exceptions import NotAnOrganiser
from mentorship.selectors.cohorts import cohorts_of
from mentorship.services.cohorts.organise import must_organise
from tests.factories import CohortFactory, CohortOrganiserFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["owner", "manager"])
def test_owners_and_community_managers_run_all_cohorts(role):
    cohorts = {CohortFactory(), CohortFactory(status="preparing", opened_at=None)}
    by = UserFactory(role=role)

    assert set(cohorts_of(by)) == cohorts
    for cohort in cohorts:
        must_organise(by, cohort)


def test_a_programme_manager_runs_the_own_cohorts_only():
    organiser = CohortOrganiserFactory()
    other = CohortOrganiserFactory().cohort

    assert list(cohorts_of(organiser.person)) == [organiser.cohort]
    must_organise(organiser.person, organiser.cohort)
    with pytest.raises(NotAnOrganiser, match="You do not run this cohort"):
        must_organise(organiser.person, other)


@pytest.mark.parametrize("role", ["", "matchmaker", "viewer"])
def test_a_programme_manager_whose_role_was_taken_away_runs_nothing(role):
    organiser = CohortOrganiserFactory()
    organiser.person.give_role(role)

    assert list(cohorts_of(organiser.person)) == []
    with pytest.raises(NotAnOrganiser):
        must_organise(organiser.person, organiser.cohort)


def test_somebody_who_reads_the_numbers_of_a_company_runs_nothing():
    reader = CohortOrganiserFactory(part="employer", cohort__company="Acme")

    assert list(cohorts_of(reader.person)) == []


def test_a_locked_programme_manager_runs_nothing():
    organiser = CohortOrganiserFactory(person__is_active=False)

    assert list(cohorts_of(organiser.person)) == []
