"""The OpenAPI schema: what drf-spectacular derives, plus the errors every operation can answer with."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema
from rest_framework.permissions import AllowAny

from config.api import PROBLEM, Problem

WRITES = ("POST", "PUT", "PATCH", "DELETE")


class AutoSchema(SpectacularAutoSchema):
    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for code in self._error_codes():
            bodies.setdefault(code, self._get_response_for_code(Problem, code, [PROBLEM], direction))
        return bodies

    def _error_codes(self) -> list[str]:
        codes = ["400", "429"]
        if not any(isinstance(permission, AllowAny) for permission in self.view.get_permissions()):
            codes += ["401", "403"]
        if "{" in self.path or "cursor" in self.path:
            codes.append("404")
        if self.method in WRITES:
            codes += ["409", "413", "415", "503"]
        return sorted([*codes, "404", "406"])
