"""The page that tells a member which organisers looked at their data."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.selectors import staff_reads_of

A_PAGE = 50


def reads(request: HttpRequest, member: User) -> HttpResponse:
    """Show the reads of a member's private data by admins, the newest first."""
    page = Paginator(staff_reads_of(member), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/reads.html", {"page": page})
