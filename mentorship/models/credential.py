"""Credentials of mentors: signed texts about their record, which anybody can check."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import MentorProfile


class Credential(models.Model):
    """A credential as it was issued. A trigger keeps it so, and revoked for good once it is revoked.

    The text holds counts, and no name but the mentor's. So it stays as it is if a mentee leaves.
    ``revoked_reason`` is the one of an admin. Mentors revoke without one.

    Once the mentor is deleted the row has no ``mentor``, and the trigger empties the text and the reason. The row
    stays, so that what was revoked is revoked for ever, and a verifier with the signed file can ask about it.
    """

    uuid = models.UUIDField("number on the credential", default=uuid.uuid4, unique=True, editable=False)
    mentor = models.ForeignKey(MentorProfile, on_delete=models.SET_NULL, null=True, related_name="credentials")
    from_on = models.DateField("first day")
    to_on = models.DateField("last day")
    signed = models.TextField()
    issued_at = models.DateTimeField("issued on")
    revoked_at = models.DateTimeField("revoked on", null=True, blank=True)
    revoked_reason = models.TextField("why it was revoked", blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="credential_period_ends_after_its_start"),
            models.CheckConstraint(
                condition=Q(mentor__isnull=False) & ~Q(signed="")
                | Q(mentor__isnull=True, signed="", revoked_reason=""),
                name="credential_is_signed_as_long_as_its_mentor_is_here",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False) | Q(revoked_by__isnull=True, revoked_reason=""),
                name="credential_has_a_reason_only_if_revoked",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("issued_at")),
                name="credential_is_revoked_after_it_was_issued",
            ),
            models.UniqueConstraint(
                fields=["mentor", "from_on", "to_on"],
                condition=Q(revoked_at__isnull=True),
                name="credential_one_valid_for_a_period",
            ),
        ]
        indexes = [
            # "My credentials", newest first.
            models.Index(fields=["mentor", "-issued_at", "-id"], name="credential_of_mentor"),
            # The public list of revoked ones.
            models.Index(fields=["revoked_at", "id"], condition=Q(revoked_at__isnull=False), name="credential_revoked"),
        ]

    def __str__(self) -> str:
        return f"{self.mentor or 'deleted mentor'}, {self.from_on} to {self.to_on}"
