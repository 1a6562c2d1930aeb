"""Profiles of people in the admin, and how reading their calendars went."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.base import NotDeletedHere, ReadOnlyAdmin
from accounts.admin.reads import ReadsOnRecord
from accounts.admin.worded_filters import by_name, erased
from accounts.fields import LANGUAGE_CODES, NO_LANGUAGE
from accounts.forms import ZoneField
from accounts.models import (
    Absence,
    Availability,
    BusyCalendar,
    CareerStep,
    ExtraHours,
    Language,
    Profile,
    StaffRead,
    Travel,
)
from accounts.roles import SET_ROLE
from accounts.services.profiles import update_profile
from accounts.zones import zone_in_words


class LanguageForm(forms.ModelForm):
    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if code not in LANGUAGE_CODES:
            raise forms.ValidationError(NO_LANGUAGE.format(input=code), code="language")
        return code


class LanguageInline(admin.TabularInline):
    model = Language
    form = LanguageForm
    extra = 0


def _inline(rows: type[Model]) -> type[admin.TabularInline]:
    return type(f"{rows.__name__}Inline", (admin.TabularInline,), {"model": rows, "extra": 0})


class TravelForm(forms.ModelForm):
    timezone = ZoneField(label="Time zone there", help_text="")


class TravelInline(admin.TabularInline):
    model = Travel
    form = TravelForm
    extra = 0


class ProfileForm(forms.ModelForm):
    timezone = ZoneField(label="Time zone", help_text="")


@admin.register(Profile)
class ProfileAdmin(ReadsOnRecord, NotDeletedHere):
    """Every person has a profile for as long as the account is there."""

    form = ProfileForm
    read_what = StaffRead.What.PROFILE

    list_display = ["user", "headline", "zone", "language", "is_mentee", "employer"]
    list_select_related = ["user"]
    list_filter = ["is_mentee", erased("user__erased_at")]
    of_person = ("user",)
    search_fields = ["user__email", "user__name", "headline", "employer"]
    # Services change whether somebody asks: sessions that were missed before count then or not.
    readonly_fields = ["user", "asking_paused_at", "asking_back_at"]
    ordering = ["user__name", "pk"]
    inlines = [LanguageInline, *map(_inline, (CareerStep, Availability, Absence, ExtraHours)), TravelInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Profile]:
        return super().get_queryset(request).filter(user__merged_into=None, user__is_service=False)

    @admin.display(description="time zone", ordering="timezone")
    def zone(self, profile: Profile) -> str:
        return zone_in_words(profile.timezone, now=timezone.now())

    def people_of(self, row: Profile) -> list[int]:
        return [row.user_id]

    def has_change_permission(self, request: HttpRequest, obj: Profile | None = None) -> bool:
        """Only those who give roles change the profile of an admin."""
        if obj is not None and obj.user.role and not request.user.has_perm(SET_ROLE):
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Profile, form: ModelForm, change: bool) -> None:
        update_profile(
            profile=obj, changes={name: form.cleaned_data[name] for name in form.changed_data}, now=timezone.now()
        )


@admin.register(BusyCalendar)
class BusyCalendarAdmin(ReadOnlyAdmin):
    """How reading went. The address opens a member's whole calendar, so it is shown to nobody."""

    list_display = ["profile", "read_at", "tried_at", "failure_in_words"]
    list_select_related = ["profile__user"]
    list_filter = [by_name("failure", lambda failure: BusyCalendar.Failure(failure).label if failure else "none")]
    of_person = ("profile__user",)
    search_fields = ["profile__user__email", "profile__user__name"]
    ordering = ["-tried_at", "pk"]
    fields = ["profile", "read_at", "tried_at", "failure_in_words"]
    readonly_fields = ["failure_in_words"]
