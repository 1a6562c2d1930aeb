"""Drafting a help request: create, change, delete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import ngettext

from accounts.locks import lock_beginner, lock_profile
from accounts.models import User
from matching.exceptions import TooManyDrafts
from matching.locks import lock_request
from matching.models import HelpRequest
from matching.services.checks import must_be_a_draft, must_be_mentee, must_have_a_true_rate
from matching.services.cohorts.checks import must_be_for_a_cohort_of

# More drafts at once are a mistake of a program, or a flood.
DRAFTS_MAX = 20


@transaction.atomic
def create_draft(*, mentee: User, fields: Mapping[str, Any], uuid: UUID | None = None) -> HelpRequest:
    """Store a new draft. Nobody else can read it. Raises TooManyDrafts at the limit.

    With a cohort in ``fields`` it is for that one. Raises NotInCohort, CohortRequestThere.

    A page chooses the ``uuid`` when it shows the empty form. A second click then finds the request of the first.
    """
    lock_beginner(mentee.pk)
    taken = HelpRequest.objects.filter(uuid=uuid).first() if uuid else None
    if taken is not None and taken.mentee_id == mentee.pk:
        return taken
    must_have_room_for_a_draft(mentee.pk)
    if cohort := fields.get("cohort"):
        must_be_for_a_cohort_of(mentee.pk, cohort.pk)
    return HelpRequest.objects.create(mentee=mentee, uuid=uuid if uuid and taken is None else uuid4(), **fields)


def must_have_room_for_a_draft(mentee_id: int) -> None:
    """Raise TooManyDrafts at the limit. The mentee's lock makes two drafts at once count one after the other."""
    lock_profile(mentee_id)
    if HelpRequest.objects.filter(mentee=mentee_id, status=HelpRequest.Status.DRAFT).count() >= DRAFTS_MAX:
        raise TooManyDrafts(
            ngettext(
                "You have %(number)s draft, which is the limit. Submit or delete it, then write this one.",
                "You have %(number)s drafts, which is the limit. Submit or delete one, then write this one.",
                DRAFTS_MAX,
            )
            % {"number": DRAFTS_MAX}
        )


def copy_as_draft(earlier: HelpRequest, *, now: datetime) -> HelpRequest:
    """Store a new draft with the content of an earlier request of the same mentee."""
    draft = earlier.copied(at=now)
    draft.save()
    return draft


@transaction.atomic
def update_draft(*, help_request_id: int, changes: Mapping[str, Any]) -> HelpRequest:
    """Change a draft. Raises HelpRequestNotADraft, HelpRequestIncomplete for a rate without paid mentors.

    For a change of the cohort, raises NotInCohort, CohortRequestThere.
    """
    draft = lock_request(help_request_id)
    must_be_a_draft(draft)
    cohort = changes.get("cohort")
    if cohort is not None and cohort.pk != draft.cohort_id:
        lock_profile(draft.mentee_id)
        must_be_for_a_cohort_of(draft.mentee_id, cohort.pk, help_request_id=draft.pk)
    for name, value in changes.items():
        setattr(draft, name, value)
    must_have_a_true_rate(draft)
    draft.save()
    return draft


@transaction.atomic
def delete_draft(*, help_request_id: int, by: User) -> None:
    """Delete a draft. Raises NotYourTurn, HelpRequestNotADraft for a submitted request."""
    draft = lock_request(help_request_id)
    must_be_mentee(draft, by)
    must_be_a_draft(draft)
    draft.delete()
