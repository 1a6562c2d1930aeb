"""SCIM over HTTP: the token of a service account, the limits of a request, and errors in SCIM's own format."""

from __future__ import annotations

import logging
import math
from typing import cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.permissions import SAFE_METHODS
from scim2_models import (
    ForbiddenException,
    InvalidFilterException,
    InvalidSyntaxException,
    PayloadTooLargeException,
    SCIMException,
    UnauthorizedException,
    UniquenessException,
)
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.routing import Operation

from accounts.api.scim import SERVICE, PeopleOf
from accounts.exceptions import AddressTaken, NotForDirectory
from accounts.models import User
from accounts.scopes import PROVISION
from accounts.services.tokens import note_use, token_in_use
from config.api import BUSY, is_busy
from config.authentication import MemberRateThrottle
from config.rate_fields import add_rate_fields

# The parser of filters writes to stderr by a handler of its own, which cuts no secrets.
logging.getLogger("lark").handlers.clear()

# A person has a few hundred bytes, and directories add as much that is not read.
BODY_MAX = 65_536
QUERY_MAX = 2_000


class TooManyRequests(SCIMException):
    status = 429


class Busy(SCIMException):
    status = 503


@csrf_exempt
def scim(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer a request of the directory of an employer."""
    throttle = MemberRateThrottle()
    try:
        answer = _answer(request, path, throttle)
    except Exception as error:
        answer = SERVICE.error_response(_in_terms_of_scim(error))
    finally:
        if token := getattr(request, "access_token", None):
            note_use(token, now=timezone.now())
    response = HttpResponse(status=answer.status) if answer.body is None else JsonResponse(answer.body)
    response.status_code = answer.status
    for name, value in answer.headers.items():
        response[name] = value
    # An ETag is for the next change, and no leave to keep a copy.
    response["Cache-Control"] = "no-store"
    add_rate_fields(response, [throttle])
    if answer.status == TooManyRequests.status:
        response["Retry-After"] = str(math.ceil(throttle.wait() or 1))
    return response


def _answer(request: HttpRequest, path: str, throttle: MemberRateThrottle) -> ScimResponse:
    asked = ScimRequest(request.method or "", f"{settings.SITE_URL}/scim/v2", f"/{path}", headers=request.headers)
    directory = None
    if not _is_public(asked):
        directory = request.user = _directory_of(request)
        if not throttle.allow_request(request, None):  # type: ignore[arg-type]  # it looks at no view
            raise TooManyRequests(detail=_("Too many requests. Wait, then send it again."))
    if len(request.META.get("QUERY_STRING", "")) > QUERY_MAX:
        raise InvalidFilterException(detail=_("The parameters are too long."))
    asked.query = request.GET.dict()
    asked.body = request.body
    if len(asked.body) > BODY_MAX:
        raise RequestDataTooBig
    people = PeopleOf(cast(User, directory), locks=request.method not in SAFE_METHODS)
    return ScimHandler(SERVICE, people).handle(asked)


def _is_public(asked: ScimRequest) -> bool:
    """Return whether a program without a token asks how to log in (RFC 7643, section 5)."""
    try:
        return SERVICE.match(asked).operation is Operation.service_provider_config
    except SCIMException:
        return False


def _directory_of(request: HttpRequest) -> User:
    """Return the service account of the token. Raises UnauthorizedException, ForbiddenException."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    token = token_in_use(secret.strip(), now=timezone.now()) if scheme.lower() == "bearer" else None
    if token is None:
        raise UnauthorizedException(detail=_("Send an access token that works, as Authorization: Bearer."))
    if not token.user.is_service or PROVISION not in token.scopes:
        raise ForbiddenException(
            detail=_("This takes a token of a service account with the scope %(scope)s.") % {"scope": PROVISION}
        )
    request.access_token = token  # type: ignore[attr-defined]  # its use is noted at the end of the request
    return token.user


def _in_terms_of_scim(error: Exception) -> SCIMException:
    """Return the error that SCIM has for a refusal. Raises what is an error of ours."""
    if isinstance(error, SCIMException):
        return error
    if isinstance(error, AddressTaken):
        return UniquenessException(detail=error.detail)
    if isinstance(error, NotForDirectory):
        return ForbiddenException(detail=error.detail)
    if isinstance(error, RequestDataTooBig):
        return PayloadTooLargeException(detail=_("The body is larger than 64 KB. Send less."))
    if isinstance(error, RecursionError):
        return InvalidSyntaxException(detail=_("The request is nested too deeply."))
    if is_busy(error):
        return Busy(detail=str(BUSY))
    raise error
