"""Numbers of the API have two decimals at most."""

from __future__ import annotations

import json

import pytest

from config.rendering import Renderer
from matching.models import Match
from tests.factories import GoalFactory, HelpRequestFactory, MatchFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

NOISE = 1.9999999999999996


def floats(data) -> list[float]:
    """Return all floats inside of ``data``."""
    if isinstance(data, float):
        return [data]
    if isinstance(data, dict):
        data = list(data.values())
    return [found for item in data for found in floats(item)] if isinstance(data, list) else []


def test_points_of_a_match_have_two_decimals(api, alice):
    criterion = {"score": 2 / 3, "weight": 17.333333333333332, "points": 12, "assumed": False}
    match = MatchFactory(help_request__mentee=alice)
    Match.objects.update(load_cost=NOISE, silence_cost=0.1 + 0.2, interest_bonus=-1e-12, criteria={"field": criterion})

    [shown] = api(alice).get("/api/v1/matches/").json()["results"]

    assert (shown["load_cost"], shown["silence_cost"], shown["interest_bonus"]) == (2.0, 0.3, 0.0)
    assert shown["criteria"] == {"field": criterion | {"score": 0.67, "weight": 17.33}}
    assert api(alice).get(f"/api/v1/matches/{match.uuid}/").json() == shown


def test_previews_and_explanations_have_two_decimals(api, alice, bob):
    draft = HelpRequestFactory(mentee=alice, goal=GoalFactory(mentee=alice), status="draft")
    body = {name: getattr(draft, name) for name in ("situation", "gap", "ask", "needs", "format", "minutes")}
    body |= {"goal": str(draft.goal.uuid), "session_kind": draft.session_kind.code}

    preview = api(alice).post("/api/v1/help-requests/preview/", body).json()
    why_not = api(alice).get(f"/api/v1/help-requests/{draft.uuid}/why-not/{bob.mentor.uuid}/").json()

    for number in floats(preview) + floats(why_not):
        assert number == round(number, 2)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (NOISE, "2.0"),
        (-0.001, "0.0"),
        (0.005, "0.01"),
        (12, "12"),
        (1e20, "1e+20"),
        (True, "true"),
        ("1.005", '"1.005"'),
    ],
)
def test_a_number_is_written(number, written):
    assert Renderer().render(number).decode() == written
    assert json.loads(Renderer().render({"a": [{"b": (number,)}]})) == {"a": [{"b": [json.loads(written)]}]}
