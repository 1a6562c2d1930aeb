"""Conventions that all views of the API share: keys of requests, versions, and fields that tell the rate limits."""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from accounts.models import KeptAnswer
from accounts.services.tokens import note_use
from config import idempotency, versions
from config.idempotency import AnsweredBefore
from config.rate_fields import add_rate_fields


class Conventions:
    """Mixin for a view of DRF.

    A request with a key or a condition is one transaction: the answer is stored with what it tells, and nobody changes
    the thing between the check of its version and the move.
    """

    answer: KeptAnswer | None = None
    throttles: list[BaseThrottle] = []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        try:
            return self._dispatched(request, *args, **kwargs)
        finally:
            if token := getattr(request, "access_token", None):
                note_use(token, now=timezone.now())

    def _dispatched(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        if not {idempotency.HEADER, versions.HEADER} & set(request.headers):
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        with transaction.atomic():
            response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
            if response.status_code >= 400:
                # An error is not stored: it changed nothing, and may be over when the request is sent again.
                transaction.set_rollback(True)
            elif self.answer is not None:
                idempotency.keep(self.answer, response.render())
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        # A view whose answer has a secret that is shown once sets ``keeps_answer`` to False.
        if idempotency.has_key(request) and getattr(self, "keeps_answer", True):
            self.answer = idempotency.begin(request)
        if versions.has_condition(self, request):
            versions.must_match(self, request)

    def get_throttles(self) -> list[BaseThrottle]:
        self.throttles = super().get_throttles()  # type: ignore[misc]
        return self.throttles

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, AnsweredBefore):
            return exc.response
        return super().handle_exception(exc)  # type: ignore[misc]

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        add_rate_fields(response, self.throttles)
        versions.add_etag(self, response)
        return response


def with_conventions(route: Any) -> URLPattern:
    """Give the view of ``route`` the conventions. Apps do not import ``config``, so they cannot do it."""
    view = route.callback
    told = {"__doc__": view.cls.__doc__, "__module__": view.cls.__module__}
    kind: Any = type(view.cls.__name__, (Conventions, view.cls), told)
    actions = [view.actions] if hasattr(view, "actions") else []
    route.callback = kind.as_view(*actions, **view.initkwargs)
    return cast(URLPattern, route)
