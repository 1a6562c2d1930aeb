"""The answers to the published pairs of a cohort in the admin, and taking pairs back."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.models import CohortDraft, CohortPair
from matching.services.cohorts.publish import publish_pairs
from mentorship.models import Cohort
from tests.matching.cohorts import closed_cohort, made_draft, mentee_in, mentor_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def cohort(db) -> Cohort:
    return closed_cohort(name="Spring intake")


@pytest.fixture
def published(cohort, admin_user) -> CohortDraft:
    """A draft of two pairs, which are published."""
    for mentee, mentor in (("Ann", "Mia"), ("Bob", "Noa")):
        mentee_in(cohort, mentee)
        mentor_in(cohort, mentor)
    draft = made_draft(cohort, admin_user)
    publish_pairs(draft_id=draft.pk, mentees=None, by=admin_user, now=timezone.now())
    return draft


def page_of(cohort: Cohort, page: str, *others: int, **query: object) -> str:
    return reverse(f"admin:mentorship_cohort_{page}", args=[cohort.pk, *others], query=query or None)


def text_of(response) -> str:
    return response.content.decode()


def test_answers_show_who_has_not_answered_and_the_loss(admin_client, cohort, published):
    page = text_of(admin_client.get(page_of(cohort, "answers")))

    assert "0 of 2 pairs of the draft are confirmed." in page
    assert "2 wait for an answer." in page


def test_pairs_are_taken_back_after_a_question(admin_client, cohort, published):
    answer = admin_client.post(page_of(cohort, "take_back", 1), follow=True)

    assert "Taken back: 2." in text_of(answer)
    assert set(CohortPair.objects.values_list("status", flat=True)) == {"withdrawn"}
