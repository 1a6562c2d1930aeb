"""The answers to the published pairs of a cohort in the admin, and taking pairs back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.admin.base import needs
from accounts.admin.decide import decision_page
from accounts.admin.row_page import row_page
from accounts.models import User
from accounts.way_back import with_list
from matching.admin.cohorts.drafts import RUN, chosen_in, draft_for
from matching.admin.cohorts.run import cohort_for
from matching.selectors.cohorts.answers import answers_of
from matching.services.cohorts.publish import unpublish_pairs


def answers_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what became of the published pairs of a cohort, round by round."""
    cohort = cohort_for(model_admin, request, pk)
    context = {
        "title": "Answers",
        "cohort": cohort,
        "rounds": answers_of(cohort),
        "may_act": request.user.has_perm(RUN),
    }
    return row_page(model_admin, request, cohort, "admin/mentorship/cohort/answers.html", context)


def take_back_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Ask before published pairs of a draft, all or those of the chosen mentees, are taken back."""
    cohort = cohort_for(model_admin, request, pk)
    needs(request, RUN)
    draft = draft_for(cohort, number)
    chosen = chosen_in(request)
    by = cast(User, request.user)

    def take_back(answers: Mapping[str, Any]) -> str:
        taken = unpublish_pairs(draft_id=draft.pk, mentees=chosen or None, by=by, now=timezone.now())
        return " ".join([f"Taken back: {taken.count}.", *taken.skipped])

    return decision_page(
        model_admin,
        request,
        cohort,
        forms.Form(request.POST if request.method == "POST" else None),
        take_back,
        title=f"Take pairs of draft {draft.number} back",
        verb="Take them back",
        facts=[("Mentees", len(chosen) or "all whose pair waits for an answer")],
        notes=["Whoever was told gets one more mail. Mails that were not sent are not sent. Mentorships go on."],
        leads_to=with_list(request, reverse("admin:mentorship_cohort_answers", args=[cohort.pk])),
    )
