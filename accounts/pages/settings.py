"""Settings: messages by group and channel, quiet hours, time zone, language, and the way to the account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.conf import settings as site
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import UnknownButton
from accounts.forms import ZoneField
from accounts.models import DirectoryEntry, IdentityProvider, NotificationChoice, Profile, User
from accounts.models.profile import clock
from accounts.notifications.registry import Group, group_of
from accounts.page_forms import SerializerForm
from accounts.second_factor import has_second_factor
from accounts.serializers.notifications import QUIET, MyNotificationsSerializer
from accounts.serializers.people import MeSerializer
from accounts.services.profiles import update_profile
from accounts.services.settings import change_settings, choices_of

Email = NotificationChoice.Email
BY_MAIL = [
    (Email.NOW.value, gettext_lazy("at once")),
    (Email.DIGEST.value, gettext_lazy("together, once a day")),
    (Email.OFF.value, gettext_lazy("no mail")),
]


class TimeInput(forms.TimeInput):
    input_type = "time"


class MessagesForm(SerializerForm):
    """The delivery of each group, and quiet hours."""

    serializer_class = MyNotificationsSerializer

    quiet_from = forms.CharField(label=gettext_lazy("No mail from"), required=False, widget=TimeInput)
    quiet_until = forms.CharField(label=gettext_lazy("until"), required=False, widget=TimeInput)

    def __init__(self, *args: Any, choices: list[NotificationChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = [group for choice in choices if (group := group_of(choice.group))]
        for group, choice in zip(self.groups, choices, strict=True):
            self.fields[f"mail_{group.code}"] = forms.ChoiceField(
                label=gettext_lazy("By mail"), choices=BY_MAIL, initial=choice.email
            )
            self.fields[f"app_{group.code}"] = forms.BooleanField(
                label=gettext_lazy("In the app"), required=False, initial=choice.in_app
            )

    def rows(self) -> list[tuple[Group, forms.BoundField, forms.BoundField]]:
        return [(group, self[f"mail_{group.code}"], self[f"app_{group.code}"]) for group in self.groups]

    def body(self) -> dict[str, Any]:
        data = self.cleaned_data
        quiet = {name: data[name] or None for name in ("quiet_from", "quiet_until")}
        groups = [
            {"group": group.code, "email": data[f"mail_{group.code}"], "in_app": data[f"app_{group.code}"]}
            for group in self.groups
        ]
        return quiet | {"groups": groups}


class ZoneForm(SerializerForm):
    serializer_class = MeSerializer

    timezone = ZoneField()


class LanguageForm(SerializerForm):
    serializer_class = MeSerializer

    language = forms.ChoiceField(
        label=gettext_lazy("Your language"),
        help_text=gettext_lazy("The site and its mails are in this language."),
        choices=lambda: site.LANGUAGES,
    )


# From the name of a button to its form, for those that change the profile and nothing else.
OF_THE_PROFILE: dict[str, type[SerializerForm]] = {"zone": ZoneForm, "language": LanguageForm}


def settings(request: HttpRequest, beside: Callable[[User], Sequence[object]], member: User) -> HttpResponse:
    """Show all settings. Each form on the page is saved on its own. ``beside`` returns links to those of other apps."""
    profile = Profile.objects.select_related("user").get(user=member)
    pressed = request.POST.get("do", "") if request.method == "POST" else None
    shown = _forms(request, profile, pressed)
    if pressed is None or not shown[pressed].is_valid():
        context = {
            **{f"{name}_form": form for name, form in shown.items()},
            "has_second_factor": has_second_factor(member),
            "has_providers": IdentityProvider.objects.filter(off_at=None).exists(),
            "managed_by": DirectoryEntry.objects.of(member),
            "beside": beside(member),
            "bounces": member.bouncing_since_at,
        }
        return render(request, "accounts/settings.html", context, status=400 if pressed else 200)
    changes = shown[pressed].checked
    if pressed == "messages":
        choices = changes.pop("groups", [])
        change_settings(profile=profile, choices=choices, changes=changes, now=timezone.now())
    else:
        update_profile(profile=profile, changes=changes, now=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("settings")


def _forms(request: HttpRequest, profile: Profile, pressed: str | None) -> dict[str, SerializerForm]:
    """Return the forms by the names of their buttons. A site in one language has nothing to choose."""
    forms: dict[str, SerializerForm] = {"messages": _messages_form(request, profile, is_sent=pressed == "messages")}
    initial = {"timezone": profile.timezone, "language": profile.reads_in}
    for name, form_class in OF_THE_PROFILE.items():
        if name != "language" or len(site.LANGUAGES) > 1:
            data = request.POST if pressed == name else None
            forms[name] = form_class(data, instance=profile, initial=initial)
    if pressed is not None and pressed not in forms:
        raise UnknownButton
    return forms


def _messages_form(request: HttpRequest, profile: Profile, *, is_sent: bool) -> MessagesForm:
    initial = {name.removesuffix("_minute"): _time(getattr(profile, name)) for name in QUIET}
    return MessagesForm(
        request.POST if is_sent else None,
        instance=profile,
        context={"request": request},
        initial=initial,
        choices=choices_of(profile.user),
    )


def _time(minute: int | None) -> str:
    return "" if minute is None else clock(minute)
