"""Tables about a cohort in the admin stack on a phone, so their cells say their columns and their roles."""

from __future__ import annotations

import pytest
from django.urls import reverse

from matching.services.cohorts.drafts import edit_draft
from matching.services.cohorts.publish import publish_pairs
from tests.factories import NOW
from tests.matching.cohorts import closed_cohort, made_draft, mentee_in, mentor_in
from tests.stacked_tables import stacked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def cohort(admin_user):
    """A cohort with two drafts that differ. The pairs of the second one are published."""
    cohort = closed_cohort()
    mentees = [mentee_in(cohort, name) for name in ("Ann", "Bob")]
    mentors = [mentor_in(cohort, name) for name in ("Mia", "Noa")]
    draft = made_draft(cohort, admin_user)
    pair = (mentees[0].pk, mentors[draft.mentor_of[0]].pk)
    edited = edit_draft(draft_id=draft.pk, forbid=[pair], reason="", by=admin_user, now=NOW)
    publish_pairs(draft_id=edited.pk, mentees=None, by=admin_user, now=NOW)
    return cohort


@pytest.mark.parametrize(
    ("page", "others", "query"),
    [
        ("drafts", (), {}),
        ("draft", (2,), {}),
        ("compare", (), {"one": 1, "other": 2}),
        ("answers", (), {}),
        ("members", (), {}),
    ],
)
def test_a_table_about_a_cohort_can_stack(admin_client, cohort, page, others, query):
    address = reverse(f"admin:mentorship_cohort_{page}", args=[cohort.pk, *others], query=query)

    assert stacked(admin_client.get(address).content.decode()) == (1, [])
