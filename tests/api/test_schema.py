"""The OpenAPI document is valid, has no warnings, and names every route."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from tests.api.test_access import TABLE


def test_the_schema_is_valid_and_has_no_warnings(tmp_path):
    path = tmp_path / "schema.yml"

    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(path))

    text = path.read_text()
    for route in TABLE:
        path = re.sub(r"<uuid:(.*?)>", r"{\1}", route)
        assert f"/api/v1/{path}:" in text


@pytest.mark.django_db
def test_schema_and_docs_are_404_unless_enabled(client, settings):
    assert settings.SERVE_API_DOCS is False
    assert client.get("/api/v1/schema/").status_code == 404
    assert client.get("/api/v1/docs/").status_code == 404


@pytest.mark.django_db
def test_the_schema_is_drawn_without_a_query(django_assert_num_queries):
    # Tests read the schema while they are collected. A query then would open the pool to another database than theirs.
    with django_assert_num_queries(0):
        SchemaGenerator().get_schema(request=None, public=True)
