"""Permissions of the API."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.exceptions import LogInAgain
from accounts.second_factor import has_second_factor, may_act_as_admin, was_asked_again_lately

ENROL = gettext_lazy(
    "Admins need a second factor. Log in at /accounts/2fa/ and connect an authenticator app, or do it by API: "
    "/_allauth/app/v1/account/authenticators/totp. Then log in again and give its code."
)
GIVE_CODE = gettext_lazy(
    "Admins need a second factor, and this session has none. Send the code of your authenticator app to "
    "/_allauth/app/v1/auth/2fa/reauthenticate, or log in again and give the code."
)


class IsAdmin(BasePermission):
    """Admins of the community who gave their second factor in this session, and whose role may do it.

    A view with ``needs`` names the permission for each of its actions.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        # The session of a token is not the one of the cookie.
        if may_act_as_admin(user, request.auth or request.session):
            needed = view.needs.get(view.action)
            return needed is None or user.has_perm(needed)
        if user.is_authenticated and user.is_staff:
            self.code, self.message = "second_factor_required", GIVE_CODE if has_second_factor(user) else ENROL
        return False


def must_have_logged_in_lately(request: Request) -> None:
    """Raise LogInAgain unless the password or another factor was given again in this session a short time ago."""
    # The session of a token is not the one of the cookie.
    if not was_asked_again_lately(request.user, request.auth or request.session):
        raise LogInAgain(_("Give your password or your second factor again, at /_allauth/app/v1/auth/reauthenticate."))
