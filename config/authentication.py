"""Authentication and rate limit of the API. DRF loads them before its views, so they are not in `config/api.py`."""

from __future__ import annotations

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """allauth's session token. The header makes DRF answer an anonymous request with 401 instead of 403."""

    def authenticate_header(self, request: Request) -> str:
        return "X-Session-Token"


class MemberRateThrottle(UserRateThrottle):
    """The rate limit of the API: for each member, and for each address that is not logged in."""

    cache = caches["throttle"]
