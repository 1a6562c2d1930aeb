"""Credentials of mentors in the admin: read, and revoked with a reason."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.acting import on_rows
from accounts.admin.base import ReadOnlyAdmin
from accounts.admin.worded_filters import is_there
from accounts.row_actions import RowAction
from mentorship.models import Credential
from mentorship.services.credentials.revoke import revoke_credential_as_admin

REVOKE = RowAction(
    name="revoke",
    label="Revoke and tell the mentor",
    act=lambda row, deed: revoke_credential_as_admin(credential_id=row.pk, by=deed.by, now=deed.now, **deed.answers),
    verb="Revoke for good, and tell the mentor",
    done="is revoked, and the mentor gets a mail with the reason",
    reader="The mentor and the admins read it, as long as there is the credential.",
    watched=("revoked_at",),
)


@admin.register(Credential)
class CredentialAdmin(ReadOnlyAdmin):
    """Credentials, with the address where anybody checks them."""

    list_display = ["mentor", "from_on", "to_on", "issued_at", "revoked_at", "revoked_by", "revoked_reason"]
    list_select_related = ["mentor__user", "revoked_by"]
    list_filter = [is_there("revoked_at", "status", yes="revoked", no="valid")]
    of_person = ("mentor__user",)
    search_fields = ["=uuid", "mentor__user__email", "mentor__user__name"]
    readonly_fields = ["uuid"]
    date_hierarchy = "issued_at"
    ordering = ["-issued_at", "-pk"]
    actions = on_rows(Credential, REVOKE)
