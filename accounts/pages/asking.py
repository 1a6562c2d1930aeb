"""The page on which a mentee who missed several sessions comes back."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.links import ASKING
from accounts.models import User
from accounts.services.asking import resume_asking
from accounts.signed import signed, unknown_button


@signed(ASKING)
def asking_signed(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
    """Let the person of the link ask mentors again."""
    if uuid != str(person.uuid):
        raise Http404
    return asking(request, person)


def asking(request: HttpRequest, person: User) -> HttpResponse:
    """Let a person who missed several sessions ask mentors again."""
    problem, status = None, 200
    if request.method == "POST":
        if request.POST.get("do") == "back":
            resume_asking(user_id=person.pk, now=timezone.now())
            return redirect(request.path)
        problem, status = unknown_button()
    context = {"is_paused": person.profile.asking_paused_at is not None, "problem": problem}
    return render(request, "accounts/asking.html", context, status=status)
