"""An identity provider on this machine, for tests: a real server of OpenID Connect, behind TLS.

The server is `oidc-provider-mock`, which is built on Authlib. It does not ask for PKCE, so this module does.
"""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import flask
import oidc_provider_mock
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from flask import Response
from werkzeug.serving import make_server

from tests.accounts.feeds import write_certificate

DOMAIN = "works.example.org"
EMAIL = f"nora@{DOMAIN}"


class ProviderServer:
    """``answers`` replaces the answer of a path. ``asked`` has the path of each request of the site."""

    def __init__(self) -> None:
        self.app = oidc_provider_mock.app()
        self.issuer = ""
        self.asked: list[str] = []
        self.answers: dict[str, Callable[[Response], Response]] = {}
        self._challenges: set[str] = set()
        self.app.before_request(self._check)
        self.app.after_request(self._change)

    def _check(self) -> Response | None:
        self.asked.append(flask.request.path)
        if flask.request.path == "/oauth2/token":
            digest = hashlib.sha256(flask.request.form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() not in self._challenges:
                return Response("{}", 400, content_type="application/json")
        return None

    def _change(self, response: Response) -> Response:
        change = self.answers.get(flask.request.path)
        return change(response) if change else response

    def know(self, sub: str, **claims: Any) -> None:
        """Let somebody have a login here, with ``claims``."""
        self.app.test_client().put(f"/users/{sub}", json=claims, base_url=self.issuer)

    def trust(self, address: str) -> None:
        """Remember the challenge of a login that begins at ``address`` (PKCE)."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert query["code_challenge_method"] == "S256"
        self._challenges.add(query["code_challenge"])

    def log_in(self, address: str, sub: str, **changes: str) -> str:
        """Log in on the page at ``address``, as a browser does. Return the address that this leads to.

        ``changes`` are those of the parameters of the page.
        """
        self.trust(address)
        parts = urlsplit(address)
        query = dict(parse_qsl(parts.query)) | changes
        page = f"{parts.path}?{urlencode(query)}"
        return self.app.test_client().post(page, data={"sub": sub}, base_url=self.issuer).headers["Location"]


@contextmanager
def provider_server(directory: Path) -> Iterator[ProviderServer]:
    """Run a provider. Its certificate is in ``directory`` as trusted.pem."""
    pem = str(write_certificate(directory))
    provider = ProviderServer()
    server = make_server("127.0.0.1", 0, provider.app, threaded=True, ssl_context=(pem, pem))
    server.daemon_threads = True
    provider.issuer = f"https://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def address_on(page: HttpResponse) -> str:
    """Return the address of the provider to which a page leads."""
    return unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())[1])


def begin(client: Client, slug: str, **form: str) -> str:
    """Press the button of a provider on the login page. Return the address that it leads to."""
    return address_on(client.post(reverse("openid_connect_login", kwargs={"provider_id": slug}), form))


def come_back(client: Client, address: str) -> HttpResponse:
    """Open the page that the provider leads back to, and all that it leads to."""
    return client.get(address.removeprefix("http://testserver"), follow=True)


def log_in(client: Client, server: ProviderServer, slug: str, *, sub: str = "nora", **changes: str) -> HttpResponse:
    """Log in by a provider, from the button to the page at the end."""
    return come_back(client, server.log_in(begin(client, slug), sub, **changes))


def said(page) -> str:
    """Return the sentences at the top of a page."""
    return " ".join(re.findall(r'role="status">(.*?)</p>', page.content.decode()))
