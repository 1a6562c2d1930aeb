"""People in the admin."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator

from accounts.exceptions import Refusal
from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.models import (
    Availability,
    Block,
    CareerStep,
    CommunityRules,
    Language,
    MentorProfile,
    Notification,
    Profile,
    RulesAcceptance,
    Skill,
    SkillAlias,
    User,
)
from accounts.notifications.decide import cancel, note_arrival, resend, trust_address
from accounts.notifications.registry import Group, all_kinds, known_kind
from accounts.notifications.render import render_sample
from accounts.services.mentors import approve_mentor, reject_mentor, suspend_mentor
from accounts.services.profiles import update_mentor, update_profile


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["email", "name", "is_active", "is_staff", "joined_at", "bouncing_since_at"]
    list_filter = ["is_active", "is_staff", ("bouncing_since_at", admin.EmptyFieldListFilter)]
    search_fields = ["email", "name"]
    ordering = ["-joined_at", "-pk"]
    fields = ["uuid", "email", "name", "is_active", "is_staff", "joined_at", "last_login", "bouncing_since_at"]
    # The address belongs to the account pages, which confirm it.
    readonly_fields = ["uuid", "email", "joined_at", "last_login", "bouncing_since_at"]
    actions = ["trust_address"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people sign up, or are imported with their profile

    @admin.action(description="Send to this address again (it bounced)")
    def trust_address(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset.filter(bouncing_since_at__isnull=False):
            trust_address(user=user)
            self.log_change(request, user, "The address is sent to again.")
            self.message_user(request, f"{user} gets mail again.", messages.SUCCESS)


class LanguageInline(admin.TabularInline):
    model = Language
    extra = 0


class CareerInline(admin.TabularInline):
    model = CareerStep
    extra = 0


class AvailabilityInline(admin.TabularInline):
    model = Availability
    extra = 0


@admin.register(Profile)
class ProfileAdmin(admin.ModelAdmin):
    list_display = ["user", "headline", "timezone", "is_mentee", "employer"]
    list_select_related = ["user"]
    list_filter = ["is_mentee"]
    search_fields = ["user__email", "user__name", "headline", "employer"]
    autocomplete_fields = ["user"]
    ordering = ["user__name", "pk"]
    inlines = [LanguageInline, CareerInline, AvailabilityInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # made at sign-up

    def save_model(self, request: HttpRequest, obj: Profile, form: ModelForm, change: bool) -> None:
        update_profile(
            profile=obj, changes={name: form.cleaned_data[name] for name in form.changed_data}, now=timezone.now()
        )


@admin.register(MentorProfile)
class MentorProfileAdmin(admin.ModelAdmin):
    """Applications and mentors. The status is changed by the actions only."""

    list_display = [
        "user",
        "status",
        "status_since_at",
        "pause_cause",
        "paused_until_on",
        "capacity",
        "active_elsewhere",
        "paid",
    ]
    list_select_related = ["user"]
    list_filter = ["status", "pause_cause", "paid"]
    search_fields = ["user__email", "user__name", "motivation"]
    readonly_fields = [
        "uuid",
        "user",
        "status",
        "status_since_at",
        "pause_cause",
        "paused_until_on",
        "paid",
        "rate_amount",
        "rate_currency",
        "rate_per",
    ]
    ordering = ["-status_since_at", "-pk"]
    actions = ["approve", "reject", "pause", "resume", "suspend"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people apply, or are imported

    def save_model(self, request: HttpRequest, obj: MentorProfile, form: ModelForm, change: bool) -> None:
        # What was changed here, and no more: the form is older than what happened meanwhile.
        update_mentor(mentor=obj, changes={name: form.cleaned_data[name] for name in form.changed_data})

    @admin.action(description="Approve and tell them")
    def approve(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> None:
        self._decide(request, queryset, approve_mentor, "approved and gets a mail")

    @admin.action(description="Reject kindly and tell them")
    def reject(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> None:
        self._decide(request, queryset, reject_mentor, "rejected and gets a mail")

    @admin.action(description="Pause, as they asked for")
    def pause(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> None:
        own_wish = partial(pause_mentoring, cause=MentorProfile.PauseCause.OWN_WISH, until_on=None)
        # A pause that runs keeps its cause, and the day that its mentor named.
        self._decide(request, queryset.exclude(status=MentorProfile.Status.PAUSED), own_wish, "paused")

    @admin.action(description="End the pause")
    def resume(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> None:
        self._decide(request, queryset, resume_mentoring, "back")

    @admin.action(description="Suspend; what runs is not ended")
    def suspend(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> None:
        self._decide(request, queryset, suspend_mentor, "suspended")

    def _decide(self, request, queryset, decide, done: str) -> None:
        for mentor in queryset:
            try:
                decide(mentor_id=mentor.pk, now=timezone.now())
            except Refusal as refusal:
                self.message_user(request, f"{mentor}: {refusal.detail}", messages.WARNING)
            else:
                self.message_user(request, f"{mentor} is {done}.", messages.SUCCESS)


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
    """A new version is a new row: what people accepted is not rewritten."""

    list_display = ["version", "published_at"]

    def has_change_permission(self, request: HttpRequest, obj: CommunityRules | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CommunityRules | None = None) -> bool:
        return False


@admin.register(RulesAcceptance)
class RulesAcceptanceAdmin(admin.ModelAdmin):
    list_display = ["user", "rules", "accepted_at"]
    list_select_related = ["user", "rules"]
    search_fields = ["user__email"]
    readonly_fields = ["user", "rules", "accepted_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: RulesAcceptance | None = None) -> bool:
        return False


@admin.register(Block)
class BlockAdmin(admin.ModelAdmin):
    list_display = ["blocker", "blocked", "created_at"]
    list_select_related = ["blocker", "blocked"]
    autocomplete_fields = ["blocker", "blocked"]


def _title(sample: EmailMultiAlternatives | str) -> str:
    return sample.partition("\n")[0] if isinstance(sample, str) else str(sample.subject)


class NeedsALook(admin.SimpleListFilter):
    title = "what needs a look"
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("due", "due now"), ("uncertain", "uncertain"), ("dead", "dead"), ("bouncing", "address bounces")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notification]) -> QuerySet[Notification]:
        match self.value():
            case "due":
                return queryset.filter(status=Notification.Status.PENDING, due_at__lte=timezone.now())
            case "uncertain" | "dead" as status:
                return queryset.filter(status=status)
            case "bouncing":
                return queryset.filter(recipient__bouncing_since_at__isnull=False)
        return queryset


@admin.register(Notification)
class NotificationAdmin(admin.ModelAdmin):
    """The outbox: what is due, what was sent, what failed, and what nobody can be sure of."""

    list_display = ["title", "recipient", "kind", "status", "due_at", "sent_at", "attempts", "last_error"]
    list_select_related = ["recipient"]
    list_filter = [NeedsALook, "status", "kind"]
    search_fields = ["recipient__email", "title", "key"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    # The payload may hold a code that logs somebody in.
    exclude = ["payload", "claim"]
    readonly_fields = ["shown_payload"]
    actions = ["resend", "cancel", "note_arrival"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("catalogue/", view(self.catalogue), name="accounts_notification_catalogue"),
            path("catalogue/<slug:code>/", view(self.sample), name="accounts_notification_sample"),
            *super().get_urls(),
        ]

    def catalogue(self, request: HttpRequest) -> HttpResponse:
        """List every message that this system writes."""
        kinds = sorted(all_kinds(), key=lambda kind: list(Group).index(kind.group))
        samples = [(kind, _title(render_sample(kind))) for kind in kinds]
        context = self.admin_site.each_context(request) | {"title": "Every message", "samples": samples}
        return render(request, "admin/accounts/notification/catalogue.html", context)

    # A mail carries its looks as inline style; in its sandboxed frame nothing runs and nothing is fetched.
    @method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}))
    def sample(self, request: HttpRequest, code: str) -> HttpResponse:
        """Show one message with made-up people."""
        kind = known_kind(code)
        if kind is None:
            raise Http404
        sample = render_sample(kind)
        shown = {"title": _title(sample), "kind": kind, "text": sample}
        if not isinstance(sample, str):
            shown |= {"text": sample.body, "html": sample.alternatives[0][0]}
        context = self.admin_site.each_context(request) | shown
        return render(request, "admin/accounts/notification/sample.html", context)

    @admin.display(description="payload")
    def shown_payload(self, row: Notification) -> str:
        kind = known_kind(row.kind)
        return "not shown" if kind is None or kind.secret else json.dumps(row.payload, indent=2, ensure_ascii=False)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Notification | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Notification | None = None) -> bool:
        return False

    @admin.action(description="Send again (dead or uncertain)")
    def resend(self, request: HttpRequest, queryset: QuerySet[Notification]) -> None:
        self._decide(request, queryset, partial(resend, now=timezone.now()), "is sent again")

    @admin.action(description="Cancel (pending, dead or uncertain)")
    def cancel(self, request: HttpRequest, queryset: QuerySet[Notification]) -> None:
        self._decide(request, queryset, cancel, "is cancelled")

    @admin.action(description="It arrived (uncertain)")
    def note_arrival(self, request: HttpRequest, queryset: QuerySet[Notification]) -> None:
        self._decide(request, queryset, partial(note_arrival, now=timezone.now()), "is noted as sent")

    def _decide(
        self, request: HttpRequest, queryset: QuerySet[Notification], decide: Callable[..., None], done: str
    ) -> None:
        for row in queryset:
            try:
                decide(notification_id=row.pk)
            except Refusal as refusal:
                self.message_user(request, f"{row.title}: {refusal.detail}", messages.WARNING)
            else:
                self.log_change(request, row, f"It {done}.")
                self.message_user(request, f"{row.title} {done}.", messages.SUCCESS)
