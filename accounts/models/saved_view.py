"""A view of a list in the admin: its filters, search and order under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

NAME_MAX = 60
QUERY_MAX = 2000
# Views of one admin for one list.
VIEWS_MAX = 30


class SavedView(models.Model):
    """``model`` names the list, such as "accounts.mentorprofile". ``query`` is that of its address, without the page.

    A shared view is shown to everybody who may see the list with these filters. Its owner alone changes it.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    model = models.CharField(max_length=60)
    name = models.CharField(max_length=NAME_MAX)
    query = models.CharField(max_length=QUERY_MAX, blank=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "model", "name"], name="saved_view_name_once_per_list"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
        ]
        indexes = [
            # The views above a list.
            models.Index(fields=["model", "owner"], name="saved_view_of_a_list"),
        ]

    def __str__(self) -> str:
        return self.name
