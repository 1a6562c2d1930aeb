"""Changes of the roles of admins, with their reasons."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.decision import REASON_MAX
from accounts.models.user import User


class RoleChange(models.Model):
    """A role that an owner gave or took away. Rows are written and never changed. The person reads ``reason``."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    before = models.CharField(max_length=10, choices=User.Role, blank=True)
    after = models.CharField(max_length=10, choices=User.Role, blank=True)
    reason = models.TextField(max_length=REASON_MAX)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="role_change_has_a_reason"),
            models.CheckConstraint(condition=~Q(before=F("after")), name="role_change_changes_the_role"),
        ]
        indexes = [
            # The latest change of a person's role, for the mail about it.
            models.Index(fields=["user", "-changed_at", "-id"], name="role_change_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_before_display() or 'Member'} → {self.get_after_display() or 'Member'}"
