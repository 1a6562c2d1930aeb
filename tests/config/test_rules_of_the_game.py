"""The rules of the game are numbers from the environment; one that makes no sense stops the start, with a sentence."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings import at_least

LEAST = {
    "OPEN_REQUESTS_MAX": 1,
    "ASKED_MAX": 1,
    "INBOX_PER_FREE_PLACE": 1,
    "RESPONSE_DAYS": 1,
    "SILENCE_MAX": 0,
    "STILL_LOOKING_DAYS": 1,
    "STILL_LOOKING_GRACE_DAYS": 1,
}


def start(**environment: str) -> str:
    """Return what is written to stderr when the settings are read."""
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


@pytest.mark.parametrize("name", LEAST)
def test_a_number_below_the_least_stops_the_start_with_a_sentence(name):
    value = LEAST[name] - 1

    assert f"{name} is {value}. Set it to {LEAST[name]} or more" in start(**{name: str(value)})


def test_the_least_of_each_is_fine():
    assert start(**{name: str(value) for name, value in LEAST.items()}) == ""


def test_at_least_returns_what_is_enough():
    assert at_least(1, 1, "ASKED_MAX") == 1
    with pytest.raises(ImproperlyConfigured, match="ASKED_MAX"):
        at_least(1, 0, "ASKED_MAX")
