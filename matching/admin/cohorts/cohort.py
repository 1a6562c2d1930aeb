"""Cohorts in the admin: the list, the form, and the pages of its life, its people and its organisers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from accounts.models import User
from matching.admin.cohorts.answers import answers_page, take_back_page
from matching.admin.cohorts.drafts import (
    audit_file,
    compare_page,
    draft_page,
    drafts_page,
    publish_page,
    scores_file_page,
)
from matching.admin.cohorts.edits import decisions_page, edit_page, pair_page
from matching.admin.cohorts.members import member_page, members_page, take_out_page
from matching.admin.cohorts.organisers import organisers_page
from matching.admin.cohorts.run import archive_page, run_context, run_page
from mentorship.models import Cohort, CohortOrganiser
from mentorship.selectors.cohorts import cohorts_of, with_counts

PAGES: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
    "run": ("run/", run_page),
    "archive": ("archive/", archive_page),
    "members": ("members/", members_page),
    "member": ("members/<int:member>/", member_page),
    "take_out": ("members/<int:member>/take-out/", take_out_page),
    "organisers": ("organisers/", organisers_page),
    "drafts": ("drafts/", drafts_page),
    "compare": ("drafts/compare/", compare_page),
    "draft": ("drafts/<int:number>/", draft_page),
    "pair": ("drafts/<int:number>/mentees/<int:member>/", pair_page),
    "edit": ("drafts/<int:number>/edit/", edit_page),
    "publish": ("drafts/<int:number>/publish/", publish_page),
    "take_back": ("drafts/<int:number>/take-back/", take_back_page),
    "audit": ("drafts/<int:number>/audit.json", audit_file),
    "scores": ("drafts/<int:number>/scores.csv.gz", scores_file_page),
    "decisions": ("decisions/", decisions_page),
    "answers": ("answers/", answers_page),
}


class CohortForm(forms.ModelForm):
    def clean_company(self) -> str:
        company = str(self.cleaned_data["company"])
        readers = CohortOrganiser.objects.filter(cohort=self.instance.pk, part=CohortOrganiser.Part.EMPLOYER)
        if not company and self.instance.pk and readers.exists():
            raise forms.ValidationError(
                "Somebody reads its numbers for the company. Remove them from its organisers first."
            )
        return company


@admin.register(Cohort)
class CohortAdmin(admin.ModelAdmin):
    """Each reader has the cohorts that they run: ``cohorts_of``. Everything here begins with that query."""

    form = CohortForm
    list_display = ["name", "company", "status", "mentees", "mentors", "joins_until_on", "starts_on", "ends_on"]
    list_filter = ["status"]
    # Two fields, so that nobody on both sides is found twice.
    of_person = ("members__person", "members__manager")
    search_fields = ["name", "company"]
    ordering = ["-starts_on", "-pk"]
    # Buttons change it; where it stands is above the form.
    readonly_fields = ["status"]
    fieldsets = [
        (None, {"fields": ["name", "about", "company"]}),
        ("Days", {"fields": ["joins_until_on", "starts_on", "ends_on"]}),
        ("How it is matched", {"fields": ["different_department", "outside_reporting_line", "policy", "both_sides"]}),
    ]

    @admin.display(description="mentees", ordering="mentees")
    def mentees(self, cohort: Any) -> int:
        return int(cohort.mentees)

    @admin.display(description="mentors", ordering="mentors")
    def mentors(self, cohort: Any) -> int:
        return int(cohort.mentors)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{address}", view(partial(page, self)), name=f"mentorship_cohort_{name}")
            for name, (address, page) in PAGES.items()
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cohort]:
        cohorts = with_counts(cohorts_of(cast(User, request.user)))
        return cohorts.order_by(*self.get_ordering(request))

    def save_model(self, request: HttpRequest, obj: Cohort, form: forms.ModelForm, change: bool) -> None:
        """Save what was changed only: the cohort may have been opened or closed meanwhile."""
        if change:
            obj.save(update_fields=form.changed_data)
        else:
            obj.save()

    def has_change_permission(self, request: HttpRequest, obj: Cohort | None = None) -> bool:
        if obj is not None and obj.status == Cohort.Status.ARCHIVED:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Cohort | None = None) -> bool:
        return False  # requests and mentorships keep their cohort

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if (cohort := kwargs.get("obj")) is not None:
            context |= run_context(request, cohort)
        return super().render_change_form(request, context, *args, **kwargs)
