"""The limits of matching are numbers from the environment. One that is too small stops the start with a sentence."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings import at_least

MINIMUM = {
    "OPEN_REQUESTS_MAX": 1,
    "ASKED_MAX": 1,
    "INBOX_PER_FREE_PLACE": 1,
    "RESPONSE_DAYS": 1,
    "SILENCE_MAX": 0,
    "STILL_LOOKING_DAYS": 1,
    "STILL_LOOKING_GRACE_DAYS": 1,
}


def start(**environment: str) -> str:
    """Return the stderr of a process that loads the settings."""
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


@pytest.mark.parametrize("name", MINIMUM)
def test_a_number_below_the_minimum_stops_the_start_with_a_sentence(name):
    value = MINIMUM[name] - 1

    assert f"{name} is {value}. Set it to {MINIMUM[name]} or more" in start(**{name: str(value)})


def test_the_minimum_of_each_is_accepted():
    assert start(**{name: str(value) for name, value in MINIMUM.items()}) == ""


def test_at_least_returns_a_number_from_the_minimum_on():
    assert at_least(1, 1, "ASKED_MAX") == 1
    with pytest.raises(ImproperlyConfigured, match="ASKED_MAX"):
        at_least(1, 0, "ASKED_MAX")
