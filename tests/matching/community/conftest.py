"""The import of a community file."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from tests.matching.community.example import COMMUNITY


@pytest.fixture
def load(tmp_path, capsys):
    """Return a function that loads a community and returns what the command printed."""

    def run(community=COMMUNITY, **options) -> str:
        path = tmp_path / "community.json"
        path.write_text(json.dumps(community))
        call_command("load_community", path, **options)
        return capsys.readouterr().out

    return run
