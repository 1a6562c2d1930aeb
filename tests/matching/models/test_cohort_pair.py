"""The constraints of a pair of a cohort."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from accounts.exceptions import MoveNotAllowed
from matching.models import CohortPair
from tests.factories import NOW, CohortPairFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
OVER = ("confirmed", "declined", "expired", "withdrawn")


@pytest.mark.parametrize("status", OVER)
@pytest.mark.parametrize("to", CohortPair.Status.values)
def test_a_pair_that_is_over_stays_so(status, to):
    pair = CohortPairFactory(status=status)

    with pytest.raises(MoveNotAllowed):
        pair.move_to(to, at=NOW)


@pytest.mark.parametrize("to", ["confirmed", "declined", "expired", "published"])
def test_a_published_pair_is_proposed_or_taken_back(to):
    with pytest.raises(MoveNotAllowed):
        CohortPairFactory(status="published").move_to(to, at=NOW)


@pytest.mark.parametrize("status", ["published", "proposed", "expired"])
def test_only_a_withdrawn_pair_says_why(status):
    pair = CohortPairFactory(status=status)

    with pytest.raises(IntegrityError, match="cohort_pair_says_why_only_if_withdrawn"):
        CohortPair.objects.filter(pk=pair.pk).update(why_withdrawn="taken_back")


def test_a_no_names_its_side():
    with pytest.raises(IntegrityError, match="cohort_pair_names_who_declined"):
        CohortPairFactory(status="proposed").move_to("declined", at=NOW)


def test_a_request_has_one_pair_that_waits():
    pair = CohortPairFactory(status="proposed")

    with pytest.raises(IntegrityError, match="cohort_pair_one_current_per_request"):
        CohortPairFactory(status="published", help_request=pair.help_request, draft=pair.draft)
