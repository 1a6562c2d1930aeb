"""A request in a charset that this site does not read is told so."""

from __future__ import annotations

import io

import pytest
from django.test import RequestFactory
from django.urls import reverse

from config.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

CHARSETS = ["rot13", "hex", "base64", "zip", "bz2", "idna", "punycode", "undefined", "utf-7", "no-such"]
FORM = b'--xx\r\nContent-Disposition: form-data; name="do"\r\n\r\nsave\r\n--xx--\r\n'
TYPES = {
    "multipart/form-data; boundary=xx": FORM,
    "application/x-www-form-urlencoded": b"do=save",
    "application/json": b"{}",
    "text/plain": b"x",
}


def send(path: str, kind: str, body: bytes) -> tuple[str, bytes]:
    """Return status and body of the answer of the server that runs in production."""
    environ = RequestFactory().post(path, body, content_type="text/plain").environ
    environ |= {"CONTENT_TYPE": kind, "wsgi.input": io.BytesIO(body)}
    started: list[str] = []
    answer = application(environ, lambda status, headers: started.append(status))
    return started[0], b"".join(answer)


@pytest.mark.parametrize("charset", [*CHARSETS, "*=no-such''%41", "a\x00b"])
def test_an_unknown_charset_is_400_with_a_sentence(charset, subtests):
    for path in (reverse("settings"), reverse("account_login"), "/api/v1/goals/", "/_allauth/app/v1/auth/login"):
        for kind, body in TYPES.items():
            with subtests.test(path=path, kind=kind):
                status, page = send(path, f"{kind}; charset={charset}".replace("=*", "*"), body)

                assert (status, b"charset=utf-8" in page) == ("400 Bad Request", True)
                assert (b"bad_request" in page) == path.startswith(("/api/", "/_allauth/"))


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii", "latin1"])
def test_charsets_of_clients_are_read(charset, client, alice):
    client.force_login(alice)

    answer = client.patch("/api/v1/me/", b'{"headline": "x"}', content_type=f"application/json; charset={charset}")

    assert answer.status_code == 200
