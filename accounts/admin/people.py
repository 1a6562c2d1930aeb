"""People in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.admin.base import NotAddedHere, NotDeletedHere, ReadOnlyAdmin, apply_to_each
from accounts.fields import LANGUAGE_CODES, NO_LANGUAGE
from accounts.models import (
    Absence,
    Availability,
    Block,
    BusyCalendar,
    CareerStep,
    CommunityRules,
    ExtraHours,
    Language,
    Profile,
    RulesAcceptance,
    Skill,
    SkillAlias,
    Travel,
    User,
)
from accounts.notifications.decide import trust_address
from accounts.services.profiles import update_profile

NOT_DELETED = (
    "A person cannot be deleted here yet: mails, requests and mentorships would lose their other side. To lock "
    "somebody out, take away “active”: the login ends, and what is stored stays."
)


@admin.register(User)
class UserAdmin(NotAddedHere):
    list_display = ["email", "name", "is_active", "is_staff", "joined_at", "bouncing_since_at"]
    list_filter = ["is_active", "is_staff", ("bouncing_since_at", admin.EmptyFieldListFilter)]
    search_fields = ["email", "name"]
    ordering = ["-joined_at", "-pk"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "uuid",
                    "email",
                    "name",
                    "is_active",
                    "is_staff",
                    "joined_at",
                    "last_login",
                    "bouncing_since_at",
                ],
                "description": NOT_DELETED,
            },
        )
    ]
    # The account pages change the address, since they confirm it.
    readonly_fields = ["uuid", "email", "joined_at", "last_login", "bouncing_since_at"]
    actions = ["trust_address"]

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Say why a person stays, instead of "no permission"."""
        self.message_user(request, NOT_DELETED, messages.WARNING)
        return redirect("admin:accounts_user_change", object_id)

    @admin.action(description="Send to this address again (it bounced)")
    def trust_address(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        bouncing = queryset.filter(bouncing_since_at__isnull=False)
        apply_to_each(self, request, bouncing, lambda user: trust_address(user=user), "gets mail again")


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


class CareerInline(admin.TabularInline):
    model = CareerStep
    extra = 0


class AvailabilityInline(admin.TabularInline):
    model = Availability
    extra = 0


class AbsenceInline(admin.TabularInline):
    model = Absence
    extra = 0


class ExtraHoursInline(admin.TabularInline):
    model = ExtraHours
    extra = 0


class TravelInline(admin.TabularInline):
    model = Travel
    extra = 0


@admin.register(Profile)
class ProfileAdmin(NotDeletedHere):
    """Every person has a profile for as long as the account is there."""

    list_display = ["user", "headline", "timezone", "language", "is_mentee", "employer"]
    list_select_related = ["user"]
    list_filter = ["is_mentee"]
    search_fields = ["user__email", "user__name", "headline", "employer"]
    autocomplete_fields = ["user"]
    ordering = ["user__name", "pk"]
    inlines = [LanguageInline, CareerInline, AvailabilityInline, AbsenceInline, ExtraHoursInline, TravelInline]

    def save_model(self, request: HttpRequest, obj: Profile, form: ModelForm, change: bool) -> None:
        update_profile(
            profile=obj, changes={name: form.cleaned_data[name] for name in form.changed_data}, now=timezone.now()
        )


@admin.register(BusyCalendar)
class BusyCalendarAdmin(ReadOnlyAdmin):
    """How reading went. The address opens a member's whole calendar, so it is shown to nobody."""

    list_display = ["profile", "read_at", "tried_at", "failure_in_words"]
    list_select_related = ["profile__user"]
    list_filter = [("failure", admin.AllValuesFieldListFilter)]
    search_fields = ["profile__user__email", "profile__user__name"]
    ordering = ["-tried_at", "pk"]
    fields = ["profile", "read_at", "tried_at", "failure_in_words"]
    readonly_fields = ["failure_in_words"]


class SkillAliasInline(admin.TabularInline):
    model = SkillAlias
    extra = 1


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):
    list_display = ["name", "field"]
    list_filter = ["field"]
    search_fields = ["name", "aliases__name"]
    autocomplete_fields = ["part_of"]
    inlines = [SkillAliasInline]


@admin.register(CommunityRules)
class CommunityRulesAdmin(admin.ModelAdmin):
    """A new version is a new row: a text that people accepted never changes."""

    list_display = ["version", "published_at"]

    def has_change_permission(self, request: HttpRequest, obj: CommunityRules | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CommunityRules | None = None) -> bool:
        return False


@admin.register(RulesAcceptance)
class RulesAcceptanceAdmin(NotDeletedHere):
    list_display = ["user", "rules", "accepted_at"]
    list_select_related = ["user", "rules"]
    search_fields = ["user__email"]
    readonly_fields = ["user", "rules", "accepted_at"]


@admin.register(Block)
class BlockAdmin(admin.ModelAdmin):
    list_display = ["blocker", "blocked", "created_at"]
    list_select_related = ["blocker", "blocked"]
    autocomplete_fields = ["blocker", "blocked"]
