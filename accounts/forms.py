"""The sign-up form, for the page and the headless API. Django-allauth adds e-mail and password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.models.mentor import MOTIVATION_MAX
from accounts.models.names import NAME_MAX, plain_name, validate_name
from accounts.models.profile import validate_timezone
from accounts.selectors import current_rules

ROLES = [("mentee", gettext_lazy("I look for a mentor")), ("mentor", gettext_lazy("I want to mentor"))]


class TickedBox(forms.CheckboxInput):
    """A checkbox that only a tick, or true in JSON, ticks. Django's would take "no" for a tick."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        value = data.get(name)
        return value is True or (isinstance(value, str) and value.lower() in ("on", "true"))


class SignUpForm(forms.Form):
    """Name, roles, time zone, a mentor's motivation, and acceptance of the rules in the version that was shown."""

    field_order = ["email", "password1", "name", "roles", "motivation", "timezone", "accept_rules"]

    name = forms.CharField(max_length=NAME_MAX, strip=True, validators=[validate_name])
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("What brings you here"),
        choices=ROLES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Say whether you want to be a mentee, a mentor, or both.")},
    )
    motivation = forms.CharField(
        max_length=MOTIVATION_MAX,
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Why do you want to mentor? (mentors only)"),
    )
    timezone = forms.CharField(
        max_length=64,
        initial="UTC",
        required=False,
        validators=[validate_timezone],
        label=gettext_lazy("Your time zone"),
        help_text="A name such as Europe/Berlin or Asia/Kolkata.",
    )
    rules_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    accept_rules = forms.BooleanField(
        widget=TickedBox,
        label=gettext_lazy("I accept the community rules"),
        error_messages={"required": gettext_lazy("Please read and accept the community rules; they are at /rules/.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rules_version"].initial = current_rules().version
        rules = format_html(_('I accept the <a href="{}">community rules</a>'), reverse("rules"))
        self.fields["accept_rules"].label = rules

    def clean_name(self) -> str:
        return plain_name(self.cleaned_data["name"])

    def clean(self) -> dict:
        data = super().clean() or self.cleaned_data
        if "mentor" in data.get("roles", []) and not data.get("motivation"):
            self.add_error(
                "motivation",
                forms.ValidationError(
                    _("Tell in a sentence or two why you want to mentor; mentees will read it."), code="required"
                ),
            )
        shown, now_in_force = data.get("rules_version"), current_rules().version
        if shown is not None and shown != now_in_force:
            self.add_error(
                "accept_rules",
                forms.ValidationError(
                    _("The rules have changed to version %(version)s. Please read them again.")
                    % {"version": now_in_force},
                    code="outdated",
                ),
            )
        data["rules_version"] = now_in_force
        return data

    def signup(self, request: HttpRequest, user: User) -> None:
        """Do nothing: allauth requires this method, and the adapter has written everything already."""
