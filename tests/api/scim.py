"""A directory that speaks SCIM, for tests."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.scopes import PROVISION
from accounts.services.tokens import create_token
from tests.factories import UserFactory

USERS = "/scim/v2/Users"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"

_names = itertools.count(1)


def token_of(service: User, *scopes: str) -> str:
    """Return the text of a new token of a service account."""
    given = scopes or (PROVISION,)
    return create_token(user=service, name="SCIM", scopes=given, days=30, by=service, now=timezone.now())[1]


class Directory:
    """The system of an employer, with a service account and its token."""

    def __init__(self, service: User | None = None, *, token: str = "") -> None:
        self.service = service or UserFactory(is_service=True, password="!", name=f"Employer {next(_names)}")
        self.headers = {"Authorization": f"Bearer {token or token_of(self.service)}"}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Return the answer to a request. Its path begins with that of SCIM, or is an address."""
        sent = {} if body is None else {"data": body if isinstance(body, str | bytes) else json.dumps(body)}
        return Client().generic(
            method, path, content_type="application/scim+json", headers=self.headers | headers, **sent
        )

    def post(self, address: str, **attributes: Any) -> Any:
        person = {"schemas": [CORE], "userName": address, "displayName": "Ada Lovelace", "active": True}
        return self.call("POST", USERS, person | attributes)

    def enter(self, address: str = "ada@example.org", **attributes: Any) -> tuple[str, User]:
        """Return the path of a new person, and the person."""
        answer = self.post(address, **attributes)
        assert answer.status_code == 201, answer.content
        return f"{USERS}/{answer.json()['id']}", User.objects.get(directory_entry__uuid=answer.json()["id"])

    def patch(self, path: str, *operations: dict[str, Any]) -> Any:
        return self.call("PATCH", path, {"schemas": [PATCH], "Operations": operations})

    def set(self, path: str, **attributes: Any) -> Any:
        """Replace attributes."""
        return self.patch(path, *({"op": "replace", "path": name, "value": to} for name, to in attributes.items()))

    def found(self, query: str) -> list[str]:
        """Return the user names that a filter finds."""
        answer = Client().get(USERS, {"filter": query}, headers=self.headers)
        assert answer.status_code == 200, answer.content
        return [person["userName"] for person in answer.json()["Resources"]]


def refused(answer: Any) -> tuple[int, str]:
    """Return status and type of an error in the format of SCIM."""
    body = answer.json()
    assert answer["Content-Type"] == "application/scim+json"
    assert (body["schemas"], body["status"], bool(body["detail"])) == ([ERROR], str(answer.status_code), True)
    return answer.status_code, body.get("scimType", "")


def members(people: Iterable[User]) -> list[int]:
    return [person.pk for person in people]
