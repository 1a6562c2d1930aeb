"""The page with the community rules."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.selectors import current_rules


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/rules.html", {"rules": current_rules()})
