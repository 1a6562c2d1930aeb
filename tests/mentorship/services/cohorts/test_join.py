"""Joining a cohort by its link, and leaving it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from mentorship.exceptions import CohortNotOpen, MentorsOnly, NotInCohort, PlacesOutOfRange
from mentorship.models import CohortMember
from mentorship.selectors.cohorts import memberships_of, with_counts
from mentorship.services.cohorts.join import change_places, join_cohort, leave_cohort
from mentorship.services.cohorts.run import close_cohort, renew_key
from tests.factories import NOW, CohortFactory, CohortMemberFactory, MentorFactory, UserFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def cohort():
    return CohortFactory()


def join(cohort, by, side="mentee", places=None, now=NOW):
    return join_cohort(key=cohort.key, by=by, side=side, places=places, now=now)


def test_a_mentee_joins(cohort, alice):
    join(cohort, alice)

    member = CohortMember.objects.get()
    assert (member.cohort, member.person, member.side, member.places) == (cohort, alice, "mentee", None)
    assert (member.joined_at, member.left_at) == (NOW, None)


def test_a_mentor_joins_with_places(cohort):
    assert join(cohort, MentorFactory().user, "mentor", 3).places == 3


def test_somebody_may_be_on_both_sides(cohort):
    person = MentorFactory().user

    join(cohort, person)
    join(cohort, person, "mentor", 1)

    assert sorted(CohortMember.objects.values_list("side", flat=True)) == ["mentee", "mentor"]


def test_somebody_who_was_taken_out_comes_back_by_the_link(cohort, alice):
    CohortMemberFactory(cohort=cohort, person=alice, left_at=NOW, is_taken_out=True)

    member = join(cohort, alice, now=LATER)

    assert (member.left_at, member.is_taken_out) == (None, False)


def test_joining_again_changes_the_places(cohort):
    person = MentorFactory().user
    join(cohort, person, "mentor", 1)

    join(cohort, person, "mentor", 4, now=LATER)

    member = CohortMember.objects.get()
    assert (member.places, member.joined_at) == (4, NOW)


def test_only_mentors_join_as_mentors(cohort, alice):
    with pytest.raises(MentorsOnly):
        join(cohort, alice, "mentor", 1)


@pytest.mark.parametrize("status", ["rejected", "suspended"])
def test_a_mentor_who_was_turned_away_does_not_join(status, cohort):
    with pytest.raises(MentorsOnly):
        join(cohort, MentorFactory(status=status).user, "mentor", 1)


@pytest.mark.parametrize("places", [None, 0, 11, -1])
def test_a_mentor_has_one_to_ten_places(places, cohort):
    with pytest.raises(PlacesOutOfRange):
        join(cohort, MentorFactory().user, "mentor", places)


def test_an_unknown_link_leads_nowhere(cohort, alice):
    with pytest.raises(CohortNotOpen):
        join_cohort(key="guessed", by=alice, side="mentee", places=None, now=NOW)


def test_a_renewed_link_ends_the_one_before(cohort, alice):
    renew_key(cohort_id=cohort.pk)

    with pytest.raises(CohortNotOpen):
        join(cohort, alice)


def test_nobody_joins_a_closed_cohort(cohort, alice):
    close_cohort(cohort_id=cohort.pk, now=NOW)

    with pytest.raises(CohortNotOpen):
        join(cohort, alice)


def test_the_last_day_to_join_is_a_whole_day(cohort, alice, bob):
    last = NOW.replace(hour=23, minute=59) + timedelta(days=14)
    assert last.date() == cohort.joins_until_on

    join(cohort, alice, now=last)

    with pytest.raises(CohortNotOpen):
        join(cohort, bob, now=last + timedelta(minutes=1))


def test_somebody_who_left_may_come_back(cohort, alice):
    member = join(cohort, alice)
    leave_cohort(member_id=member.pk, by=alice, now=LATER)
    assert not memberships_of(alice).exists()

    join(cohort, alice, now=LATER)

    assert memberships_of(alice).get() == member


def test_leaving_twice_keeps_the_first_time(alice):
    member = CohortMemberFactory(person=alice)

    for now in (LATER, LATER + timedelta(days=1)):
        leave_cohort(member_id=member.pk, by=alice, now=now)

    member.refresh_from_db()
    assert member.left_at == LATER


def test_nobody_takes_another_person_out(alice, charlie):
    member = CohortMemberFactory(person=alice)

    with pytest.raises(NotInCohort):
        leave_cohort(member_id=member.pk, by=charlie, now=NOW)


def test_an_archived_cohort_is_not_in_the_list_of_its_members(alice):
    CohortMemberFactory(person=alice, cohort__status="archived", cohort__archived_at=NOW)

    assert not memberships_of(alice).exists()


def test_a_member_who_left_is_not_counted(cohort):
    CohortMemberFactory(cohort=cohort)
    CohortMemberFactory(cohort=cohort, left_at=NOW)
    CohortMemberFactory(cohort=cohort, side="mentor")

    found = with_counts(type(cohort).objects).get()

    assert (found.mentees, found.mentors) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"side": "guest"}, "cohort_member_(side_is_known|has_places)"),
        ({"side": "mentee", "places": 1}, "cohort_member_has_places_if_and_only_if_mentor"),
        ({"side": "mentor", "places": None}, "cohort_member_has_places_if_and_only_if_mentor"),
        ({"side": "mentor", "places": 11}, "cohort_member_has_places_if_and_only_if_mentor"),
    ],
)
def test_the_database_refuses_a_member_that_cannot_be(fields, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CohortMemberFactory(**fields)


def test_nobody_manages_themselves():
    person = UserFactory()

    with pytest.raises(IntegrityError, match="cohort_member_manages_another"), transaction.atomic():
        CohortMemberFactory(person=person, manager=person)


# --- places -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["preparing", "open", "closed"])
def test_a_mentor_changes_places_until_the_cohort_is_archived(status, bob):
    facts = {"preparing": {"opened_at": None}, "open": {}, "closed": {"closed_at": NOW}}[status]
    place = CohortMemberFactory(
        person=bob, side="mentor", cohort__status=status, **{f"cohort__{k}": v for k, v in facts.items()}
    )

    assert change_places(member_id=place.pk, by=bob, places=5).places == 5


@pytest.mark.parametrize("places", [0, 11, -1])
def test_places_out_of_range_are_refused(places, bob):
    place = CohortMemberFactory(person=bob, side="mentor")

    with pytest.raises(PlacesOutOfRange):
        change_places(member_id=place.pk, by=bob, places=places)


@pytest.mark.parametrize(
    "facts",
    [{"side": "mentee"}, {"left_at": NOW}, {"cohort__status": "archived", "cohort__archived_at": NOW}],
)
def test_nobody_else_has_places_to_change(facts, bob, charlie):
    own = CohortMemberFactory(**{"person": bob, "side": "mentor"} | facts)
    of_others = CohortMemberFactory(person=charlie, side="mentor")

    for place in (own, of_others):
        with pytest.raises(NotInCohort):
            change_places(member_id=place.pk, by=bob, places=1)


@pytest.mark.parametrize("key", ["a\0b", "", "x" * 33, "ä"])
def test_a_text_that_can_be_no_key_finds_no_cohort(key, alice):
    with pytest.raises(CohortNotOpen):
        join_cohort(key=key, by=alice, side="mentee", places=None, now=NOW)
