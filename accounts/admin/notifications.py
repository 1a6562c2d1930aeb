"""The outbox in the admin, and the catalogue of all messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import admin
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator

from accounts.admin.acting import on_rows
from accounts.admin.base import ReadOnlyAdmin, needs
from accounts.admin.worded_filters import by_name
from accounts.figures.row_filters import in_period
from accounts.models import Concern, Notification, User
from accounts.notifications.decide import cancel, note_arrival, resend
from accounts.notifications.registry import all_groups, all_kinds, known_kind
from accounts.notifications.render import render_sample
from accounts.row_actions import RowAction
from accounts.selectors import mails_of_concerns
from accounts.suggested_actions import Deed


def _title(sample: EmailMultiAlternatives | str) -> str:
    return sample.partition("\n")[0] if isinstance(sample, str) else str(sample.subject)


def _in_words(kind: str) -> str:
    return kind.replace("_", " ")


class NeedsAttention(admin.SimpleListFilter):
    title = "needs attention"
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("due", "due now"),
            ("uncertain", "uncertain"),
            ("dead", "dead"),
            ("bouncing", "address bounces"),
            ("trial", "held by trial mode"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notification]) -> QuerySet[Notification]:
        match self.value():
            case "due":
                return queryset.filter(status=Notification.Status.PENDING, due_at__lte=timezone.now())
            case "uncertain" | "dead" as status:
                return queryset.filter(status=status)
            case "bouncing":
                return queryset.filter(recipient__bouncing_since_at__isnull=False)
            case "trial":
                return queryset & Notification.objects.held_by_trial()
        return queryset


def _action(service: Callable[[Notification, Deed], None], *, name: str, label: str, done: str) -> RowAction:
    watched = ("status", "attempts")
    return RowAction(name=name, label=label, act=service, done=done, watched=watched, named=lambda row: row.title)


ACTIONS = (
    _action(
        lambda row, deed: resend(notification_id=row.pk, now=deed.now),
        name="resend",
        label="Send again (dead or uncertain)",
        done="is sent again",
    ),
    _action(
        lambda row, deed: cancel(notification_id=row.pk),
        name="cancel",
        label="Cancel (pending, dead or uncertain)",
        done="is cancelled",
    ),
    _action(
        lambda row, deed: note_arrival(notification_id=row.pk, now=deed.now),
        name="note_arrival",
        label="It arrived (uncertain)",
        done="is noted as sent",
    ),
)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """The outbox: messages that are due, sent, failed or uncertain."""

    list_display = ["title", "recipient", "kind_in_words", "status", "due_at", "sent_at", "attempts", "last_error"]
    list_select_related = ["recipient"]
    list_filter = [
        NeedsAttention,
        "status",
        in_period("due_at", title="due in", parameter="due"),
        by_name("kind", _in_words),
    ]
    of_person = ("recipient",)
    search_fields = ["recipient__name", "recipient__email", "title", "key"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    # The payload may hold a code that logs somebody in.
    exclude = ["payload", "claim", "key", "kind"]
    readonly_fields = ["kind_in_words", "shown_payload"]
    actions = on_rows(Notification, *ACTIONS)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notification]:
        """Return the outbox without the messages of concerns about the admin: these would name who raised them."""
        own = Concern.objects.filter(about=cast(User, request.user).pk)
        return super().get_queryset(request).exclude(mails_of_concerns(own))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("catalogue/", view(self.catalogue), name="accounts_notification_catalogue"),
            path("catalogue/<slug:code>/", view(self.sample), name="accounts_notification_sample"),
            *super().get_urls(),
        ]

    def catalogue(self, request: HttpRequest) -> HttpResponse:
        """List every message that this system writes."""
        needs(request, "accounts.view_notification")
        groups = all_groups()
        kinds = sorted(all_kinds(), key=lambda kind: groups.index(kind.group))
        samples = [(kind, _title(render_sample(kind))) for kind in kinds]
        context = self.admin_site.each_context(request) | {
            "title": "Every message",
            "opts": self.opts,
            "samples": samples,
        }
        return render(request, "admin/accounts/notification/catalogue.html", context)

    # A mail has inline styles. Its frame is sandboxed: no script runs and nothing is fetched.
    @method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}))
    def sample(self, request: HttpRequest, code: str) -> HttpResponse:
        """Show one message with made-up people."""
        needs(request, "accounts.view_notification")
        kind = known_kind(code)
        if kind is None:
            raise Http404
        sample = render_sample(kind)
        shown = {"title": _title(sample), "opts": self.opts, "kind": kind, "text": sample}
        if not isinstance(sample, str):
            shown |= {"text": sample.body, "html": sample.alternatives[0][0]}
        context = self.admin_site.each_context(request) | shown
        return render(request, "admin/accounts/notification/sample.html", context)

    @admin.display(description="kind of message", ordering="kind")
    def kind_in_words(self, row: Notification) -> str:
        return _in_words(row.kind)

    @admin.display(description="facts it is written from")
    def shown_payload(self, row: Notification) -> str:
        kind = known_kind(row.kind)
        return "not shown" if kind is None or kind.secret else json.dumps(row.payload, indent=2, ensure_ascii=False)
