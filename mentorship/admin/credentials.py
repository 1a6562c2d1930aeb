"""Credentials of mentors in the admin: read, and revoked with a reason."""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.admin.base import ReadOnlyAdmin, apply_to_each
from accounts.admin.reasons import with_reason
from accounts.models import User
from mentorship.models import Credential
from mentorship.services.credentials.revoke import revoke_credential_as_admin


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
        by, now = cast(User, request.user), timezone.now()
        rows = queryset.select_related(*self.list_select_related)

        def revoke_each(reason: str) -> None:
            apply_to_each(
                self,
                request,
                rows,
                lambda row: revoke_credential_as_admin(credential_id=row.pk, by=by, reason=reason, now=now),
                "is revoked, and the mentor gets a mail with the reason",
            )

        return with_reason(
            self,
            request,
            rows,
            revoke_each,
            verb="Revoke for good, and tell the mentor",
            reader="The mentor reads it, in a mail and on the page. Nobody else does.",
        )
