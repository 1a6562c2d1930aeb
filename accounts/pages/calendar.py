"""The page of a member's own calendar, from which busy times are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import CalendarSetTooOften, UnknownButton
from accounts.limits import must_not_set_calendar_too_often
from accounts.models import BusyCalendar, Profile, User
from accounts.page_forms import SerializerForm
from accounts.serializers.calendars import ADDRESS_MAX, BusyAddressSerializer
from accounts.services.calendars import host_of, read_again, remove_calendar, set_calendar


class AddressForm(SerializerForm):
    serializer_class = BusyAddressSerializer

    address = forms.CharField(
        label=gettext_lazy("Secret address in iCal format"),
        help_text=gettext_lazy(
            "It begins with https:// or webcal:// and often ends in .ics. It opens your whole calendar, so we store it "
            "encrypted, and show it to nobody, you included."
        ),
        max_length=ADDRESS_MAX,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )


def calendar(request: HttpRequest, beside: Callable[[], Sequence[object]], member: User) -> HttpResponse:
    """Show how the last reading went, and set, read again or remove the calendar. ``beside`` returns links."""
    profile = Profile.objects.get(user=member)
    form = AddressForm()
    if request.method == "POST":
        match request.POST.get("do"):
            case "save":
                form = AddressForm(request.POST)
                if not form.is_valid():
                    return _show(request, profile, form, beside(), status=400)
                try:
                    must_not_set_calendar_too_often(request, member)
                except CalendarSetTooOften as refusal:
                    form.add_error(None, refusal.detail)
                    return _show(request, profile, form, beside(), status=409)
                set_calendar(profile=profile, address=form.checked["address"])
                messages.success(request, _("Saved. Your calendar is read within a minute."))
            case "read":
                read_again(profile=profile, now=timezone.now())
                messages.success(request, _("Your calendar is read within a minute."))
            case "remove":
                remove_calendar(profile=profile)
                messages.success(request, _("Removed, with all times that came from it."))
            case _other:
                raise UnknownButton
        return redirect(request.path)
    return _show(request, profile, form, beside())


def _show(
    request: HttpRequest, profile: Profile, form: AddressForm, beside: Sequence[object], *, status: int = 200
) -> HttpResponse:
    row = BusyCalendar.objects.filter(profile=profile).first()
    context = {
        "form": form,
        "beside": beside,
        "profile": profile,
        "calendar": row,
        "host": host_of(row) if row else "",
        "is_old": row is not None and row.is_old(timezone.now()),
        "busy": row.busy_times.count() if row else 0,
    }
    return render(request, "accounts/profile/calendar.html", context, status=status)
