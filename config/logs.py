"""Log lines hold ids, never people, and no link that works."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence

import psycopg
from django.urls import URLPattern, URLResolver

# Parameters of routes that let their holder act for somebody: links in mails, and allauth's resets of a password.
SECRETS = ("token", "key", "uidb36")
SECRET = re.compile(rf"\(\?P<({'|'.join(SECRETS)})>")
# Access tokens, and secrets of webhooks.
TEXTS = re.compile(r"(mentorship_pat_|whsec_)[\w+/=-]+")
# A path within an address, as in "?next=%2Fjoin%2Fkey%2F", is escaped.
SLASH = "(?:/|%2[fF])"
NAMED_GROUP = re.compile(r"\(\?P<\w+>")


class CutSecrets(logging.Formatter):
    """Cuts secrets out of paths and texts, and rows of people out of errors of the database, also in tracebacks.

    A reader of the log must not be able to answer for a mentor.
    """

    # The URLconf sets this. A process that has not loaded it has received no path, and has made no link.
    secret_paths: re.Pattern[str] | None = None

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for detail in details_of(record.exc_info[1] if record.exc_info else None):
            # Celery repeats the error in its line, as `repr` shows it.
            line = line.replace(detail, "...").replace(repr(detail)[1:-1], "...")
        line = TEXTS.sub(r"\1...", line)
        return self.secret_paths.sub(r"\1...", line) if self.secret_paths else line


def details_of(error: BaseException | None) -> Iterator[str]:
    """Yield the details of the errors of the database behind ``error``. They quote values, or the whole row."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, psycopg.Error) and error.diag.message_detail:
            yield error.diag.message_detail
        error = error.__cause__ or error.__context__


def cut_secrets_of(urlpatterns: Sequence[URLPattern | URLResolver]) -> None:
    """Cut the secrets of these routes from log lines from now on."""
    starts = "|".join(_starts(urlpatterns)).replace("/", SLASH)
    secret = rf"(?:(?!{SLASH})\S)+"
    CutSecrets.secret_paths = re.compile(rf"({SLASH}(?:{starts})){secret}") if starts else None


def _starts(entries: Sequence[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Yield a regular expression for each route with a secret: its path up to the first one."""
    for entry in entries:
        route = before + entry.pattern.regex.pattern.removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from _starts(entry.url_patterns, route)
        elif secret := SECRET.search(route):
            yield NAMED_GROUP.sub("(?:", route[: secret.start()])
