"""Somebody who is made an organiser of a cohort is told, once for each part."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from matching.services.cohorts.organisers import add_organiser_and_tell
from mentorship.exceptions import CohortHasNoCompany, NoProgrammeManager
from mentorship.models import Cohort, CohortOrganiser
from mentorship.services.cohorts.organise import remove_organiser
from mentorship.services.cohorts.run import close_cohort
from tests.factories import NOW, CohortFactory, UserFactory
from tests.helpers import kinds, send
from tests.matching.helpers import mail_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

NO_NUMBERS = "There are no numbers yet. They begin once the cohort is closed."


@pytest.fixture
def cohort() -> Cohort:
    return CohortFactory(
        name="Spring", company="Acme", joins_until_on="2099-01-01", starts_on="2099-01-08", ends_on="2099-06-01"
    )


@pytest.fixture
def paula() -> User:
    return UserFactory(role="programme", name="Paula Programme")


@pytest.fixture
def owner() -> User:
    return UserFactory(role="owner")


@pytest.fixture
def add(cohort, owner):
    """Return a function that has an owner make a person an organiser."""

    def added(person, part, *, by=owner, now=NOW) -> CohortOrganiser:
        return add_organiser_and_tell(cohort_id=cohort.pk, person=person, part=part, by=by, now=now)

    return added


def parts_of(person) -> tuple[str, str, str]:
    """Return subject, text and HTML of the only mail to a person."""
    send(NOW)
    message = mail_to(person)
    return message.subject, message.body, message.alternatives[0].content


def test_a_programme_manager_reads_what_they_can_do_and_where(add, paula, cohort):
    add(paula, "manager")

    subject, *texts = parts_of(paula)
    assert subject == "You run the cohort “Spring” now"
    for text in texts:
        for words in ("have given you the cohort “Spring”", "1 January 2099", "open and close it", "publish them"):
            assert words in text
        assert f"http://testserver{reverse('admin:mentorship_cohort_change', args=[cohort.pk])}" in text


def test_a_reader_for_the_company_reads_where_the_numbers_are_and_that_there_are_none_yet(add, alice, cohort):
    add(alice, "employer")

    subject, *texts = parts_of(alice)
    assert subject == "You can read the numbers of the cohort “Spring” now"
    for text in texts:
        for words in ("“Spring” for Acme", "name nobody", NO_NUMBERS):
            assert words in text
        assert f"http://testserver{reverse('company-numbers-of', args=[cohort.uuid])}" in text
        assert "/admin/" not in text


def test_a_reader_of_a_closed_cohort_does_not_read_that_there_are_no_numbers(add, alice, cohort):
    close_cohort(cohort_id=cohort.pk, now=NOW)
    add(alice, "employer")

    _subject, *texts = parts_of(alice)
    assert not any(NO_NUMBERS in text for text in texts)


def test_a_manager_of_an_archived_cohort_reads_of_nothing_to_do(add, paula, cohort):
    Cohort.objects.update(status="archived", archived_at=NOW)
    add(paula, "manager")

    _subject, *texts = parts_of(paula)
    assert not any(words in text for text in texts for words in ("open and close it", "People can join until"))


@pytest.mark.parametrize(("part", "kind"), [("manager", "cohort_given"), ("employer", "cohort_numbers")])
def test_the_message_in_the_app_leads_to_the_page(part, kind, add, paula, cohort, client):
    add(paula, part)
    client.force_login(paula)

    answer = client.get(reverse("message", args=[paula.notifications.get(kind=kind).uuid]))

    pages = {
        "manager": reverse("admin:mentorship_cohort_change", args=[cohort.pk]),
        "employer": reverse("company-numbers-of", args=[cohort.uuid]),
    }
    assert answer["Location"] == pages[part]


def test_adding_somebody_again_tells_nothing(add, paula):
    for day in range(2):
        add(paula, "manager", now=NOW + timedelta(days=day))

    assert kinds(paula) == ["cohort_given"]


def test_both_parts_are_two_messages(add, paula):
    add(paula, "manager")
    add(paula, "employer")

    assert kinds(paula) == ["cohort_given", "cohort_numbers"]


def test_somebody_who_is_removed_and_added_again_gets_one_mail(add, paula, owner):
    remove_organiser(organiser_id=add(paula, "manager").pk, by=owner)
    add(paula, "manager", now=NOW + timedelta(minutes=1))

    send(NOW + timedelta(minutes=1))

    assert list(paula.notifications.order_by("pk").values_list("status", flat=True)) == ["skipped", "sent"]


def test_an_owner_who_adds_themselves_is_not_told(add, owner):
    add(owner, "employer", by=owner)

    assert kinds(owner) == []


def remove(organiser: CohortOrganiser) -> None:
    organiser.delete()


def take_role(organiser: CohortOrganiser) -> None:
    organiser.person.give_role("viewer")
    organiser.person.save()


def forget_company(organiser: CohortOrganiser) -> None:
    Cohort.objects.update(company="")


@pytest.mark.parametrize(
    ("part", "change"),
    [("manager", remove), ("manager", take_role), ("employer", remove), ("employer", forget_company)],
)
def test_a_message_that_is_not_true_any_more_is_not_sent(part, change, add, paula):
    change(add(paula, part))

    send(NOW)

    assert mail.outbox == []
    assert paula.notifications.get().status == "skipped"


def test_somebody_who_cannot_organise_is_told_nothing(add, alice, cohort):
    with pytest.raises(NoProgrammeManager):
        add(alice, "manager")
    Cohort.objects.update(company="")
    with pytest.raises(CohortHasNoCompany):
        add(alice, "employer")

    assert kinds(alice) == []
