"""Webhooks in the admin: the endpoints with all that an owner does with them, and the log of deliveries."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format

from accounts.admin.acting import on_rows
from accounts.admin.base import ReadOnlyAdmin, attempt, needs
from accounts.admin.row_page import row_page
from accounts.event_kinds import all_event_kinds
from accounts.exceptions import Refusal
from accounts.models import User, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from accounts.models.webhook import ADDRESS_MAX
from accounts.row_actions import RowAction
from accounts.services.webhooks import (
    add_endpoint,
    change_endpoint,
    replay,
    replay_since,
    rotate_secret,
    send_test,
    switch_endpoint,
)
from accounts.way_back import row_address

CHANGE = "accounts.change_webhookendpoint"


class EndpointForm(forms.Form):
    name = forms.CharField(max_length=60, help_text="The system that listens.")
    address = forms.CharField(
        max_length=ADDRESS_MAX,
        help_text="It begins with https://. The server is public.",
        widget=forms.TextInput(attrs={"class": "vURLField", "inputmode": "url"}),
    )
    kinds = forms.MultipleChoiceField(
        label="Events",
        choices=lambda: [(kind.code, f"{kind.code}: {kind.tells}") for kind in all_event_kinds()],
        widget=forms.CheckboxSelectMultiple,
    )


class SinceForm(forms.Form):
    since = forms.DateTimeField(
        label="All events since",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
    )


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    """The endpoints. Owners add, change and switch them. Others see the server of an address only."""

    list_display = ["name", "server", "off_at", "off_cause", "failing_since_at"]
    search_fields = ["name"]
    ordering = ["name", "pk"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("accounts.add_webhookendpoint"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Add an endpoint, and show its page with the secret."""
        needs(request, "accounts.add_webhookendpoint")
        form = EndpointForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                by, given = cast(User, request.user), form.cleaned_data
                endpoint, secret = add_endpoint(by=by, now=timezone.now(), **given)
            except Refusal as refusal:
                form.add_error("address", refusal.detail)
            else:
                self.log_addition(request, endpoint, "It was added.")
                return self._page(request, endpoint, secret=secret)
        context = self.admin_site.each_context(request) | {
            "title": "Add a webhook endpoint",
            "opts": self.opts,
            "form": form,
            "says": "Events have identifiers and a status, and nothing else about people. docs/api.md describes them.",
        }
        return render(request, "admin/accounts/add_by_form.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show an endpoint, and do what one of the buttons says."""
        needs(request, "accounts.view_webhookendpoint")
        endpoint = cast(WebhookEndpoint | None, self.get_object(request, object_id))
        if endpoint is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if request.method != "POST":
            return self._page(request, endpoint)
        needs(request, CHANGE)
        match request.POST.get("do"):
            case "save":
                return self._save(request, endpoint)
            case "rotate":
                secret = rotate_secret(endpoint_id=endpoint.pk, now=timezone.now())
                self.log_change(request, endpoint, "It has a new secret. The one before it is valid for a day.")
                endpoint.refresh_from_db()
                return self._page(request, endpoint, secret=secret)
            case "since":
                since = SinceForm(request.POST)
                if not since.is_valid():
                    return self._page(request, endpoint, since=since)
                act = self._replay(endpoint, since)
            case "on" | "off" | "test" as deed:
                act = self._deed(endpoint, deed)
            case _:
                raise BadRequest("The page has no such button.")
        attempt(self, request, endpoint, act)
        return redirect(row_address(request, self.opts, endpoint.pk))

    def _deed(self, endpoint: WebhookEndpoint, deed: str) -> Callable[[], str]:
        def act() -> str:
            now = timezone.now()
            if deed == "test":
                send_test(endpoint_id=endpoint.pk, now=now)
                return "A test event is on its way. See its delivery."
            switch_endpoint(endpoint_id=endpoint.pk, is_on=deed == "on", now=now)
            return f"It is switched {deed}."

        return act

    def _replay(self, endpoint: WebhookEndpoint, form: SinceForm) -> Callable[[], str]:
        def act() -> str:
            since = form.cleaned_data["since"]
            count = replay_since(endpoint_id=endpoint.pk, since=since, now=timezone.now())
            return (
                f"{count} event{'s are' if count != 1 else ' is'} sent again, since {date_format(since, 'j F, H:i')}."
            )

        return act

    def _save(self, request: HttpRequest, endpoint: WebhookEndpoint) -> HttpResponse:
        form = EndpointForm(request.POST)
        if not form.is_valid():
            return self._page(request, endpoint, form=form)
        try:
            change_endpoint(endpoint_id=endpoint.pk, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("address", refusal.detail)
            return self._page(request, endpoint, form=form)
        self.log_change(request, endpoint, "Name, address and events were saved.")
        self.message_user(request, "Saved.")
        return redirect(row_address(request, self.opts, endpoint.pk))

    def _page(
        self,
        request: HttpRequest,
        endpoint: WebhookEndpoint,
        *,
        form: EndpointForm | None = None,
        since: SinceForm | None = None,
        secret: str = "",
    ) -> HttpResponse:
        stored = {"name": endpoint.name, "address": endpoint.address, "kinds": endpoint.kinds}
        context = {
            "title": endpoint.name,
            "endpoint": endpoint,
            "form": form or EndpointForm(initial=stored),
            "since": since or SinceForm(),
            "secret": secret,
            "may_change": request.user.has_perm(CHANGE),
            "now": timezone.now(),
        }
        return row_page(self, request, endpoint, "admin/accounts/webhookendpoint/one.html", context)


REPLAY = RowAction(
    name="replay",
    label="Send again",
    act=lambda delivery, deed: replay(delivery_id=delivery.pk, now=deed.now),
    done="is sent again",
    watched=("status",),
    named=lambda delivery: delivery.title,
)


class AttemptInline(admin.TabularInline):
    model = WebhookAttempt
    extra = 0
    can_delete = False
    verbose_name_plural = "attempts"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    """The deliveries to the endpoints in the last 30 days, with each attempt."""

    list_display = ["title", "endpoint", "status", "attempts", "created_at", "sent_at", "last_error"]
    list_select_related = ["endpoint"]
    list_filter = ["status", "endpoint"]
    search_fields = ["title", "key"]
    ordering = ["-created_at", "-pk"]
    # An endpoint gets them, and no person.
    of_person = ()
    fields = ["title", "endpoint", "status", "attempts", "due_at", "created_at", "sent_at", "last_error", "event"]
    readonly_fields = ["event"]
    inlines = [AttemptInline]
    actions = on_rows(WebhookDelivery, REPLAY)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        return super().get_queryset(request).filter(endpoint__isnull=False)

    @admin.display(description="event")
    def event(self, delivery: WebhookDelivery) -> str:
        return json.dumps(delivery.payload, indent=2)
