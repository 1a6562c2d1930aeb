"""The page on which a member gets all data about them, and has the account erased, or keeps it."""

from __future__ import annotations

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts.exceptions import Refusal, UnknownButton
from accounts.models import DataExport, DirectoryEntry, User
from accounts.models.privacy import EXPORT_KEPT, TIME_TO_CHANGE_ONES_MIND
from accounts.selectors import erasure_of, exports_of, is_kept_by_law
from accounts.services.privacy import ask_erasure, cancel_erasure, fetch_export, request_export


def my_data(request: HttpRequest, member: User) -> HttpResponse:
    """Show a member's exports and the erasure that waits. The way back from it needs no new login."""
    if request.method == "POST":
        match request.POST.get("do"):
            case "keep":
                return _keep(request, member)
            case "export":
                return _export(request, member)
            case _unknown:
                raise UnknownButton
    context = {
        "exports": exports_of(member)[:10],
        "erasure": erasure_of(member),
        "is_kept_by_law": is_kept_by_law(member),
        "managed_by": DirectoryEntry.objects.of(member),
        "days_kept": EXPORT_KEPT.days,
        "days": TIME_TO_CHANGE_ONES_MIND.days,
        "FETCHABLE": DataExport.FETCHABLE,
    }
    return render(request, "accounts/data.html", context)


def _keep(request: HttpRequest, member: User) -> HttpResponse:
    try:
        cancel_erasure(person=member, by=member, now=timezone.now())
        messages.success(request, _("Your account stays."))
    except Refusal as refusal:
        messages.warning(request, refusal.detail)
    return redirect("my-data")


@reauthentication_required
def _export(request: HttpRequest, member: User) -> HttpResponse:
    request_export(person=member, now=timezone.now())
    messages.success(request, _("The file is being made. You get a mail when it is ready."))
    return redirect("my-data")


@reauthentication_required
def erase_me(request: HttpRequest, member: User) -> HttpResponse:
    """Ask once more before an account is erased, and say what that means."""
    problem, status = None, 200
    if request.method == "POST":
        if request.POST.get("sure") != "yes":
            problem, status = _("Confirm that you understand that it cannot be undone."), 400
        else:
            try:
                ask_erasure(person=member, by=member, now=timezone.now())
                messages.success(request, _("We have written you a mail with the way back."))
                return redirect("my-data")
            except Refusal as refusal:
                problem, status = refusal.detail, 409
    context = {"days": TIME_TO_CHANGE_ONES_MIND.days, "problem": problem}
    return render(request, "accounts/erase.html", context, status=status)


@reauthentication_required
def export_file(request: HttpRequest, uuid: UUID, member: User) -> HttpResponse:
    """Return the file of an export to its person. 404 for everybody else, and once it is removed."""
    try:
        export, content = fetch_export(uuid=uuid, person=member, now=timezone.now())
    except DataExport.DoesNotExist:
        raise Http404 from None
    response = HttpResponse(content, content_type="application/zip")
    name = f"my-data-{export.requested_at:%Y-%m-%d}.zip"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
