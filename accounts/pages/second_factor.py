"""Connecting an authenticator app."""

from __future__ import annotations

from typing import cast

from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.views import ActivateTOTPView
from django.http import HttpResponse

from accounts.models import User


class ConnectApp(ActivateTOTPView):
    """The code that connects an app counts as given in this session: nobody is asked for a second one at once."""

    def form_valid(self, form: ActivateTOTPForm) -> HttpResponse:
        response = super().form_valid(form)
        user = cast(User, self.request.user)
        device = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
        post_authentication(self.request, device, reauthenticated=True)
        return response
