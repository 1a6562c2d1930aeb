"""The community rules in the admin: who has accepted the version in force, and publishing another one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.admin.base import NotDeletedHere, attempt, in_named_zone, needs
from accounts.admin.decide import decision_page
from accounts.community_settings import value_of
from accounts.differences import differences
from accounts.models import CommunityRules, RulesAcceptance, User
from accounts.models.decision import REASON_MAX
from accounts.models.rules import RULES_MAX
from accounts.selectors import current_rules, members_to_ask, rules_before
from accounts.services.publish_rules import publish_rules, reschedule_rules, withdraw_rules
from accounts.way_back import row_address
from accounts.zones import zone_in_words

GRACE_DAYS_MAX = 90
PUBLISH_WITHIN_DAYS = 365
FOR_ADMINS = "It stays on record, for admins."
TAGS = {"new": "<ins>{}</ins> ", "gone": "<del>{}</del> ", "same": "{} "}


class RulesAnswer(admin.SimpleListFilter):
    """Members by their answer to the rules in force."""

    title = "community rules in force"
    parameter_name = "rules"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("accepted", "accepted"), ("waiting", "not accepted yet")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        match self.value():
            case "accepted":
                return queryset.filter(accepted_rules__rules=current_rules())
            case "waiting":
                return queryset.filter(pk__in=members_to_ask(current_rules()))
        return queryset


class PublicationForm(forms.Form):
    """The time from which a version is in force, on the clock of the admin. Empty: now."""

    published_at = forms.DateTimeField(
        required=False,
        label="In force from",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        zone = zone_in_words(timezone.get_current_timezone_name(), now=timezone.now())
        self.fields["published_at"].help_text = f"In your time zone: {zone}. Empty: now. Members are asked then."

    def clean_published_at(self) -> datetime | None:
        at, now = self.cleaned_data["published_at"], timezone.now()
        if at is not None and not now <= at <= now + timedelta(days=PUBLISH_WITHIN_DAYS):
            raise forms.ValidationError("Choose a time from now on, within a year, or leave it empty.")
        return at


class RescheduleForm(PublicationForm):
    reason = forms.CharField(max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2}), help_text=FOR_ADMINS)


class WithdrawForm(forms.Form):
    reason = forms.CharField(max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2}), help_text=FOR_ADMINS)


class PublishForm(PublicationForm):
    """A new version of the rules. ``after`` is the version that its writer began with."""

    field_order = ("text", "published_at", "grace_days")

    text = forms.CharField(max_length=RULES_MAX, widget=forms.Textarea(attrs={"rows": 20}))
    grace_days = forms.IntegerField(
        min_value=0,
        max_value=GRACE_DAYS_MAX,
        label="Days in which everything works without an answer",
        help_text="After them, members read everything, and ask, offer and accept only once they have accepted.",
    )
    after = forms.IntegerField(widget=forms.HiddenInput)
    # The values whose effect the reader saw. Only these are published.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def values(self) -> str:
        checked = self.cleaned_data
        words = f"{checked['published_at']} {checked['grace_days']} {checked['after']} {checked['text']}"
        return sha256(words.encode()).hexdigest()


@admin.register(CommunityRules)
class CommunityRulesAdmin(NotDeletedHere):
    """A new version is a new row: a text that people accepted never changes."""

    list_display = ["version", "published_at", "required_at", "state", "accepted_by"]
    fields = ["version", "state", "published_at", "required_at", "accepted_by", "waits_for", "what_changed", "text"]
    readonly_fields = ["state", "accepted_by", "waits_for", "what_changed"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/withdraw/", view(self.withdraw), name="accounts_communityrules_withdraw"),
            path("<int:pk>/reschedule/", view(self.reschedule), name="accounts_communityrules_reschedule"),
            *super().get_urls(),
        ]

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Withdraw a version before its time."""
        needs(request, "accounts.add_communityrules")
        rules = get_object_or_404(CommunityRules.with_withdrawn, pk=pk)
        if request.method != "POST" and not rules.is_planned:
            return self._not_planned(request, rules)

        def act(answers: Mapping[str, Any]) -> str:
            withdraw_rules(rules_id=pk, reason=answers["reason"], now=timezone.now())
            return f"Version {rules.version} is withdrawn, and nobody is asked about it. {answers['reason']}"

        return decision_page(
            self,
            request,
            rules,
            WithdrawForm(request.POST or None),
            act,
            title=f"Withdraw version {rules.version}",
            verb="Withdraw it",
            facts=[("In force from", in_named_zone(rules.published_at))],
            notes=["It is never in force, and no member is asked about it. The version before it goes on."],
        )

    def reschedule(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Move the publication of a version before its time."""
        needs(request, "accounts.add_communityrules")
        rules = get_object_or_404(CommunityRules.with_withdrawn, pk=pk)
        if request.method != "POST" and not rules.is_planned:
            return self._not_planned(request, rules)

        def act(answers: Mapping[str, Any]) -> str:
            now = timezone.now()
            published_at = answers["published_at"] or now
            moved = reschedule_rules(rules_id=pk, published_at=published_at, reason=answers["reason"], now=now)
            return f"Version {moved.version} is in force from {in_named_zone(published_at)}. {answers['reason']}"

        return decision_page(
            self,
            request,
            rules,
            RescheduleForm(request.POST or None, initial={"published_at": rules.published_at}),
            act,
            title=f"Move version {rules.version} to another time",
            verb="Move it",
            facts=[("In force from", in_named_zone(rules.published_at))],
            notes=["The days in which members may accept it stay as many. Members are asked at the new time."],
        )

    def _not_planned(self, request: HttpRequest, rules: CommunityRules) -> HttpResponse:
        self.message_user(request, f"Version {rules.version} is not planned for later, so it stays.", messages.WARNING)
        return redirect(row_address(request, self.opts, rules.pk))

    @admin.display(description="state")
    def state(self, rules: CommunityRules) -> str:
        if rules.withdrawn_at is not None:
            return f"withdrawn on {in_named_zone(rules.withdrawn_at)}: {rules.reason}"
        return "planned" if rules.is_planned else "published"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("accounts.add_communityrules")

    def has_change_permission(self, request: HttpRequest, obj: CommunityRules | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CommunityRules]:
        return super().get_queryset(request).annotate(accepted=Count("acceptances"))

    @admin.display(description="accepted by", ordering="accepted")
    def accepted_by(self, rules: Any) -> str:
        return f"{rules.accepted} member{'' if rules.accepted == 1 else 's'}"

    @admin.display(description="not accepted yet")
    def waits_for(self, rules: CommunityRules) -> str:
        """Link to the members who have not accepted the version in force."""
        if rules.pk != current_rules().pk:
            return "This version is not in force."
        count = members_to_ask(rules).count()
        words = f"{count} member{'' if count == 1 else 's'}"
        if rules.required_at is None:
            return f"{words}. Nobody is asked about the first version."
        return format_html('<a href="{}?rules=waiting">{}</a>', reverse("admin:accounts_user_changelist"), words)

    @admin.display(description="what changed")
    def what_changed(self, rules: CommunityRules) -> SafeString:
        before = rules_before(rules)
        return _changes(before.text, rules.text) if before else SafeString("It is the first version.")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Publish a version. The page says how many members are asked, and what changes, before that."""
        needs(request, "accounts.add_communityrules")
        newest = CommunityRules.objects.order_by("-version")[0]
        begun = {"text": newest.text, "after": newest.version, "grace_days": value_of("rules_grace_days")}
        form = PublishForm(request.POST or None, initial=begun, auto_id="%s")
        changes, status = None, 200
        if request.method == "POST" and form.is_valid():
            if request.POST.get("do") == "publish" and form.cleaned_data["seen"] == form.values():
                if self._publish(request, form):
                    newest = CommunityRules.objects.order_by("-version")[0]
                    return redirect(row_address(request, self.opts, newest.pk))
                status = 409
                # Somebody published meanwhile. The page shows what changes beside the newest text.
                newest = CommunityRules.objects.order_by("-version")[0]
            changes = _changes(newest.text, form.cleaned_data["text"])
            form.cleaned_data["after"] = newest.version
            shown = request.POST.copy()
            shown["after"], shown["seen"] = str(newest.version), form.values()
            form = PublishForm(shown, auto_id="%s")
        context = self.admin_site.each_context(request) | {
            "title": "Publish a new version of the community rules",
            "opts": self.opts,
            "form": form,
            "newest": newest,
            "changes": changes,
            "asked": members_to_ask().count(),
        }
        return render(request, "admin/accounts/communityrules/publish.html", context, status=status)

    def _publish(self, request: HttpRequest, form: PublishForm) -> bool:
        """Publish what a valid form says. Return False if it is refused, and say why."""
        now, wanted = timezone.now(), form.cleaned_data
        published_at = wanted["published_at"] or now

        def publish() -> str:
            rules = publish_rules(
                text=wanted["text"],
                published_at=published_at,
                required_at=published_at + timedelta(days=wanted["grace_days"]),
                after=wanted["after"],
                now=now,
            )
            if rules.published_at > now:
                sentence = (
                    f"Version {rules.version} is in force from {in_named_zone(rules.published_at)}, and asks then."
                )
            else:
                sentence = f"Version {rules.version} is published, and members are asked to accept it."
            self.log_addition(request, rules, sentence)
            return sentence

        return attempt(self, request, None, publish)


@admin.register(RulesAcceptance)
class RulesAcceptanceAdmin(NotDeletedHere):
    list_display = ["user", "rules", "accepted_at"]
    list_select_related = ["user", "rules"]
    list_filter = ["rules"]
    of_person = ("user",)
    search_fields = ["user__email"]
    readonly_fields = ["user", "rules", "accepted_at"]


def _changes(before: str, after: str) -> SafeString:
    """Return the paragraphs that differ, as HTML."""
    paragraphs = [
        (format_html_join("", "{}", ((format_html(TAGS[piece.sort], piece.words),) for piece in paragraph)),)
        for paragraph in differences(before, after)
    ]
    return format_html_join("", "<p>{}</p>", paragraphs) or SafeString("Nothing but spaces.")
