"""The action of lists in the admin that begins a mail to the people of their rows."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.admin.export import ROWS_AT_ONCE, Exported
from accounts.exceptions import Refusal
from accounts.models import User
from accounts.services.group_mail import begin_group_mail


class WritesToPeople(Exported):
    """A list with an action that begins a mail to the people of its rows, whom ``export_people`` names."""

    asks_itself = ("write_to_people",)

    @admin.action(description="Write to them: a mail to a group")
    def write_to_people(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        rows = queryset.order_by().values_list(*self.export_people).iterator(chunk_size=ROWS_AT_ONCE)
        try:
            mail = begin_group_mail(
                people={person for row in rows for person in row},
                source=f"{self.opts.app_label}_{self.opts.model_name}",
                query=request.META.get("QUERY_STRING", ""),
                is_selection=request.POST.get("select_across") != "1",
                chosen=queryset.count(),
                by=cast(User, request.user),
                now=timezone.now(),
            )
        except Refusal as refusal:
            self.message_user(request, refusal.detail, messages.WARNING)
            return None
        return redirect("admin:accounts_groupmail_change", mail.pk)
