"""Random requests to every operation of the schema, by each role: the answers are as the schema says.

`make test` sends few, the same in every run. `make fuzz` sends many.
"""

from __future__ import annotations

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig

from config.authentication import ExpensiveRateThrottle, MemberRateThrottle, WrongTokens
from tests.api.bodies import address_of, schema
from tests.factories import MentorFactory, UserFactory
from tests.helpers import log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
ROLES = ("visitor", "mentee", "mentor", "admin")
# 400: codes of tables, and rules between two fields, are not in a schema. 412 and 422: random keys and versions.
ALSO_RIGHT = ["2xx", 400, 401, 403, 404, 409, 412, 422]
CHECKS = {"positive_data_acceptance": {"expected-statuses": ALSO_RIGHT}}
described = schemathesis.openapi.from_dict(schema(), config=SchemathesisConfig.from_dict({"checks": CHECKS}))
described.app = get_wsgi_application()
OPERATIONS = {f"{found.ok().method.upper()} {found.ok().path}": found.ok() for found in described.get_all_operations()}


@pytest.fixture
def _no_rate_limit(monkeypatch):
    for limit, scope in ((MemberRateThrottle, "user"), (ExpensiveRateThrottle, "expensive")):
        monkeypatch.setattr(limit, "THROTTLE_RATES", {scope: None})
    # Each operation is asked with wrong tokens as well. This limit counts by itself, so it needs a rate.
    monkeypatch.setattr(WrongTokens, "THROTTLE_RATES", {"wrong_tokens": "1000000/min"})


@pytest.fixture
def _one_connection():
    """Keep the connection of the test, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def person_of(role: str):
    if role == "visitor":
        return None
    if role == "mentee":
        return UserFactory()
    person = MentorFactory().user
    if role == "admin":
        person.give_role("owner")
    return person


def login_of(person) -> dict[str, str]:
    if person is None:
        return {}
    client = Client()
    if person.is_staff:
        log_in_with_second_factor(client, person)
    else:
        client.force_login(person)
    return {"X-Session-Token": client.session.session_key}


@pytest.mark.usefixtures("_no_rate_limit", "_one_connection")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", OPERATIONS)
def test_answers_are_as_the_schema_says(name, role):
    operation = OPERATIONS[name]
    person = person_of(role)
    headers = login_of(person)
    own = None
    if person is not None and hasattr(person, "mentor"):
        own = address_of(operation.path, person).removeprefix("/api/v1/").split("/")

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        derandomize=EXAMPLES < 10,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    def send(case):
        if own and "uuid" in (case.path_parameters or {}):
            case.path_parameters["uuid"] = own[1]
        with transaction.atomic():
            case.call_and_validate(base_url="http://testserver", headers=headers)
            transaction.set_rollback(True)

    send()
