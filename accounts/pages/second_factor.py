"""Connecting an authenticator app, and adding a passkey."""

from __future__ import annotations

from typing import Any, cast

from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.locks import lock_account
from accounts.models import User


class ConnectApp(ActivateTOTPView):
    """The code that connects an app counts as given in this session: nobody is asked for a second one at once.

    A second click leads to the same page as the first.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and self._is_connected():
            return redirect("mfa_view_recovery_codes" if request.method == "POST" else "mfa_index")
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            lock_account(cast(User, request.user).pk)
            if self._is_connected():
                return redirect("mfa_view_recovery_codes")
            return super().post(request, *args, **kwargs)

    def _is_connected(self) -> bool:
        return Authenticator.objects.filter(user=self.request.user, type=Authenticator.Type.TOTP).exists()

    def form_valid(self, form: ActivateTOTPForm) -> HttpResponse:
        response = super().form_valid(form)
        user = cast(User, self.request.user)
        device = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
        post_authentication(self.request, device, reauthenticated=True)
        return response


class AddPasskey(AddWebAuthnView):
    """The passkey that was just added counts as given in this session, as the code of a new app does."""

    def form_valid(self, form: AddWebAuthnForm) -> HttpResponse:
        response = super().form_valid(form)
        user = cast(User, self.request.user)
        passkey = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).latest("pk")
        post_authentication(self.request, passkey, reauthenticated=True)
        return response
