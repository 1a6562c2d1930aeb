"""Authentication, rate limit and OPTIONS of the API. DRF loads them before its views, so they are not in `api.py`."""

from __future__ import annotations

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import caches
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.metadata import SimpleMetadata
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle, SimpleRateThrottle, UserRateThrottle

from accounts.models import AccessToken, User
from accounts.scopes import scope_for
from accounts.services.tokens import token_in_use
from config.sessions import SessionStore
from config.token_areas import area_of

API = "api/v1/"


class SessionTokens(SessionTokenStrategy):
    """allauth's session tokens, with one query for each look-up instead of two."""

    def lookup_session(self, session_token: str) -> SessionBase | None:
        session = SessionStore(session_token)
        session.get(SESSION_KEY)  # loads it; an unknown or expired one loses its key
        return session if session.session_key else None


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """allauth's session token. The header makes DRF answer an anonymous request with 401 instead of 403.

    From here on the answer is in the member's language: the middleware, which ends it, saw a visitor.
    """

    def authenticate(self, request: Request) -> tuple | None:
        found = super().authenticate(request)
        if found:
            translation.activate(found[0].profile.reads_in)
        return found

    def authenticate_header(self, request: Request) -> str:
        return "X-Session-Token"


class CookieAuthentication(SessionAuthentication):
    """The session cookie of the pages. A request that another site can have made is refused with its own code."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refusal:
            raise PermissionDenied(csrf_detail(), "csrf_failed") from refusal


def csrf_detail() -> str:
    return _(
        "Send the cookie `csrftoken` back in the header X-CSRFToken, from a page of this site, or use a session token "
        "and no cookies."
    )


class WrongTokens(SimpleRateThrottle):
    """The limit of an address on tokens that do not work: each costs a query. Tokens that work are not counted."""

    cache = caches["throttle"]
    scope = "wrong_tokens"

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}

    def throttle_success(self) -> bool:
        return True

    def count(self) -> None:
        """Count a failure. Call it after ``allow_request``."""
        super().throttle_success()


class AccessTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer`` with an access token, whose scopes must cover the route.

    Scopes are judged here and not by a permission, since views replace the permissions of others. No token acts as an
    admin: a second factor belongs to a session, and a token has none.
    """

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        wrong = WrongTokens()
        if not wrong.allow_request(request, request.parser_context["view"]):
            raise Throttled(wrong.wait())
        token = token_in_use(secret.strip(), now=timezone.now())
        if token is None:
            wrong.count()
            raise AuthenticationFailed(
                _("The token is unknown, expired or revoked, or its account is locked or paused."), "token_not_valid"
            )
        # Noted at the end of the request, see ``config.api_views``.
        request._request.access_token = token  # type: ignore[attr-defined]
        translation.activate(token.user.profile.reads_in)
        match = request.resolver_match
        area = area_of(match.route.removeprefix(API)) if match else None
        if area is None:
            raise PermissionDenied(_("No token may do this. Log in instead."), "not_by_token")
        needed = scope_for(area, writes=request.method not in SAFE_METHODS)
        if needed not in token.scopes:
            raise PermissionDenied(_("The token lacks the scope %(scope)s.") % {"scope": needed}, "scope_missing")
        return token.user, token


class MemberRateThrottle(UserRateThrottle):
    """The rate limit of the API: for each member, and for each address that is not logged in."""

    cache = caches["throttle"]


class ExpensiveRateThrottle(ScopedRateThrottle):
    """A lower limit for views with the ``throttle_scope`` "expensive": each rank hundreds of times."""

    cache = caches["throttle"]


class Metadata(SimpleMetadata):
    """The answer to OPTIONS: name and formats. The schema describes the fields, and some views have none."""

    def determine_actions(self, request: Request, view: Any) -> dict:
        return {}
