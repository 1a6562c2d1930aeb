"""Opening, closing, archiving and copying a cohort."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, transaction

from accounts.exceptions import MoveNotAllowed
from mentorship.exceptions import CohortDatesOver
from mentorship.models import Cohort
from mentorship.services.cohorts.run import archive_cohort, close_cohort, copy_cohort, open_cohort, renew_key
from tests.factories import NOW, CohortFactory, CohortMemberFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)
MOVES = {
    "open": lambda cohort: open_cohort(cohort_id=cohort.pk, now=LATER),
    "closed": lambda cohort: close_cohort(cohort_id=cohort.pk, now=LATER),
    "archived": lambda cohort: archive_cohort(cohort_id=cohort.pk, now=LATER),
}

ALLOWED = {
    "preparing": {"open", "archived"},
    "open": {"closed"},
    "closed": {"open", "archived"},
    "archived": set(),
}


def cohort_in(status: str) -> Cohort:
    cohort = CohortFactory(status="preparing", opened_at=None)
    for step in {"preparing": [], "open": ["open"], "closed": ["open", "closed"], "archived": ["archived"]}[status]:
        MOVES[step](cohort)
    return Cohort.objects.get(pk=cohort.pk)


@pytest.mark.parametrize("to", MOVES)
@pytest.mark.parametrize("status", Cohort.Status.values)
def test_a_cohort_moves_as_the_table_of_moves_says(status, to):
    cohort = cohort_in(status)

    if to in ALLOWED[status]:
        assert MOVES[to](cohort).status == to
    else:
        with pytest.raises(MoveNotAllowed):
            MOVES[to](cohort)
        cohort.refresh_from_db()
        assert cohort.status == status


def test_a_cohort_that_opens_again_keeps_its_first_day():
    cohort = CohortFactory(status="closed", closed_at=NOW)

    open_cohort(cohort_id=cohort.pk, now=LATER)

    cohort.refresh_from_db()
    assert (cohort.opened_at, cohort.closed_at) == (NOW, None)


def test_a_cohort_does_not_open_after_its_last_day_to_join():
    cohort = CohortFactory(status="preparing", opened_at=None, joins_until_on=(NOW - timedelta(days=1)).date())

    with pytest.raises(CohortDatesOver):
        open_cohort(cohort_id=cohort.pk, now=NOW)


def test_the_last_day_to_join_ends_in_utc_wherever_the_organiser_is():
    last = NOW.date()
    cohort = CohortFactory(status="preparing", opened_at=None, joins_until_on=last)
    evening = datetime(last.year, last.month, last.day, 23, tzinfo=UTC).astimezone(timezone(timedelta(hours=9)))

    assert open_cohort(cohort_id=cohort.pk, now=evening).status == "open"


def test_a_copy_has_the_rules_and_nobody_and_follows_the_first():
    cohort = CohortFactory(different_department=True, policy="balanced", about="For all new people.")
    CohortMemberFactory(cohort=cohort)

    copy = copy_cohort(cohort_id=cohort.pk, today=NOW.date())

    assert (copy.status, copy.different_department, copy.policy, copy.about) == (
        "preparing",
        True,
        "balanced",
        "For all new people.",
    )
    assert copy.starts_on == cohort.ends_on + timedelta(days=1)
    assert copy.ends_on - copy.starts_on == cohort.ends_on - cohort.starts_on
    assert copy.key != cohort.key
    assert not copy.members.exists()


def test_a_copy_of_an_old_cohort_can_be_joined_after_today():
    cohort = CohortFactory()
    today = cohort.ends_on + timedelta(days=400)

    copy = copy_cohort(cohort_id=cohort.pk, today=today)

    assert copy.joins_until_on > today


def test_a_copy_of_a_cohort_without_a_real_end_has_its_days():
    cohort = CohortFactory(ends_on=date(9999, 12, 1))

    copy = copy_cohort(cohort_id=cohort.pk, today=NOW.date())

    assert (copy.joins_until_on, copy.ends_on) == (cohort.joins_until_on, cohort.ends_on)


def test_a_renewed_link_has_another_key():
    cohort = CohortFactory()

    assert renew_key(cohort_id=cohort.pk).key != cohort.key


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"starts_on": NOW.date()}, "cohort_dates_are_in_order"),
        ({"ends_on": NOW.date()}, "cohort_dates_are_in_order"),
        ({"status": "done"}, "cohort_(status_is_known|closed_has_a_time)"),
        ({"policy": "by chance"}, "cohort_policy_is_known"),
        ({"status": "open", "opened_at": None}, "cohort_open_has_a_time"),
        ({"status": "closed", "closed_at": None}, "cohort_closed_has_a_time"),
        ({"status": "archived", "archived_at": None}, "cohort_archived_has_a_time"),
    ],
)
def test_the_database_refuses_a_cohort_that_cannot_be(fields, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CohortFactory(**fields)
