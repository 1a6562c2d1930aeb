"""Who is asking, and how often. Apart from `config/api.py`, since DRF loads this before its views."""

from __future__ import annotations

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """allauth's session token, with the header that makes an anonymous request 401 instead of 403."""

    def authenticate_header(self, request: Request) -> str:
        return "X-Session-Token"


class MemberRateThrottle(UserRateThrottle):
    """A polite limit for each member, and for each address that is not logged in."""

    cache = caches["throttle"]
