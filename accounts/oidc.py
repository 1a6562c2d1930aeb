"""OpenID Connect: what a provider says of itself, and the check of what it says of a person.

OpenID Connect Core 1.0, section 3.1.3.7, and OpenID Connect Discovery 1.0, section 4.3. Providers are reached as all
addresses that somebody typed: by https, and on public servers only (accounts/fetch.py).
"""

from __future__ import annotations

import time
from contextlib import suppress
from http.client import HTTPException
from typing import Any, cast

import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, import_key
from requests.adapters import BaseAdapter

from accounts.fetch import BYTES_MAX, CannotFetch, checked, connection_to

WELL_KNOWN = "/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
# For one answer, from the look-up of the name to its end. Somebody waits for the page.
SECONDS_MAX = 5.0
# The clocks of two servers differ by so much at most.
LEEWAY = 60  # seconds
# Those with a public key. With another one, whoever knows the secret or the public key could sign.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
SUBJECT_MAX = 191


class AnswerNotTrusted(OAuth2Error):
    """The provider, or somebody in its name, gave an answer that does not hold. The message says which check failed."""


class GuardedTransport(BaseAdapter):
    """Carries requests through the guarded connection. Redirects are not followed: an endpoint has one address."""

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Return the answer, BYTES_MAX at most, within SECONDS_MAX. Raises requests.ConnectionError."""
        try:
            parts = checked(str(request.url))
            connection = connection_to(parts, time.monotonic() + SECONDS_MAX)
        except CannotFetch as error:
            raise requests.ConnectionError(error.code) from error
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            body = cast(bytes | None, request.body)
            connection.request(str(request.method), path, body=body, headers=dict(request.headers))
            with connection.getresponse() as answer:
                content = answer.read(BYTES_MAX + 1)
                headers = {"Content-Type": ""} | dict(answer.headers.items())
                status = answer.status
        except (CannotFetch, OSError, HTTPException, ValueError) as error:
            raise requests.ConnectionError(type(error).__name__) from error
        finally:
            connection.finish()
        if len(content) > BYTES_MAX or status in (301, 302, 303, 307, 308):
            raise requests.ConnectionError("too_big" if len(content) > BYTES_MAX else "redirects")
        response = requests.Response()
        response.status_code, response.url, response.request = status, str(request.url), request
        response.headers.update(headers)
        response._content = content
        return response

    def close(self) -> None:
        """Do nothing: each request has its own connection."""


def guarded_session() -> requests.Session:
    """Return a session whose requests reach public servers only. The environment names it no proxy and no password."""
    session = requests.Session()
    session.trust_env = False
    session.headers["Accept-Encoding"] = "identity"
    session.adapters.clear()
    session.mount("", GuardedTransport())
    return session


def discover(issuer: str) -> dict[str, Any]:
    """Return what the provider at ``issuer`` says of itself. Raises RequestException, AnswerNotTrusted."""
    with guarded_session() as session:
        found = _json(session.get(issuer.rstrip("/") + WELL_KNOWN))
    if found.get("issuer") != issuer:
        raise AnswerNotTrusted("issuer")
    for name in ENDPOINTS:
        if not str(found.get(name, "")).startswith("https://"):
            raise AnswerNotTrusted(name)
    return found


def claims_of(id_token: str, *, about: dict[str, Any], client_id: str, nonce: str) -> dict[str, Any]:
    """Return what a signed ``id_token`` says of a person. ``about`` is what ``discover`` returned.

    Raises RequestException. Raises AnswerNotTrusted if the token is of another provider, for another site or another
    login, or old.
    """
    with guarded_session() as session:
        keys = _keys(_json(session.get(about["jwks_uri"])))
    rules = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": about["issuer"]},
        aud={"essential": True, "value": client_id},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        claims = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
        rules.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise AnswerNotTrusted(type(error).__name__) from error
    if claims.get("azp", client_id) != client_id:
        raise AnswerNotTrusted("azp")
    if not isinstance(claims["sub"], str) or len(claims["sub"]) > SUBJECT_MAX or "\0" in claims["sub"]:
        raise AnswerNotTrusted("sub")
    return claims


def person_of(access_token: str, *, about: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    """Return ``claims`` with what the provider says of the same person when asked: many name the address only there.

    Raises RequestException, AnswerNotTrusted.
    """
    headers = {"Authorization": "Bearer " + access_token}
    with guarded_session() as session:
        said = _json(session.get(about["userinfo_endpoint"], headers=headers))
    if said.get("sub") != claims["sub"]:
        raise AnswerNotTrusted("sub")
    return said | claims


def _json(response: requests.Response) -> dict[str, Any]:
    response.raise_for_status()
    found = response.json()
    if not isinstance(found, dict):
        raise AnswerNotTrusted("json")
    return found


def _keys(published: dict[str, Any]) -> KeySet:
    """Return the published keys. Those of a kind that nobody here knows are left out."""
    keys: list[Key] = []
    for key in published.get("keys") or []:
        with suppress(JoseError, ValueError, TypeError, KeyError):
            keys.append(import_key(key))
    return KeySet(keys)
