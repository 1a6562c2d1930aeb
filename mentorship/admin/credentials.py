"""Credentials of mentors in the admin: read, and revoked with a reason."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.admin.base import ReadOnlyAdmin, apply_to_each
from accounts.models import User
from accounts.models.decision import REASON_MAX
from mentorship.models import Credential
from mentorship.services.credentials.revoke import revoke_credential_as_admin


class RevokeForm(forms.Form):
    reason = forms.CharField(
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
        help_text="The mentor reads it, in a mail and on the page. Nobody else does.",
        error_messages={"required": "Give a reason in a sentence or two. The mentor reads it."},
    )


@admin.register(Credential)
class CredentialAdmin(ReadOnlyAdmin):
    """Credentials, with the address where anybody checks them."""

    list_display = ["mentor", "from_on", "to_on", "issued_at", "revoked_at", "revoked_by", "revoked_reason"]
    list_select_related = ["mentor__user", "revoked_by"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    search_fields = ["=uuid", "mentor__user__email", "mentor__user__name"]
    readonly_fields = ["uuid"]
    date_hierarchy = "issued_at"
    ordering = ["-issued_at", "-pk"]
    actions = ["revoke"]

    @admin.action(description="Revoke and tell the mentor")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Credential]) -> HttpResponse | None:
        """Ask for a reason and a second click, then revoke each."""
        form = RevokeForm(request.POST if "reason" in request.POST else None)
        rows = queryset.select_related(*self.list_select_related)
        if form.is_valid():
            by, reason, now = cast(User, request.user), form.cleaned_data["reason"], timezone.now()
            apply_to_each(
                self,
                request,
                rows,
                lambda row: revoke_credential_as_admin(credential_id=row.pk, by=by, reason=reason, now=now),
                "is revoked, and the mentor gets a mail with the reason",
            )
            return None
        context = self.admin_site.each_context(request) | {
            "title": "Revoke for good?",
            "rows": rows,
            "form": form,
            "action": request.POST["action"],
        }
        return render(request, "admin/mentorship/credential/give_reason.html", context)
