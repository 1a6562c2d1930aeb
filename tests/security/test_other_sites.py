"""Other sites act for nobody: no form of theirs counts, no script of theirs reads, and nothing goes in the clear."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import product

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.api.test_access import METHODS, TABLE
from tests.helpers import log_in_with_second_factor
from tests.pages import LOGIN, PAGES, things_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ELSEWHERE = {"Origin": "https://elsewhere.example.com", "Sec-Fetch-Site": "cross-site"}
NOBODYS = "00000000-0000-4000-8000-000000000000"
PARAMETER = re.compile(r"<(?:(\w+):)?\w+>|\(\?P<\w+>(?:[^()]|\([^()]*\))*\)")


def any_path(route: str) -> str:
    """Return a path of a route, of a thing that is not there."""
    found = PARAMETER.sub(lambda one: {"uuid": NOBODYS, "int": "1"}.get(one[1] or "", "x"), route)
    return "/" + found.replace("\\", "").replace("?", "").removesuffix("$")


@pytest.fixture
def browsers(alice, admin_user) -> list[Client]:
    """A member's and an owner's, which check forms as in production."""
    member, owner = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    member.force_login(alice)
    log_in_with_second_factor(owner, admin_user)
    return [member, owner]


def test_the_api_takes_nothing_from_another_site_with_the_cookie_of_a_person(browsers):
    for client, (route, methods) in product(browsers, TABLE.items()):
        for method in set(methods) & set(METHODS) - {"get"}:
            path = any_path(f"api/v1/{route}")
            answer = getattr(client, method)(path, {}, content_type="application/json", headers=ELSEWHERE)
            assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed"), (method, path)


def test_pages_of_members_take_no_form_of_another_site(browsers, alice, bob):
    things = things_of(alice, bob)
    for route in (route for route, row in PAGES.items() if row[0] == LOGIN):
        for path in things.paths(route):
            answer = browsers[0].post(path, {"do": "save"}, headers=ELSEWHERE)
            assert answer.status_code == 403, path


def views(entries: Sequence[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, Callable]]:
    for entry in entries:
        route = before + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from views(entry.url_patterns, route)
        else:
            yield route, entry.callback


def test_no_other_page_and_no_page_of_the_admin_is_left_out_of_the_check():
    # The API checks by itself, see above. allauth's API for apps and SCIM know no cookie. A mail program has none
    # (RFC 8058). The others answer 404 to everybody.
    by_itself = ("api/v1/", "_allauth/app/", "scim/v2/")

    left_out = {route for route, view in views(get_resolver().url_patterns) if getattr(view, "csrf_exempt", False)}

    others = {route for route in left_out if not route.startswith(by_itself)}
    assert others == {"mails/<str:token>/", "api/<path:rest>", r"_allauth/\w+/v1/(?:account|auth)/phone"}


def test_no_browser_is_told_that_another_site_may_ask(browsers):
    # Answers to GET have no such header either: test_every_page.py looks.
    asks = ELSEWHERE | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "X-Session-Token"}
    for path in ("/", "/accounts/login/", "/_allauth/app/v1/auth/login", *(any_path(f"api/v1/{one}") for one in TABLE)):
        answer = browsers[0].options(path, headers=asks)
        assert [name for name in answer.headers if name.startswith("Access-Control")] == [], path


# --- plain HTTP: this site itself, whatever stands before it ----------------------------------------------------------


@pytest.fixture
def https_site(settings):
    settings.SITE_URL, settings.HTTPS_ONLY, settings.ALLOWED_HOSTS = "https://mentors.example.org", True, ["*"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.usefixtures("https_site")
@pytest.mark.parametrize("path", ["/api/v1/me/", "/_allauth/app/v1/auth/login", "/scim/v2/Users"])
@pytest.mark.parametrize("method", ["get", "post", "options"])
def test_a_program_over_plain_http_is_refused_by_the_site(method, path, client):
    answer = getattr(client, method)(path, headers={"X-Forwarded-Proto": "http"})

    assert (answer.status_code, answer.json()["code"]) == (403, "https_only")
    assert "Location" not in answer


@pytest.mark.usefixtures("https_site")
def test_a_page_over_plain_http_is_redirected_by_the_site_and_a_form_refused(client):
    page = client.get("/accounts/login/?next=/inbox/", headers={"Host": "evil.example.com"})
    form = client.post("/accounts/login/", {"login": "a@example.org", "password": "x"})

    assert (page.status_code, page["Location"]) == (301, "https://mentors.example.org/accounts/login/?next=/inbox/")
    assert (form.status_code, "https" in form.content.decode()) == (403, True)


@pytest.mark.usefixtures("https_site")
def test_https_behind_the_proxy_and_a_check_of_health_from_inside_pass(client):
    page = client.get("/accounts/login/", headers={"X-Forwarded-Proto": "https"})

    assert page.status_code == 200
    assert client.get("/healthy/").status_code in (200, 503)


# --- plain HTTP: the maps of config/nginx.conf, read as nginx reads them ----------------------------------------------


def mapped(name: str, value: str) -> str:
    """Return what the map of nginx for ``$name`` gives for ``value``: an equal entry, else the first that matches."""
    text = (settings.BASE_DIR / "config/nginx.conf").read_text()
    [block] = re.findall(rf"map \S+ \${name} \{{(.*?)\n    \}}", text, re.DOTALL)
    entries = dict(re.findall(r'^\s+"?(.*?)"? (\S+);$', block, re.MULTILINE))
    if value in entries:
        return entries[value]
    patterns = ((key[1:], given) for key, given in entries.items() if key.startswith("~"))
    return next((given for pattern, given in patterns if re.search(pattern, value)), entries["default"]).strip('"')


def answer_of_proxy(method: str, path: str, *, host: str = "mentors.example.org", scheme="http", forwarded="") -> str:
    proto = mapped("proto", f"{scheme}:{forwarded}")
    return mapped("plain_answer", f"{mapped('plain', f'{proto}:{host}')}:{method}:{path}")


@pytest.mark.parametrize("path", ["/api/v1/me/", "/_allauth/app/v1/auth/login", "/scim/v2/Users"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("forwarded", ["", "http", "HTTPS, http"])
def test_the_api_over_plain_http_is_refused_and_not_redirected(method, path, forwarded):
    assert answer_of_proxy(method, path, forwarded=forwarded) == "refuse"


def test_a_page_over_plain_http_is_redirected_and_a_form_refused():
    assert answer_of_proxy("GET", "/accounts/login/") == "redirect"
    assert answer_of_proxy("POST", "/accounts/login/") == "refuse"


@pytest.mark.parametrize(
    "way", [{"scheme": "https"}, {"forwarded": "https"}, {"host": "localhost"}, {"host": "127.0.0.1"}]
)
def test_https_and_a_trial_on_this_machine_pass(way):
    assert answer_of_proxy("POST", "/api/v1/me/", **way) == ""


def test_a_refusal_of_the_proxy_is_a_403():
    text = (settings.BASE_DIR / "config/nginx.conf").read_text()

    assert re.search(r"if \(\$plain_answer = refuse\) \{\s+return 403 ", text)
