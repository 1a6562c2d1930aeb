"""The apps know each other to the right only, also by the names of templates and routes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

# From left to right. An app may name templates and routes of its own, and of the apps to its right.
APPS = ("config", "matching", "mentorship", "accounts")
TEMPLATE = re.compile(r"""["']([\w/-]+\.(?:html|txt))["']""")
# A route is named in a call of Django, in a tag of a template, or as the second argument of a kind of link.
ROUTE = re.compile(
    r"""(?:\b(?:reverse|reverse_lazy|redirect|resolve_url)\(\s*|\{%\s*url\s+|\bPurpose\(\s*["'][\w.]+["'],\s*)"""
    r"""f?["']([\w:{}-]+)["']"""
)
# base.html links every page to the home page, which also shows the API's documentation and the local mailbox of config.
ALLOWED = {("accounts/templates/base.html", "home")}


def templates_of(app: str) -> set[str]:
    folder = Path(settings.BASE_DIR, app, "templates")
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def named_in(app: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield each file of ``app`` with each name that ``pattern`` finds in it."""
    for file in sorted(Path(settings.BASE_DIR, app).rglob("*")):
        if file.suffix in (".py", ".html", ".txt"):
            for name in pattern.findall(file.read_text()):
                yield str(file.relative_to(settings.BASE_DIR)), name


def routes(entries: Sequence[URLPattern | URLResolver], declared_in: str) -> Iterator[tuple[str, str]]:
    """Yield the names of routes, each with its app: that of its view, else the one that declares it."""
    for entry in entries:
        if isinstance(entry, URLResolver):
            module = getattr(entry.urlconf_name, "__name__", declared_in)
            yield from routes(entry.url_patterns, module.partition(".")[0])
        elif entry.name:
            app = entry.callback.__module__.partition(".")[0]
            yield entry.name, app if app in APPS else declared_in


def app_of(route: str) -> str:
    """Return the app of a route. Pages of Django's admin belong to the app of their model."""
    if route.startswith("admin:"):
        return route.removeprefix("admin:").partition("_")[0]
    return dict(routes(get_resolver().url_patterns, "config")).get(route, "config")


@pytest.mark.parametrize("app", APPS)
def test_an_app_names_no_template_of_an_app_to_its_left(app):
    place = APPS.index(app)
    left = {name for other in APPS[:place] for name in templates_of(other)}
    own_and_right = {name for other in APPS[place:] for name in templates_of(other)}

    assert [(file, name) for file, name in named_in(app, TEMPLATE) if name in left - own_and_right] == []


@pytest.mark.parametrize("app", APPS)
def test_an_app_names_no_route_of_an_app_to_its_left(app):
    left = APPS[: APPS.index(app)]

    assert {(file, name) for file, name in named_in(app, ROUTE) if app_of(name) in left} - ALLOWED == set()


@pytest.mark.parametrize(
    ("source", "route"),
    [
        ('reverse("home")', "home"),
        ("reverse_lazy('home', args=[1])", "home"),
        ("{% url 'admin:accounts_user_changelist' %}", "admin:accounts_user_changelist"),
        ('{% url "home" as home %}', "home"),
        ('Purpose("a.b", "come-back", life)', "come-back"),
    ],
)
def test_a_route_is_found_by_its_name(source, route):
    assert ROUTE.findall(source) == [route]


@pytest.mark.parametrize(
    ("route", "app"),
    [
        ("home", "config"),
        ("match-choose", "matching"),
        ("match-list", "matching"),
        ("goal-list", "mentorship"),
        ("rules", "accounts"),
        ("account_login", "allauth"),
        ("admin:matching_match_changelist", "matching"),
    ],
)
def test_a_route_belongs_to_the_app_of_its_view(route, app):
    assert app_of(route) == app
