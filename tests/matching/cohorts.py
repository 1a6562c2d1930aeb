"""Cohorts for tests: mentees with requests, mentors with places, and their pages in the admin."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse

from matching.jobs.cohort_drafts import make_draft
from matching.models import CohortDraft, CohortPair, HelpRequest
from matching.selectors.cohorts.findings import findings_of
from matching.services.cohorts.drafts import ask_for_draft
from mentorship.models import Cohort, CohortMember
from tests.factories import NOW, CohortFactory, CohortMemberFactory, HelpRequestFactory, MentorFactory, UserFactory


def closed_cohort(**fields) -> Cohort:
    return CohortFactory(**{"status": "closed", "closed_at": NOW} | fields)


def mentee_in(cohort: Cohort, name: str, *, asks: bool = True, **fields) -> CohortMember:
    """Return a mentee of the cohort with an open request for it."""
    person = fields.pop("person", None) or UserFactory(name=name)
    request = fields.pop("request", {})
    member = CohortMemberFactory(cohort=cohort, person=person, **fields)
    if asks:
        HelpRequestFactory(mentee=person, cohort=cohort, mentors_due_at=None, **request)
    return member


def mentor_in(cohort: Cohort, name: str, *, places: int = 1, **fields) -> CohortMember:
    """Return an approved mentor of the cohort, with room for as many mentees."""
    member = {key: fields.pop(key) for key in ("manager", "left_at") if key in fields}
    fields = {"capacity": places} | fields
    mentor = MentorFactory(user__name=name, **fields)
    return CohortMemberFactory(cohort=cohort, person=mentor.user, side="mentor", places=places, **member)


def made_draft(cohort: Cohort, by, *, now=NOW, **asked) -> CohortDraft:
    """Return a draft that the worker has made, or found impossible."""
    draft = ask_for_draft(cohort_id=cohort.pk, by=by, now=now, **asked)
    make_draft(draft_id=draft.pk, now=now, clock=lambda: now)
    return CohortDraft.objects.select_related("cohort", "scores", "asked_by").get(pk=draft.pk)


def draft_of_cohort() -> CohortDraft:
    """Return a draft of one pair, made."""
    cohort = closed_cohort()
    mentee_in(cohort, "Mina Mentee")
    mentor_in(cohort, "Mort Mentor")
    draft = made_draft(cohort, UserFactory(role="owner"))
    # Nobody else finds the request.
    HelpRequest.objects.filter(cohort=cohort).update(status="withdrawn", closed_at=NOW)
    return draft


def names_in(draft: CohortDraft) -> dict[str, str]:
    """Return from the name of each matched mentee to that of the mentor."""
    kept = draft.scores
    people = dict(CohortMember.objects.filter(cohort=draft.cohort).values_list("pk", "person__name"))
    return {
        people[mentee]: people[kept.mentors[mentor]]
        for mentee, mentor in zip(kept.mentees, draft.mentor_of, strict=True)
        if mentor >= 0
    }


def codes(draft: CohortDraft) -> set[str]:
    """Return the codes of the findings of a draft."""
    return {found["code"] for found in draft.findings}


def sentence(draft: CohortDraft, code: str) -> str:
    """Return the sentence of the one finding of a draft with this code."""
    [found] = [found for found in findings_of(draft) if found.code == code]
    return found.sentence


def publish(draft: CohortDraft, name: str, status: str = "proposed") -> CohortPair:
    """Return a pair of a draft that was published to the mentee with this name."""
    kept = draft.scores
    row = kept.mentees.index(CohortMember.objects.get(person__name=name, side="mentee").pk)
    mentor = CohortMember.objects.get(pk=kept.mentors[draft.mentor_of[row]]).person.mentor
    fields = {"published_at": NOW, "fit": 50, "proposed_at": NOW}
    if status == "proposed":
        fields |= {"answer_due_at": NOW + timedelta(minutes=5)}
    if status in ("declined", "withdrawn", "expired"):
        fields |= {"ended_at": NOW}
    if status == "declined":
        fields |= {"declined_by": "mentor"}
    return CohortPair.objects.create(
        draft=draft, help_request_id=kept.requests[row], mentor=mentor, status=status, **fields
    )


def page_of(cohort: Cohort, page: str, *others: int, **query: object) -> str:
    """Return the address of a page of a cohort in the admin."""
    return reverse(f"admin:mentorship_cohort_{page}", args=[cohort.pk, *others], query=query or None)


def text_of(response: HttpResponse) -> str:
    return response.content.decode()
