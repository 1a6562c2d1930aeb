"""Secrets in paths stay out of the logs: of every route, from every logger, in nginx as well."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import UUIDConverter

from accounts.links import stop_mails_link
from accounts.models import User
from config.logs import CutSecrets
from matching.links import answer_link
from tests.factories import MatchFactory

SECRETS = {"token": "Secret:One-Two_3", "key": "secret-4", "uidb36": "secret5"}
# A path that no view answers, a part of a profile, a public key, a kind of practice, and a path of SCIM.
NO_SECRETS = {"rest", "name", "thumbprint", "kind", "path"}


def routes(entries: Sequence[URLPattern | URLResolver]) -> Iterator[tuple[str | None, set[str]]]:
    """Yield the name of every route with its parameters, except keys and UUIDs of rows.

    These are no secrets: a view shows a row only to people who may see it.
    """
    for entry in entries:
        if isinstance(entry, URLPattern):
            converters = entry.pattern.converters
            names = entry.pattern.regex.groupindex
            yield entry.name, {name for name in names if not isinstance(converters.get(name), UUIDConverter)}
        elif entry.app_name != "admin":
            yield from routes(entry.url_patterns)


ROUTES = list(routes(get_resolver().url_patterns))
WITH_SECRETS = {name: parameters for name, parameters in ROUTES if parameters & SECRETS.keys()}


def logged(message: str, *args: object, **values: object) -> str:
    return CutSecrets("%(message)s").format(logging.makeLogRecord({"msg": message, "args": args} | values))


def test_every_parameter_of_a_route_is_known_as_secret_or_harmless():
    assert {name for _, parameters in ROUTES for name in parameters} == SECRETS.keys() | NO_SECRETS


@pytest.mark.parametrize("name", WITH_SECRETS)
def test_the_secrets_of_every_route_are_cut_from_log_lines(name):
    path = reverse(name, kwargs={parameter: SECRETS[parameter] for parameter in WITH_SECRETS[name]})

    line = logged("Not Found: %s", path)

    assert [secret for secret in SECRETS.values() if secret in path and secret in line] == []
    assert re.fullmatch(r"Not Found: /[a-z/-]+/\.\.\./", line)


@pytest.mark.django_db
def test_links_that_work_lose_their_token_in_log_lines(alice):
    stop_mails = stop_mails_link(alice, "questions")
    answer = answer_link(MatchFactory(status="asked"))

    assert logged("Conflict: %s", urlsplit(stop_mails).path) == "Conflict: /mails/.../"
    assert logged('"GET %s HTTP/1.1" 200', urlsplit(answer).path) == '"GET /answer/.../ HTTP/1.1" 200'
    assert logged(f"No such host: {stop_mails}, {answer}") == (
        f"No such host: {settings.SITE_URL}/mails/.../, {settings.SITE_URL}/answer/.../"
    )


def test_a_secret_in_the_page_to_come_back_to_is_cut():
    line = logged('"GET %s HTTP/1.1" 200', "/accounts/signup/?next=%2Fjoin%2Fsecret-4%2F&x=1 and ?next=/join/secret-4/")

    assert line == '"GET /accounts/signup/?next=%2Fjoin%2F...%2F&x=1 and ?next=/join/.../ HTTP/1.1" 200'


def test_secrets_are_cut_from_tracebacks():
    path = "/answer/secret-4/"
    try:
        raise ValueError(path)
    except ValueError:
        lines = logged("Internal Server Error: %s", path, exc_info=sys.exc_info()).splitlines()

    assert (lines[0], lines[-1]) == ("Internal Server Error: /answer/.../", "ValueError: /answer/.../")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"name": "Anna\nSecret Name"}, "user_name_is_one_line"),
        ({"email": "bob@example.org"}, "accounts_user_email_key"),
    ],
)
def test_an_error_of_the_database_is_logged_without_the_row(alice, bob, change, constraint):
    bob.email = "bob@example.org"
    bob.save()
    try:
        with transaction.atomic():
            User.objects.filter(pk=alice.pk).update(**change)
    except IntegrityError as error:
        # Celery has the error in the line as well.
        text = logged("A task failed: %r", error, exc_info=sys.exc_info())

    assert [value for value in (alice.email, "bob@example.org", "Secret Name") if value in text] == []
    assert "DETAIL:  ..." in text
    assert constraint in text


def test_other_paths_are_logged_whole():
    line = "Not Found: /api/v1/help-requests/0b6f1d7e-8d0c-4a50-9d5e-000000000001/ and /mails/ and /healthy/"

    assert logged(line) == line


def test_every_handler_of_every_logger_cuts_secrets():
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    handlers = [
        (logger.name, handler)
        for logger in loggers
        for handler in logger.handlers
        if not isinstance(handler, logging.NullHandler) and not type(handler).__module__.startswith("_pytest")
    ]

    assert {name for name, _ in handlers} == {"root", "django.server", "gunicorn.error"}
    assert [name for name, handler in handlers if not isinstance(handler.formatter, CutSecrets)] == []


def test_the_access_log_of_nginx_holds_the_first_part_of_a_path_alone():
    nginx = (settings.BASE_DIR / "config" / "nginx.conf").read_text()
    [line_format] = re.findall(r"log_format without_people ([^;]+);", nginx)
    [area] = re.findall(r'map \$uri \$area \{[^}]*"~\^\(\?<first_part>([^"]+)\)" \$first_part;\s*\}', nginx)

    assert re.findall(r"access_log ([^;]+);", nginx) == ["/dev/stdout without_people"]
    assert set(re.findall(r"\$(\w+)", line_format)) == {
        *("time_iso8601", "status", "request_method", "area"),
        *("body_bytes_sent", "request_time", "upstream_response_time"),
    }
    assert re.match(area, "/answer/secret-4/")[0] == "/answer"
