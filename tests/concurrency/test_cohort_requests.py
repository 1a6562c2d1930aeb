"""A mentee of a cohort who does two things about it at the same moment."""

from __future__ import annotations

import pytest

from matching.exceptions import CohortRequestThere
from matching.models import HelpRequest
from matching.services.cohorts.leave import leave_side
from matching.services.draft import create_draft, update_draft
from matching.services.submit import submit_help_request
from mentorship.exceptions import NotInCohort
from mentorship.models import CohortMember
from tests.factories import NOW, CohortMemberFactory, HelpRequestFactory
from tests.helpers import race
from tests.matching.helpers import request_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]


def fields_of(request, cohort) -> dict[str, object]:
    """Return the fields of a new draft for a cohort, of the kind of another request."""
    return {name: getattr(request, name) for name in ("goal", "format", "session_kind")} | {"cohort": cohort}


def test_the_second_of_two_drafts_for_a_cohort_is_refused():
    place = CohortMemberFactory()
    ordinary = HelpRequestFactory(mentee=place.person)
    fields = fields_of(ordinary, place.cohort)

    def draft():
        return create_draft(mentee=place.person, fields=fields)

    rival = race(draft, draft)

    with pytest.raises(CohortRequestThere):
        rival.finish()
    assert HelpRequest.objects.filter(cohort=place.cohort).count() == 1


def test_the_second_of_two_drafts_that_are_moved_to_a_cohort_is_refused():
    place = CohortMemberFactory()
    one, other = HelpRequestFactory.create_batch(2, mentee=place.person, status="draft")

    rival = race(
        lambda: update_draft(help_request_id=one.pk, changes={"cohort": place.cohort}),
        lambda: update_draft(help_request_id=other.pk, changes={"cohort": place.cohort}),
    )

    with pytest.raises(CohortRequestThere):
        rival.finish()
    assert HelpRequest.objects.get(cohort=place.cohort) == one


def test_a_submission_after_leaving_is_refused():
    draft = request_for(status="draft")
    place = CohortMember.objects.get()

    rival = race(
        lambda: leave_side(member_id=place.pk, by=draft.mentee, now=NOW),
        lambda: submit_help_request(help_request_id=draft.pk, now=NOW),
    )

    # It waits for the draft, finds it without its cohort, and is an ordinary request.
    rival.finish()
    draft.refresh_from_db()
    assert (draft.status, draft.cohort) == ("open", None)


def test_leaving_after_a_submission_withdraws_the_request():
    draft = request_for(status="draft")
    place = CohortMember.objects.get()

    rival = race(
        lambda: submit_help_request(help_request_id=draft.pk, now=NOW),
        lambda: leave_side(member_id=place.pk, by=draft.mentee, now=NOW),
    )

    rival.finish()
    draft.refresh_from_db()
    assert draft.status == "withdrawn"


def test_a_draft_begun_while_somebody_leaves_is_refused():
    place = CohortMemberFactory()
    ordinary = HelpRequestFactory(mentee=place.person)
    fields = fields_of(ordinary, place.cohort)

    rival = race(
        lambda: leave_side(member_id=place.pk, by=place.person, now=NOW),
        lambda: create_draft(mentee=place.person, fields=fields),
    )

    with pytest.raises(NotInCohort):
        rival.finish()
