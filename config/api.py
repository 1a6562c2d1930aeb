"""Conventions of the API: the error format (RFC 9457), filters, the HTTP status of each refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import BooleanFilter, MultipleChoiceFilter, UUIDFilter
from django_filters.rest_framework import DjangoFilterBackend
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled
from rest_framework import exceptions, serializers, status
from rest_framework.filters import SearchFilter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from accounts.exceptions import Collision, Refusal
from accounts.fields import FAULTS_MAX, NO_UUID, UUID_TEXT, shortened
from config.admin_input import SEARCH_MAX

PROBLEM = "application/problem+json"
DETAIL_MAX = 500
PAGE_PARAMETERS = ["cursor", "page_size"]
# DRF reads ?format=json itself.
FORMAT = api_settings.URL_FORMAT_OVERRIDE

# Every other refusal is a 409: it conflicts with the present state.
REFUSAL_STATUS: dict[str, int] = {
    "not_your_turn": status.HTTP_403_FORBIDDEN,
    "not_one_of_the_two": status.HTTP_403_FORBIDDEN,
    "not_your_goal": status.HTTP_403_FORBIDDEN,
    "not_your_answer": status.HTTP_403_FORBIDDEN,
    "not_your_record": status.HTTP_403_FORBIDDEN,
    "not_an_owner": status.HTTP_403_FORBIDDEN,
    "not_their_mentor": status.HTTP_403_FORBIDDEN,
    "not_your_scale": status.HTTP_403_FORBIDDEN,
    "log_in_again": status.HTTP_403_FORBIDDEN,
}

# The code of an error that is of no rule of the domain.
CODES = {400: "bad_request", 403: "permission_denied", 404: "not_found", 500: "error"}

TITLES = {
    400: gettext_lazy("The request is not valid"),
    401: gettext_lazy("Log in first"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Method not allowed"),
    406: gettext_lazy("Not acceptable"),
    409: gettext_lazy("Not possible in the present state"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Media type not supported"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("An error on our side"),
    503: gettext_lazy("Busy; try again"),
}


class FilterBackend(DjangoFilterBackend):
    """Refuse a filter that would do nothing, or be read in part: its sender would trust the list."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: APIView) -> QuerySet:
        if not request.query_params:
            return queryset
        filterset = self.get_filterset_class(view, queryset)
        filters = filterset.get_filters() if filterset else {}
        faults = {}
        for name, kind in filters.items():
            value = request.query_params.get(name)
            if value == "":
                faults[name] = _("Give a value, or leave the filter out.")
            elif value and isinstance(kind, BooleanFilter) and value.lower() not in ("true", "false"):
                faults[name] = _("Write true or false.")
            elif value and isinstance(kind, UUIDFilter) and not UUID_TEXT.fullmatch(value):
                faults[name] = NO_UUID
        single = {name for name, kind in filters.items() if not isinstance(kind, MultipleChoiceFilter)}
        for name, values in request.query_params.lists():
            if len(values) > 1 and name in {*single, *PAGE_PARAMETERS, "search", FORMAT}:
                faults[name] = _("Give it once: only one value counts.")
        if not getattr(view, "detail", False):
            faults |= self._unknown(request, view, list(filters))
        if faults:
            raise exceptions.ValidationError(faults)
        return super().filter_queryset(request, queryset, view)

    def _unknown(self, request: Request, view: Any, filters: list[str]) -> dict[str, str]:
        """Return a fault for each parameter that the list does not have, ten at most."""
        search = ["search"] if getattr(view, "search_fields", None) else []
        known = filters + search + PAGE_PARAMETERS
        taken = {*known, FORMAT}
        unknown = [name for name in request.query_params if name not in taken][:FAULTS_MAX]
        return {
            shortened(name): _("There is no parameter “%(name)s”. Parameters: %(known)s.")
            % {"name": shortened(name), "known": ", ".join(known)}
            for name in unknown
        }


