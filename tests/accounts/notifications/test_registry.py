"""The registry of messages. Each app sends kinds that it or an app to its right declares."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from accounts.notifications.registry import Group, all_groups, all_kinds, group_of, register

# An app may send its own kinds and those of the apps to its right.
APPS = ("config", "matching", "mentorship", "accounts")


def sent_kinds(app: str) -> Iterator[tuple[str, str]]:
    """Yield file and code of each kind of message that stands as a string in the app's calls and dictionaries."""
    codes = {kind.code for kind in all_kinds()}
    for file in sorted(Path(apps.get_app_config(app).path).rglob("*.py")):
        if "migrations" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call | ast.Dict) and "notification_kinds" not in str(file):
                is_call = isinstance(node, ast.Call)
                arguments = [*node.args, *(keyword.value for keyword in node.keywords)] if is_call else node.values
                for value in (inner for argument in arguments for inner in ast.walk(argument)):
                    if isinstance(value, ast.Constant) and value.value in codes:
                        yield str(file.relative_to(settings.BASE_DIR)), value.value


def declared_in(app: str) -> set[str]:
    return {kind.code for kind in all_kinds() if kind.context.__module__.partition(".")[0] == app}


@pytest.mark.parametrize("app", APPS)
def test_an_app_sends_only_kinds_that_it_or_an_app_to_its_right_declares(app):
    allowed = {code for own in APPS[APPS.index(app) :] for code in declared_in(own)}

    assert {(file, code) for file, code in sent_kinds(app) if code not in allowed} == set()


def test_every_kind_is_sent_by_some_app():
    sent = {code for app in APPS for _, code in sent_kinds(app)}

    assert {kind.code for kind in all_kinds()} - sent - {"digest"} == set()


def test_a_kind_is_registered_once():
    with pytest.raises(ValueError, match="registered twice"):
        register(all_kinds()[0])


def test_a_second_group_with_the_same_code_is_refused():
    another = Group("questions", "about something else")

    with pytest.raises(ValueError, match="two groups"):
        register(type(all_kinds()[0])("new", another, "it is new", all_kinds()[0].context, dict))
    assert group_of("questions") != another


def test_codes_of_groups_are_unique():
    codes = [group.code for group in all_groups()]

    assert len(set(codes)) == len(codes)
