"""The cases that must hold: a small community, eight requests, and what a thoughtful person expects of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from matching.models import HelpRequest
from matching.selectors.suggestions import suggestions_for

CASES = Path(__file__).resolve().parent.parent / "cases"
EXPECTED = json.loads((CASES / "expect.json").read_text())

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: expected["request"])
def test_the_expectations_hold(expected):
    call_command("load_community", CASES / "community.json", verbosity=0)
    request = HelpRequest.objects.select_related("goal__kind", "session_kind").get(ref=expected["request"])
    found = suggestions_for(request, now=timezone.now())
    emails = dict(User.objects.values_list("pk", "email"))
    order = [emails[suggestion.mentor_id] for suggestion in found.ranked]
    rules = {emails[out.mentor_id]: out.rules for out in found.ineligible}

    for mentor, rule in expected.get("ineligible", {}).items():
        assert rule in rules[mentor]
    if "first" in expected:
        assert order[0] == expected["first"]
    if "top" in expected:
        assert set(expected["top"]["mentors"]) <= set(order[: expected["top"]["n"]])
    for better, worse in expected.get("above", []):
        assert worse in rules or order.index(better) < order.index(worse)
