"""Who is asking. Apart from `config/api.py`, since DRF loads this before its views."""

from __future__ import annotations

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from rest_framework.request import Request


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """allauth's session token, with the header that makes an anonymous request 401 instead of 403."""

    def authenticate_header(self, request: Request) -> str:
        return "X-Session-Token"
