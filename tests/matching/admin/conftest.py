"""A closed cohort, its people and its draft."""

from __future__ import annotations

import pytest

from matching.models import CohortDraft
from mentorship.models import Cohort
from tests.matching.cohorts import closed_cohort, made_draft, mentee_in, mentor_in


@pytest.fixture
def cohort(db) -> Cohort:
    return closed_cohort(name="Spring intake")


@pytest.fixture
def people(cohort):
    """Two mentees and two mentors; all can be matched with each other."""
    return {
        **{name: mentee_in(cohort, name) for name in ("Ann", "Bob")},
        **{name: mentor_in(cohort, name) for name in ("Mia", "Noa")},
    }


@pytest.fixture
def draft(cohort, people, admin_user) -> CohortDraft:
    return made_draft(cohort, admin_user)
