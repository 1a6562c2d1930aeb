"""The recruit command."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from tests.factories import NOW
from tests.matching.helpers import waiting

pytestmark = pytest.mark.django_db


def test_it_says_whom_to_look_for_and_which_requests_that_frees(capsys):
    request = waiting(NOW, ref="T1")

    call_command("recruit")

    assert capsys.readouterr().out.splitlines() == [
        "  1. A mentor who works as Data scientist (data science, industry), speaks English and helps for longer with "
        "“Find a job”: frees 1 waiting request.",
        f"       T1  {request.goal}",
    ]


def test_the_number_of_profiles_is_limited(capsys):
    waiting(NOW)
    waiting(NOW, format="one_off")

    call_command("recruit", "--count", "1")

    assert capsys.readouterr().out.count("A mentor who") == 1


def test_it_says_that_nobody_is_wanted(capsys):
    call_command("recruit")

    assert capsys.readouterr().out.startswith("Nobody to recruit: ")


def test_less_than_one_profile_is_refused():
    with pytest.raises(CommandError, match="from 1 on"):
        call_command("recruit", "--count", "0")
