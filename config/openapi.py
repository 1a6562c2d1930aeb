"""The OpenAPI schema of drf-spectacular, plus the errors that every operation can answer with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema
from drf_spectacular.plumbing import get_lib_doc_excludes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import AllowAny

from accounts.fields import CODES_MAX, BoundedListSerializer, CodesField, PartMixin, StrictMixin
from config import idempotency, versions
from config.api import PROBLEM, Problem

WRITES = ("POST", "PUT", "PATCH", "DELETE")


def docs_for_ourselves() -> list[type]:
    """Return the classes whose docstrings describe no data: readers of the schema do not see them."""
    return [*get_lib_doc_excludes(), StrictMixin, PartMixin]


class SessionTokenScheme(OpenApiAuthenticationExtension):
    target_class = "config.authentication.SessionTokenAuthentication"
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Session-Token",
            "description": "From `meta.session_token` of POST /_allauth/app/v1/auth/login",
        }


class CookieScheme(OpenApiAuthenticationExtension):
    target_class = "config.authentication.CookieAuthentication"
    name = "cookieAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class AccessTokenScheme(OpenApiAuthenticationExtension):
    target_class = "config.authentication.AccessTokenAuthentication"
    name = "accessToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An access token, from /settings/tokens/"}


class AutoSchema(SpectacularAutoSchema):
    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """Add the limit of a list, which drf-spectacular knows of plain lists only."""
        schema = super()._map_serializer_field(field, direction, bypass_extensions)
        if direction == "request" and isinstance(field, CodesField):
            schema["maxItems"] = CODES_MAX
        if direction == "request" and isinstance(field, BoundedListSerializer) and field.max_length:
            schema["maxItems"] = field.max_length
        return schema

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        """Say of an input that unknown fields are refused."""
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        return schema | {"additionalProperties": False} if direction == "request" else schema

    def get_override_parameters(self) -> list[Any]:
        return [*super().get_override_parameters(), *self._conventions()]

    def _conventions(self) -> Iterator[OpenApiParameter]:
        """Yield the header fields of `config/api_views.py`."""
        if self.method == "POST":
            yield OpenApiParameter(
                idempotency.HEADER,
                {"type": "string", "pattern": f"^{idempotency.KEY.pattern}$"},
                OpenApiParameter.HEADER,
                description="The same request with the same key is done once, and answered the same for a day.",
            )
        if versions.is_versioned(self.view) and self.method in WRITES:
            yield OpenApiParameter(
                versions.HEADER,
                str,
                OpenApiParameter.HEADER,
                description="The `ETag` that was read. If the thing changed since, the answer is 412.",
            )
        if versions.is_versioned(self.view) and versions.shows(self.view, self.method):
            yield OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[200])

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for code in self._error_codes():
            bodies.setdefault(code, self._get_response_for_code(Problem, code, [PROBLEM], direction))
        return bodies

    def _error_codes(self) -> list[str]:
        codes = ["400", "404", "406", "429"]
        if not any(isinstance(permission, AllowAny) for permission in self.view.get_permissions()):
            codes += ["401", "403"]
        if self.method in WRITES:
            codes += ["409", "413", "415", "503"]
            codes += ["412"] if versions.is_versioned(self.view) else []
        if self.method == "POST":
            codes += ["422"]
        return sorted(codes)
