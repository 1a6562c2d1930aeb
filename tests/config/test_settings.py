"""Settings from the environment. A limit that is too small, or a wrong address, stops the start with a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ImproperlyConfigured

from config.authentication import MemberRateThrottle
from config.settings import api_rate, at_least, replica, signing_key

MINIMUM = {
    "OPEN_REQUESTS_MAX": 1,
    "ASKED_MAX": 1,
    "INBOX_PER_FREE_PLACE": 1,
    "RESPONSE_DAYS": 1,
    "SILENCE_MAX": 0,
    "STILL_LOOKING_DAYS": 1,
    "STILL_LOOKING_GRACE_DAYS": 1,
    "NUM_PROXIES": 0,
    "DATABASE_POOL_SIZE": 1,
    "HSTS_SECONDS": 0,
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


REPLICA_OF = "postgres://mentorship:a-password@db:5432/mentorship"


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "postgres://",
        "postgres://replica:5432",
        "redis://replica:6379/0",
        "postgres://u:p@replica:port/name",
    ],
)
def test_a_replica_without_an_address_stops_the_start(url):
    assert "DATABASE_REPLICA_URL is no address of a database." in start(
        DATABASE_URL=REPLICA_OF, DATABASE_REPLICA_URL=url
    )


def test_the_primary_as_its_own_replica_stops_the_start():
    same = REPLICA_OF.replace("mentorship:a-password", "reader:another")

    assert "DATABASE_REPLICA_URL is DATABASE_URL." in start(DATABASE_URL=REPLICA_OF, DATABASE_REPLICA_URL=same)


def test_a_replica_on_another_host_is_accepted():
    assert start(DATABASE_URL=REPLICA_OF, DATABASE_REPLICA_URL=REPLICA_OF.replace("@db:", "@db-2:")) == ""


def test_options_in_the_address_of_a_replica_are_its_own():
    options = {"sslmode": "require", "pool": {"max_size": 10}}
    primary = {"ENGINE": "django.db.backends.postgresql", "HOST": "db", "OPTIONS": options}

    found = replica("postgres://u:p@db-2:5432/mentorship?sslmode=verify-full", of=primary)

    assert found["OPTIONS"]["sslmode"] == "verify-full"
    assert found["OPTIONS"]["pool"]["max_size"] == 10


@pytest.mark.parametrize(
    "rate", ["600", "600/", "/min", "0/min", "-1/min", "600/minutes", "600 /min", "many/min", "6.5/s", "600/year"]
)
def test_a_rate_of_the_api_that_cannot_be_read_stops_the_start(rate):
    assert f"API_RATE is {rate!r}. Write how many requests" in start(API_RATE=rate)


@pytest.mark.parametrize("rate", ["600/min", "10/s", "1/day", "5000/hour", "60/m"])
def test_a_rate_that_the_api_can_read_is_accepted(rate):
    assert api_rate(rate) == rate
    assert MemberRateThrottle.parse_rate(MemberRateThrottle.__new__(MemberRateThrottle), rate)[0] > 0


def test_the_mail_sink_is_refused_in_production():
    assert "MAIL_SINK_DIR shows all mail" in start(MAIL_SINK_DIR="mail", DEBUG="0")
    assert start(MAIL_SINK_DIR="mail", DEBUG="1") == ""


@pytest.mark.parametrize("level", ["", "info", "LOUD", "20"])
def test_an_unknown_level_of_the_log_stops_the_start(level):
    assert f"LOG_LEVEL is {level!r}" in start(LOG_LEVEL=level)


def test_at_least_returns_a_number_from_the_minimum_on():
    assert at_least(1, 1, "ASKED_MAX") == 1
    with pytest.raises(ImproperlyConfigured, match="ASKED_MAX"):
        at_least(1, 0, "ASKED_MAX")


@pytest.mark.parametrize("value", ["team", "Team <team@example.org>", "a@example.org, b@example.org", "@example.org"])
def test_an_address_that_is_none_stops_the_start_with_a_sentence(value):
    assert "CONTACT_EMAIL is no e-mail address." in start(CONTACT_EMAIL=value)
    assert "INBOUND_ADDRESS is no e-mail address." in start(INBOUND_ADDRESS=value)


def test_the_contact_address_is_by_default_that_of_the_sender():
    script = "import config.settings as settings; print(settings.CONTACT_EMAIL)"
    environment = os.environ | {"DEFAULT_FROM_EMAIL": "Mentors <mentors@example.org>"}
    environment.pop("CONTACT_EMAIL", None)

    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == "mentors@example.org\n"


def rsa_key(bits: int) -> str:
    key = generate_private_key(public_exponent=65537, key_size=bits)
    return b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()


def test_keys_of_credentials_are_read_in_their_order():
    keys = [rsa_key(2048), rsa_key(2048)]

    assert start(CREDENTIAL_KEYS=",".join(keys)) == ""
    assert signing_key(keys[0]) == b64decode(keys[0])


@pytest.mark.parametrize("key", ["abc", "not base64!", rsa_key(1024), b64encode(b"no key").decode()])
def test_a_key_of_credentials_that_cannot_sign_stops_the_start(key):
    assert "CREDENTIAL_KEYS has a value that is no RSA key of 2048 bits or more" in start(CREDENTIAL_KEYS=key)


def test_a_second_key_that_cannot_sign_stops_the_start_without_showing_it():
    key = rsa_key(2048)

    said = start(CREDENTIAL_KEYS=f"{key},abc")

    assert "CREDENTIAL_KEYS has a value that is no RSA key" in said
    assert key not in said


def test_without_keys_of_credentials_the_site_starts():
    assert start(CREDENTIAL_KEYS="") == ""