class SearchBackend(SearchFilter):
    """A search by a few words: each costs a condition for each field."""

    def get_search_terms(self, request: Request) -> list[str]:
        if len(request.query_params.get(self.search_param, "")) > SEARCH_MAX:
            raise exceptions.ValidationError(
                {
                    self.search_param: _("The search is too long. Write at most %(number)s characters.")
                    % {"number": SEARCH_MAX}
                }
            )
        return super().get_search_terms(request)


class ProblemField(serializers.Serializer):
    """One fault of the input."""

    field = serializers.CharField(help_text="The field's name; dots lead into nested objects.", required=False)
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """An error (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="For programs; the same fact always has the same code.")
    errors = ProblemField(many=True, required=False)
    missing = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()),
        required=False,
        help_text="Of a help request that is too vague: each part with its problem and a better sentence.",
    )
    correction = serializers.IntegerField(
        required=False, help_text="Of a help request that was corrected since it was read: the last correction."
    )
    changes = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()),
        required=False,
        help_text="Of such a help request: each field with the words before and after.",
    )


def problem(status_code: int, code: str, detail: str, errors: list[dict[str, Any]] | None = None) -> dict:
    """Return the body of an error (RFC 9457). ``errors`` lists faults of the input."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status_code, "Error"),
        "status": status_code,
        "detail": detail,
        "code": code,
    }
    if errors:
        body["errors"] = errors
    return body


class ProblemFormatter(ExceptionFormatter):
    def format_error_response(self, error_response: ErrorResponse) -> dict:
        errors = error_response.errors
        first = errors[0]
        if not isinstance(self.exc, exceptions.ValidationError):
            members = self.exc.members if isinstance(self.exc, Refused) else {}
            return problem(self.exc.status_code, first.code, first.detail) | members
        faults = []
        for error in errors:
            field = (error.attr or "").removesuffix("non_field_errors").removesuffix(".")
            # Some details repeat the input, which may be long.
            detail = Truncator(error.detail).chars(DETAIL_MAX)
            faults.append({"code": error.code, "detail": detail} | ({"field": field} if field else {}))
        return problem(400, "invalid", _("Correct the fields listed in errors and send it again."), faults)


BUSY = gettext_lazy("Somebody else is changing the same thing. Nothing was changed; try again in a moment.")


def is_busy(error: Exception) -> bool:
    """Return whether another try may succeed: a lock timed out, or two requests did the same thing at once."""
    if isinstance(error, Collision):
        return True
    return isinstance(error, OperationalError) and isinstance(
        error.__cause__, LockNotAvailable | QueryCanceled | DeadlockDetected
    )


class Refused(exceptions.APIException):
    """A refusal of the domain as an HTTP error."""

    def __init__(self, status_code: int, code: str, detail: str, members: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail=detail, code=code)
        self.status_code = status_code
        self.members = dict(members or {})


class ProblemHandler(ExceptionHandler):
    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, Refusal):
            status_code = REFUSAL_STATUS.get(exc.code, status.HTTP_409_CONFLICT)
            return Refused(status_code, exc.code, exc.detail, exc.members)
        if isinstance(exc, RequestDataTooBig):
            return Refused(413, "too_large", _("The body is larger than 1 MB. Send less."))
        if isinstance(exc, RecursionError):
            return exceptions.ParseError(_("The JSON is nested too deeply."))
        if is_busy(exc):
            return Refused(503, "busy", BUSY)
        return super().convert_known_exceptions(exc)

    def get_response(self, exc: exceptions.APIException, data: dict) -> Response:
        response = super().get_response(exc, data)
        response.content_type = PROBLEM
        return response


def exception_handler(exc: Exception, context: Any) -> Response | None:
    return ProblemHandler(exc, context).run()


def problem_response(status_code: int, code: str, detail: str) -> JsonResponse:
    """Return an error outside of DRF, for paths that no DRF view answers."""
    return JsonResponse(problem(status_code, code, detail), status=status_code, content_type=PROBLEM)


def wants_problem(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/_allauth/"))
