"""The page of the organisers of a cohort. Owners and community managers choose them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.admin.base import attempt, needs
from accounts.admin.row_page import row_page
from accounts.models import User
from matching.admin.cohorts.run import cohort_for, number_in
from matching.services.cohorts.organisers import add_organiser_and_tell
from mentorship.models import Cohort, CohortOrganiser
from mentorship.services.cohorts.members import person_with
from mentorship.services.cohorts.organise import remove_organiser


class OrganiserForm(forms.Form):
    address = forms.EmailField(label="Address", help_text="Of a member who has confirmed it.")
    part = forms.ChoiceField(label="What they do", choices=CohortOrganiser.Part.choices)


def organisers_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the organisers of a cohort, add one by their address, and remove one."""
    needs(request, "mentorship.view_cohortorganiser")
    cohort = cohort_for(model_admin, request, pk)
    by = cast(User, request.user)
    form, status = OrganiserForm(), 200
    if request.method == "POST":
        match request.POST.get("do"):
            case "add":
                needs(request, "mentorship.add_cohortorganiser")
                form = OrganiserForm(request.POST)
                status = 409 if form.is_valid() else 400
                if form.is_valid() and attempt(
                    model_admin, request, cohort, lambda: _add(cohort, form.cleaned_data, by)
                ):
                    return redirect(request.get_full_path())
            case "remove":
                needs(request, "mentorship.delete_cohortorganiser")
                key = number_in(request.POST.get("organiser", ""))
                organiser = get_object_or_404(cohort.organisers.select_related("person"), pk=key)
                attempt(model_admin, request, cohort, lambda: _remove(organiser, by))
                return redirect(request.get_full_path())
            case _:
                raise BadRequest("The page has no such button.")
    context = {
        "title": "Organisers",
        "cohort": cohort,
        "organisers": cohort.organisers.select_related("person").order_by("-part", "person__name", "pk"),
        "form": form,
        "may_change": by.has_perm("mentorship.add_cohortorganiser"),
    }
    return row_page(model_admin, request, cohort, "admin/mentorship/cohort/organisers.html", context, status=status)


def _add(cohort: Cohort, answers: Mapping[str, Any], by: User) -> str:
    person = person_with(answers["address"])
    organiser = add_organiser_and_tell(
        cohort_id=cohort.pk, person=person, part=answers["part"], by=by, now=timezone.now()
    )
    return f"{person}: {organiser.get_part_display()}."


def _remove(organiser: CohortOrganiser, by: User) -> str:
    remove_organiser(organiser_id=organiser.pk, by=by)
    return f"{organiser.person} is not an organiser of it any more ({organiser.get_part_display()})."
