"""Forms of passkeys: a name, and what the browser says."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PASSKEY_NAME_MAX = 60
PASSKEYS_MAX = 20


def _name_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Name"),
        max_length=PASSKEY_NAME_MAX,
        help_text=gettext_lazy("So that you know it again: the device that holds it, for instance."),
    )


class AddPasskeyForm(AddWebAuthnForm):
    name = _name_field()
    passwordless = forms.BooleanField(
        label=gettext_lazy("It opens my account alone, without the password"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Take the tick away for a key that cannot ask for a finger, a face or a PIN."),
    )

    def clean(self) -> dict[str, Any]:
        if Authenticator.objects.filter(user=self.user, type=Authenticator.Type.WEBAUTHN).count() >= PASSKEYS_MAX:
            raise forms.ValidationError(_("You have as many passkeys as possible. Remove one first."))
        data: dict[str, Any] = super().clean()
        return data


class RenamePasskeyForm(EditWebAuthnForm):
    name = _name_field()
