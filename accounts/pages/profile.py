"""A member's own profile: one page that shows it in words, and a page to change each part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import FormIncomplete, Refusal, UnknownButton
from accounts.member_pages import way_back
from accounts.models import BusyCalendar, Profile, User
from accounts.pages.profile_parts import (
    About,
    Away,
    Block,
    Buffer,
    Career,
    Extra,
    Journeys,
    Languages,
    Skills,
    Week,
)
from accounts.resume import RESUME_MAX, NotAResume, filled, read_resume
from accounts.selectors import profile_in_full
from accounts.services.profiles import update_profile
from accounts.words import language_label, weekday_name

PARTS: dict[str, type[Block]] = {
    "about": About,
    "career": Career,
    "languages": Languages,
    "skills": Skills,
    "week": Week,
    "away": Away,
    "extra": Extra,
    "travel": Journeys,
    "buffer": Buffer,
}
# The parts that a résumé fills.
OF_A_RESUME = ("about", "career", "languages", "skills")


def profile(request: HttpRequest, beside: Callable[[], Sequence[object]], member: User) -> HttpResponse:
    """Show the whole profile in words, with a link to change each part. ``beside`` returns links of other apps."""
    row, today = profile_in_full(member), timezone.localdate()
    calendar = BusyCalendar.objects.filter(profile=row).first()
    context = {
        "profile": row,
        "beside": beside(),
        "languages": [(language_label(spoken.code), spoken.get_level_display()) for spoken in row.languages.all()],
        "week": _week_in_words(row),
        "absences": [days for days in row.absences.all() if days.until_on >= today],
        "extra_hours": [hours for hours in row.extra_hours.all() if hours.free_on >= today],
        "travels": [days for days in row.travels.all() if days.until_on >= today],
        "calendar": calendar,
        "is_old": calendar is not None and calendar.is_old(timezone.now()),
    }
    return render(request, "accounts/profile/show.html", context)


def _week_in_words(row: Profile) -> list[tuple[str, list[Any]]]:
    """Return each day with its windows."""
    days: dict[int, list[Any]] = {}
    for window in row.availability.all():
        days.setdefault(window.weekday, []).append(window)
    return [(weekday_name(day), windows) for day, windows in days.items()]


def part(request: HttpRequest, name: str, member: User) -> HttpResponse:
    """Change one part of the profile."""
    if name not in PARTS:
        raise Http404
    return _change(request, profile_in_full(member), {name: PARTS[name]}, title=PARTS[name].title)


def resume(request: HttpRequest, member: User) -> HttpResponse:
    """Fill the profile from a file in the format of JSON Resume. Nothing is stored before the form is sent."""
    row = profile_in_full(member)
    parts = {name: PARTS[name] for name in OF_A_RESUME}
    if request.method != "POST":
        return _upload(request, None, 200)
    if request.POST.get("do") != "upload":
        return _change(request, row, parts, title=_("Your résumé, to check"))
    file = request.FILES.get("file")
    if file is None:
        return _upload(request, _("Choose a file first."), 400)
    if (file.size or 0) > RESUME_MAX:
        return _upload(
            request,
            _("The file has more than %(most)d kB. A JSON Resume is text, and smaller.") % {"most": RESUME_MAX // 1000},
            400,
        )
    try:
        found = read_resume(file.read())
    except NotAResume as error:
        return _upload(request, str(error), 400)
    blocks = {name: block(row, stored=filled(row, found)) for name, block in parts.items()}
    return _form(request, blocks, title=_("Your résumé, to check"), to_check=True)


def _upload(request: HttpRequest, problem: str | None, status: int) -> HttpResponse:
    context = {"problem": problem, "back": way_back(request, reverse("profile")), "next": way_back(request, "")}
    return render(request, "accounts/profile/upload.html", context, status=status)


def _change(request: HttpRequest, row: Profile, parts: Mapping[str, type[Block]], *, title: Any) -> HttpResponse:
    if request.method != "POST":
        return _form(request, {name: part(row) for name, part in parts.items()}, title=title)
    if parts.keys() - request.POST.getlist("part"):
        raise FormIncomplete
    blocks = {name: part(row, data=request.POST) for name, part in parts.items()}
    do = request.POST.get("do", "save")
    if do != "save":
        # Each part shows what was typed in it, whichever has the button.
        if True not in {block.act(do) for block in blocks.values()}:
            raise UnknownButton
        return _form(request, blocks, title=title)
    # Each part is checked, so that each shows its errors.
    if False in {block.is_valid() for block in blocks.values()}:
        return _form(request, blocks, title=title, status=400, problem=_("Something below needs another look."))
    changes: dict[str, Any] = {}
    for block in blocks.values():
        changes |= block.changes
    try:
        update_profile(profile=row, changes=changes, now=timezone.now())
    except Refusal as refusal:
        return _form(request, blocks, title=title, status=409, problem=refusal.detail)
    messages.success(request, _("Saved."))
    return redirect(way_back(request, reverse("profile")))


def _form(
    request: HttpRequest,
    blocks: Mapping[str, Block],
    *,
    title: Any,
    status: int = 200,
    problem: str | None = None,
    to_check: bool = False,
) -> HttpResponse:
    datalists: dict[str, Callable[[], Mapping[str, str]]] = {}
    for block in blocks.values():
        datalists |= block.datalists
    context = {
        "title": title,
        "blocks": blocks,
        "several": len(blocks) > 1,
        "enter_saves": next(iter(blocks.values())).enter_saves,
        "datalists": {name: labels().values() for name, labels in datalists.items()},
        "problem": problem,
        "to_check": to_check,
        "back": way_back(request, reverse("profile")),
        "next": way_back(request, ""),
    }
    return render(request, "accounts/profile/change.html", context, status=status)
