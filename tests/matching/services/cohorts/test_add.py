"""Somebody whom an organiser adds to a cohort is told, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from matching.services.cohorts.add import add_and_tell
from mentorship.models import Cohort
from mentorship.services.cohorts.join import join_cohort, leave_cohort
from tests.factories import NOW, CohortFactory, CohortMemberFactory, MentorFactory, UserFactory
from tests.helpers import kinds, send
from tests.matching.helpers import mail_to, request_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def cohort() -> Cohort:
    return CohortFactory(
        name="Spring",
        about="Twelve weeks for all.",
        joins_until_on="2099-01-01",
        starts_on="2099-01-08",
        ends_on="2099-06-01",
    )


@pytest.fixture
def add(cohort):
    """Return a function that has an owner add a person."""
    owner = UserFactory(role="owner")

    def added(person, *, side="mentee", places=None, by=owner, now=NOW):
        return add_and_tell(cohort_id=cohort.pk, by=by, address=person.email, side=side, places=places, now=now)

    return added


def parts_of(person) -> tuple[str, str, str]:
    """Return subject, text and HTML of the only mail to a person."""
    send(NOW)
    message = mail_to(person)
    return message.subject, message.body, message.alternatives[0].content


def test_a_mentee_reads_what_the_cohort_is_and_writes_a_request(add, alice, cohort):
    add(alice)

    subject, *texts = parts_of(alice)
    assert subject == "You are in the cohort “Spring” now"
    for text in texts:
        for words in ("as a mentee", "Twelve weeks for all.", "1 January 2099", "8 January 2099 to 1 June 2099"):
            assert words in text
        assert f"/requests/new/?cohort={cohort.uuid}" in text
        assert f"/cohorts/{cohort.uuid}/" in text
        assert "You can leave the cohort" in text


def test_a_mentor_reads_the_places_that_were_noted(add):
    bob = MentorFactory().user
    add(bob, side="mentor", places=3)

    _subject, *texts = parts_of(bob)
    for text in texts:
        assert "as a mentor" in text
        assert "You take 3 mentees in it at most" in text
        assert "say yes or no to each" in text
        assert "/requests/new/" not in text


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"status": "preparing", "opened_at": None}, "Once it is open, write your request"),
        ({"status": "closed", "closed_at": NOW}, "write your request for it."),
    ],
)
def test_the_next_step_is_that_of_the_status(facts, words, add, alice, cohort):
    Cohort.objects.update(**facts)
    add(alice)

    _subject, *texts = parts_of(alice)
    assert all(words in text for text in texts)


def test_somebody_with_a_request_reads_that_it_waits(add, alice, cohort):
    request_for(cohort, mentee=alice)
    alice.cohort_memberships.all().delete()
    add(alice)

    _subject, *texts = parts_of(alice)
    assert all("waits for the organisers" in text and "/requests/new/" not in text for text in texts)


def test_a_second_addition_tells_nothing(add):
    bob = MentorFactory().user
    add(bob, side="mentor", places=3)
    add(bob, side="mentor", places=4)

    assert kinds(bob) == ["cohort_added"]


def test_both_sides_are_two_messages(add):
    bob = MentorFactory().user
    add(bob)
    add(bob, side="mentor", places=1)

    assert kinds(bob) == ["cohort_added"] * 2


def test_somebody_who_was_taken_out_is_told_anew_and_by_one_mail(add, alice):
    leave_cohort(member_id=add(alice).pk, by=alice, now=NOW, is_taken_out=True)
    add(alice, now=NOW + timedelta(minutes=1))

    assert list(alice.notifications.order_by("pk").values_list("status", flat=True)) == ["skipped", "pending"]


def test_somebody_who_joins_by_the_link_is_not_told(alice, cohort):
    join_cohort(key=cohort.key, by=alice, side="mentee", places=None, now=cohort.opened_at)

    assert kinds(alice) == []


def test_an_organiser_who_adds_themselves_is_not_told(add):
    owner = UserFactory(role="owner")
    add(owner, by=owner)

    assert kinds(owner) == []


@pytest.mark.parametrize("change", ["left", "archived"])
def test_a_message_that_is_not_true_any_more_is_not_sent(change, add, alice):
    member = add(alice)
    if change == "left":
        leave_cohort(member_id=member.pk, by=alice, now=NOW)
    else:
        Cohort.objects.update(status="archived", archived_at=NOW)

    send(NOW)

    assert mail.outbox == []
    assert alice.notifications.get().status == "skipped"


def test_somebody_on_the_other_side_is_told_of_the_new_one(add, cohort):
    bob = MentorFactory().user
    CohortMemberFactory(cohort=cohort, person=bob)
    add(bob, side="mentor", places=2)

    assert bob.notifications.get().payload == {"cohort": str(cohort.uuid), "side": "mentor"}
