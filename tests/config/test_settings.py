"""Settings from the environment. A limit that is too small, or a wrong address, stops the start with a sentence."""

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


@pytest.mark.parametrize("value", ["team", "Team <team@example.org>", "a@example.org, b@example.org", "@example.org"])
def test_a_contact_address_that_is_none_stops_the_start_with_a_sentence(value):
    assert "CONTACT_EMAIL is no e-mail address." in start(CONTACT_EMAIL=value)


def test_the_contact_address_is_by_default_that_of_the_sender():
    script = "import config.settings as settings; print(settings.CONTACT_EMAIL)"
    environment = os.environ | {"DEFAULT_FROM_EMAIL": "Mentors <mentors@example.org>"}
    environment.pop("CONTACT_EMAIL", None)

    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == "mentors@example.org\n"
