"""Codes, switches and numbers in the API: only what is in use, and only of the right type."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from rest_framework import serializers

import accounts.serializers
import matching.serializers
import mentorship.serializers
from accounts.fields import COUNTRY_CODES, CURRENCY_CODES, FlagField, NumberField, TextField
from accounts.forms import SignUpForm
from accounts.models import Profile
from accounts.models.profile import TIMEZONES, understood


def all_serializers() -> list[type[serializers.Serializer]]:
    for package in (accounts.serializers, mentorship.serializers, matching.serializers):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found, classes = [], [serializers.Serializer]
    while classes:
        below = classes.pop().__subclasses__()
        classes += below
        found += [
            c
            for c in below
            if c.__module__.split(".")[1] == "serializers" and c.__module__.split(".")[0] != "rest_framework"
        ]
    return found


@pytest.mark.django_db
def test_no_serializer_reads_a_number_or_a_switch_loosely(subtests):
    for serializer in all_serializers():
        with subtests.test(serializer.__name__):
            loose = [
                name
                for name, field in serializer().fields.items()
                if not field.read_only
                and isinstance(field, serializers.BooleanField | serializers.IntegerField)
                and not isinstance(field, FlagField | NumberField)
            ]

            assert loose == []


def test_a_switch_is_true_or_false(subtests):
    for value in ["yes", "true", "false", 1, 0, 1.0, "", [], {}, "on"]:
        with subtests.test(value=value), pytest.raises(serializers.ValidationError):
            FlagField().run_validation(value)


def test_a_number_is_a_whole_number(subtests):
    for value in ["3", 3.0, True, False, "", [], {}, "1e2", " 3 "]:
        with subtests.test(value=value), pytest.raises(serializers.ValidationError):
            NumberField().run_validation(value)


def test_null_is_accepted_if_a_field_allows_it():
    assert FlagField(allow_null=True).run_validation(None) is None
    assert NumberField(allow_null=True).run_validation(None) is None


def test_a_currency_that_nobody_pays_with_is_unknown(subtests):
    for code in ["DEM", "XXX", "XAU", "XTS", "HRK", "BGN", "CHE", "USN", "ANG", "ZWL", "BOV", "eur", ""]:
        with subtests.test(code=code):
            assert code not in CURRENCY_CODES


def test_a_currency_in_use_is_known(subtests):
    for code in ["EUR", "VND", "XOF", "XAF", "XPF", "XCD", "XCG", "SLE", "VES", "BYN", "TWD", "INR"]:
        with subtests.test(code=code):
            assert code in CURRENCY_CODES


def test_kosovo_is_a_country():
    assert "XK" in COUNTRY_CODES


def test_a_zone_that_is_no_place_is_refused(subtests):
    for name in ["localtime", "Factory", "posixrules", "right/UTC", "posix/UTC", "europe/berlin", ""]:
        with subtests.test(name=name):
            assert name not in TIMEZONES


def test_a_zone_is_accepted(subtests):
    for name in ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Etc/GMT+5"]:
        with subtests.test(name=name):
            assert name in TIMEZONES


def test_a_stored_zone_that_is_unknown_here_answers_with_utc_and_is_logged(caplog):
    profile = Profile(pk=7, timezone="Mars/Olympus")

    assert str(profile.zone) == "UTC"
    assert "profile 7" in caplog.text


@pytest.mark.parametrize("group", [["no", "nb", "nn"], ["sr", "hr", "bs"]])
def test_languages_that_count_as_one(group):
    for code in group:
        assert understood([code]).issuperset(group)
    assert understood(["de", "cs"]) == {"de", "cs"}


@pytest.mark.django_db
def test_only_a_tick_accepts_the_rules(subtests):
    for value, ticked in [("no", False), ("0", False), (1, False), ("on", True), (True, True)]:
        with subtests.test(value=value):
            form = SignUpForm({"name": "Anna", "roles": ["mentee"], "accept_rules": value})

            assert ("accept_rules" not in form.errors) == ticked


@pytest.mark.parametrize("text", ["\u200b", " \u200b\u2060 ", "\u202e\u2028", "\ufeff", "\x00"])
def test_a_required_text_has_something_to_see(text):
    with pytest.raises(serializers.ValidationError) as refused:
        TextField().run_validation(text)

    assert refused.value.get_codes() == ["blank"]


def test_joiners_between_visible_characters_are_kept():
    assert TextField().run_validation("\U0001f3f3\ufe0f\u200d\U0001f308") == "\U0001f3f3\ufe0f\u200d\U0001f308"
