"""The sign-up form, for the page and the headless API. Django-allauth adds e-mail and password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.models.mentor import MOTIVATION_MAX
from accounts.models.names import NAME_MAX, plain_name, validate_name
from accounts.models.profile import TIMEZONES, validate_timezone
from accounts.selectors import current_rules
from accounts.zones import current_name, former_names, zone_choices, zone_in_words

ROLES = [("mentee", gettext_lazy("I look for a mentor")), ("mentor", gettext_lazy("I want to mentor"))]


class TickedBox(forms.CheckboxInput):
    """A checkbox that only a tick, or true in JSON, ticks. Django's would take "no" for a tick."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        value = data.get(name)
        return value is True or (isinstance(value, str) and value.lower() in ("on", "true"))


class ZoneSelect(forms.Select):
    """A list of time zones in words. ``data-also`` of an option holds former names, which browsers may report."""

    def __init__(self) -> None:
        super().__init__(attrs={"data-zone": ""})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Offer all zones, and the value itself if it is none of a place. A list without a value asks for one."""
        now = timezone.now()
        self.choices = zone_choices(now=now)
        value = current_name(str(value or ""))
        if not value:
            self.choices = [("", _("Choose the city whose clock is yours")), *self.choices]
        elif value in TIMEZONES and value not in dict(self.choices):
            self.choices = [(value, zone_in_words(value, now=now)), *self.choices]
        return super().get_context(name, value, attrs)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if also := former_names(value):
            option["attrs"]["data-also"] = " ".join(also)
        return option


class ZoneField(forms.CharField):
    """A time zone, chosen from the list."""

    widget = ZoneSelect

    def __init__(self, **kwargs: Any) -> None:
        words = {
            "label": gettext_lazy("Your time zone"),
            "help_text": gettext_lazy("Times are shown, and mails are sent, by your clock."),
        }
        super().__init__(max_length=64, validators=[validate_timezone], **words | kwargs)


class RulesForm(forms.Form):
    """Acceptance of the community rules, in the version that was shown."""

    rules_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    accept_rules = forms.BooleanField(
        widget=TickedBox,
        label=gettext_lazy("I accept the community rules"),
        error_messages={
            "required": gettext_lazy("Please read and accept the community rules; they are at /rules/."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = current_rules()
        self.fields["rules_version"].initial = self.rules.version
        self.fields["accept_rules"].label = format_html(
            _('I accept the <a href="{}">community rules</a>'), reverse("rules")
        )

    def clean(self) -> dict:
        data = super().clean() or self.cleaned_data
        shown, now_in_force = data.get("rules_version"), self.rules.version
        if shown is not None and shown != now_in_force:
            self.add_error(
                "accept_rules",
                forms.ValidationError(
                    _("The rules have changed to version %(version)s. Please read them again."),
                    code="outdated",
                    params={"version": now_in_force},
                ),
            )
        data["rules_version"] = now_in_force
        return data


class InvitationForm(RulesForm):
    """A first password, chosen by ``person``."""

    field_order = ["password1", "accept_rules"]

    password1 = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 10 characters. Not your name or address, and none that many use."),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password1(self) -> str:
        validate_password(self.cleaned_data["password1"], self.person)
        return self.cleaned_data["password1"]


class SignUpForm(RulesForm):
    """Name, roles, time zone, a mentor's motivation, and acceptance of the rules."""

    field_order = ["email", "password1", "name", "roles", "motivation", "timezone", "accept_rules"]

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=NAME_MAX,
        strip=True,
        validators=[validate_name],
        help_text=gettext_lazy("As others should call you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("What brings you here?"),
        choices=ROLES,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("One of them, or both. You can take up the other one later."),
        error_messages={"required": gettext_lazy("Say whether you want to be a mentee, a mentor, or both.")},
    )
    motivation = forms.CharField(
        max_length=MOTIVATION_MAX,
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Why do you want to mentor?"),
        help_text=gettext_lazy("Only for those who want to mentor. Mentees read it when you are suggested to them."),
    )
    timezone = ZoneField(required=False)

    def clean_name(self) -> str:
        return plain_name(self.cleaned_data["name"])

    def clean(self) -> dict:
        data = super().clean()
        if "mentor" in data.get("roles", []) and not data.get("motivation"):
            self.add_error(
                "motivation",
                forms.ValidationError(
                    _("Tell in a sentence or two why you want to mentor; mentees will read it."), code="required"
                ),
            )
        return data

    def signup(self, request: HttpRequest, user: User) -> None:
        """Do nothing: allauth requires this method, and the adapter has written everything already."""
