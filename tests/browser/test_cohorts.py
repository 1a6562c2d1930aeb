"""A programme manager runs a cohort in the admin, and somebody of the company reads its numbers."""

from __future__ import annotations

import pytest

from tests.browser.conftest import DESK
from tests.factories import NOW, CohortMemberFactory, CohortOrganiserFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cohort():
    organiser = CohortOrganiserFactory(
        person__name="Paula Programme",
        cohort__name="Spring intake",
        cohort__company="Acme",
        cohort__status="preparing",
        cohort__opened_at=None,
        cohort__joins_until_on="2099-01-01",
        cohort__starts_on="2099-02-01",
        cohort__ends_on="2099-08-01",
    )
    for side, department in (("mentee", "Sales"), ("mentor", "Research and development")):
        CohortMemberFactory.create_batch(6, cohort=organiser.cohort, side=side, person__profile__department=department)
    return organiser.cohort


def test_a_programme_manager_runs_a_cohort(admin_window, admin_user, alice, cohort, look_at):
    page = admin_window(cohort.organisers.get().person)

    page.goto("/admin/")
    look_at(page)
    page.get_by_role("link", name="Spring intake", exact=True).click()
    page.get_by_role("heading", name="Change cohort").wait_for()
    look_at(page)
    page.get_by_role("button", name="Open it, so that people can join").click()
    page.get_by_text("It is open. Send its invitation link.").wait_for()
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("heading", name="People").wait_for()
    look_at(page)
    page.get_by_label("Address").fill(alice.email)
    page.get_by_role("button", name="Add them").click()
    page.get_by_text("is in the cohort (mentee).").wait_for()
    page.get_by_role("link", name=f"Take out {alice}").click()
    page.get_by_role("heading", name=f"Take {alice} out").wait_for()
    look_at(page)
    page.get_by_role("button", name="Take them out").click()
    page.get_by_text("is not in the cohort any more").wait_for()
    page.get_by_role("link", name="Back to the cohort").click()
    page.get_by_role("button", name="Close it").click()
    page.get_by_text("It is closed.").wait_for()
    page.get_by_role("link", name="Archive it").click()
    page.get_by_role("heading", name="Archive it").wait_for()
    look_at(page)
    page.get_by_role("button", name="Archive it for good").click()
    page.get_by_text("It is archived.").wait_for()


def test_somebody_of_the_company_reads_the_numbers(visitor, log_in_as, cohort, look_at):
    reader = CohortOrganiserFactory(cohort=cohort, person=UserFactory(name="Rita Reader"), part="employer").person
    cohort.move_to("open", at=NOW)
    cohort.move_to("closed", at=NOW)
    page = visitor(viewport=DESK)
    log_in_as(page, reader)

    page.goto("/settings/")
    page.get_by_role("link", name="Numbers for your company").click()
    page.get_by_role("heading", name="Numbers for your company").wait_for()
    look_at(page)
    page.get_by_role("link", name="Spring intake").click()
    page.get_by_role("heading", name="Research and development").wait_for()
    look_at(page)


def test_a_mentee_states_a_group_and_removes_it(visitor, cohort, live_server, look_at, log_in_as):
    place = cohort.members.filter(side="mentee").first()
    page = visitor()
    log_in_as(page, place.person)

    page.goto(f"/cohorts/{cohort.uuid}/")
    page.get_by_text("State a group, for a check of fairness").click()
    page.get_by_label("Your group").fill("Parents")
    page.get_by_role("button", name="State it").click()
    page.get_by_text("Your group is stated.").wait_for()
    look_at(page)
    page.get_by_text("You stated: Parents").wait_for()
    page.get_by_label("Your group").fill("")
    page.get_by_role("button", name="Remove it").click()
    page.get_by_text("Your group is removed.").wait_for()
