"""Limits and deadlines of the community that owners changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.decision import REASON_MAX

VALUE_MAX = 1000


class CommunitySetting(models.Model):
    """A limit or a deadline as owners changed it. One without a row was never changed, and has its default.

    A row without a value says who went back to the default, when and why.
    """

    code = models.CharField("setting", max_length=40, unique=True)
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(max_length=REASON_MAX, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField("set on")

    class Meta:
        constraints = [
            # The range of each setting is narrower, and is checked by the service.
            models.CheckConstraint(condition=Q(value__range=(0, VALUE_MAX)), name="community_setting_is_0_to_1000"),
        ]

    def __str__(self) -> str:
        return self.code.replace("_", " ").capitalize()
