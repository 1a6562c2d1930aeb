"""Files of strangers: only https and public servers, few redirects, limits of size and time."""

from __future__ import annotations

import time

import pytest

from accounts import fetch as module
from accounts.fetch import CannotFetch, checked, fetch, is_public
from accounts.models import BusyCalendar
from tests.accounts.feeds import CALENDAR, feed_server


def failure(address: str) -> str:
    """Return the code with which ``address`` is refused. Each code has a sentence."""
    with pytest.raises(CannotFetch) as caught:
        fetch(address)
    assert BusyCalendar.Failure(caught.value.code).label
    return caught.value.code


def test_a_file_is_read(feeds):
    assert fetch(feeds.serve()) == CALENDAR


def test_webcal_stands_for_https(feeds):
    assert fetch(feeds.serve().replace("https://", "webcal://")) == CALENDAR


def test_the_question_after_the_path_is_sent(feeds):
    feeds.serve(path="/a.ics?key=1")

    assert fetch(feeds.address("/a.ics?key=1#part")) == CALENDAR


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://example.org/a.ics", "no_https"),
        ("file:///etc/passwd", "no_https"),
        ("ftp://example.org/a.ics", "no_https"),
        ("example.org/a.ics", "no_https"),
        ("", "no_https"),
        ("https://", "no_server"),
        ("https:///a.ics", "no_server"),
        ("https://example.org/a b", "no_server"),
        ("https://example.org/a\r\nHost: other", "no_server"),
        ("https://exämple.org/", "no_server"),
        ("https://example.org:99999/", "no_server"),
        ("https://[::1", "no_server"),
        ("https://name:word@example.org/a.ics", "not_public"),
        ("https://example.org:6379/", "not_public"),
    ],
)
def test_an_address_of_another_kind_is_refused_before_it_is_asked(address, code):
    with pytest.raises(CannotFetch, match=code):
        checked(address)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104
        *("224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "[::1]", "[::]", "[fe80::1]", "[fc00::1]"),
        *("[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[2002:7f00:1::]", "[64:ff9b::7f00:1]", "[ff02::1]", "[fec0::1]"),
        *("2130706433", "0x7f000001", "127.1", "localhost"),
    ],
)
def test_a_server_that_is_not_public_is_not_asked(host):
    assert failure(f"https://{host}/a.ics") == "not_public"


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_servers_of_the_internet_are_public(address):
    assert is_public(address)


def test_a_name_with_one_private_address_is_not_asked(feeds, monkeypatch):
    rows = [(2, 1, 6, "", (address, 443)) for address in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: rows)

    assert failure("https://both.example.org/a.ics") == "not_public"


def test_a_name_is_resolved_once(feeds, monkeypatch):
    """A second answer could lead to another machine."""
    answers = iter([[(2, 1, 6, "", ("127.0.0.1", feeds.port))]])
    resolve = module.socket.getaddrinfo
    monkeypatch.setattr(
        "socket.getaddrinfo",
        lambda host, *args, **kwargs: next(answers) if host == "once.example.org" else resolve(host, *args, **kwargs),
    )

    # The certificate is for another name, so the server was reached and not trusted.
    assert failure(f"https://once.example.org:{feeds.port}/a.ics") == "no_trust"


def test_a_certificate_for_another_address_is_not_trusted(tmp_path, monkeypatch, settings):
    settings.FETCH_FROM_THIS_MACHINE = True
    with feed_server(tmp_path, name="127.0.0.2") as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))

        assert failure(server.serve()) == "no_trust"


def test_a_certificate_of_an_unknown_authority_is_not_trusted(feeds, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")

    assert failure(feeds.serve()) == "no_trust"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(status, feeds):
    feeds.serve(b"", path="/old.ics", status=status, Location=feeds.serve())

    assert fetch(feeds.address("/old.ics")) == CALENDAR


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://127.0.0.1/a.ics", "no_https"),
        ("https://169.254.169.254/latest/meta-data/", "not_public"),
        ("https://[::1]/a.ics", "not_public"),
        ("file:///etc/passwd", "no_https"),
        ("/old.ics", "redirects"),
    ],
)
def test_a_redirect_is_judged_as_the_first_address(location, code, feeds):
    feeds.serve(b"", path="/old.ics", status=302, Location=location)

    assert failure(feeds.address("/old.ics")) == code


def test_five_redirects_are_followed_and_six_are_not(feeds):
    for number in range(6):
        feeds.serve(b"", path=f"/{number}", status=302, Location=f"/{number + 1}")
    feeds.serve(path="/6")

    assert fetch(feeds.address("/1")) == CALENDAR
    assert failure(feeds.address("/0")) == "redirects"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "no_access"),
        (403, "no_access"),
        (404, "no_access"),
        (410, "no_access"),
        (500, "no_content"),
        (204, "no_content"),
    ],
)
def test_an_answer_without_a_file_is_told(status, code, feeds):
    assert failure(feeds.serve(b"", status=status)) == code


@pytest.mark.parametrize("content", [b"<!DOCTYPE html><p>Log in", b"\xef\xbb\xbf\r\n <HTML>", b"<!doctype HTML>"])
def test_a_web_page_is_told(content, feeds):
    assert failure(feeds.serve(content)) == "web_page"
    assert failure(feeds.serve(Content_Type="text/html; charset=utf-8")) == "web_page"


def test_a_packed_answer_is_not_unpacked(feeds):
    assert failure(feeds.serve(Content_Encoding="gzip")) == "no_content"


def test_a_file_of_more_than_5_mb_is_not_read(feeds):
    assert failure(feeds.serve(Content_Length="5000001")) == "too_big"


def test_a_file_without_an_end_is_cut_at_5_mb(feeds):
    def endless(handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(200):
            handler.wfile.write(b"x" * 100_000)

    feeds.answers["/endless"] = endless

    assert failure(feeds.address("/endless")) == "too_big"


def test_a_file_that_breaks_off_is_not_taken_for_whole(feeds):
    assert failure(feeds.serve(Content_Length=str(len(CALENDAR) + 100))) == "no_server"


@pytest.mark.parametrize("part", ["headers", "content"])
def test_a_server_that_sends_a_byte_now_and_then_is_cut_off(part, feeds, monkeypatch):
    monkeypatch.setattr(module, "SECONDS_MAX", 0.6)

    def slow(handler) -> None:
        if part == "content":
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.1)

    feeds.answers["/slow"] = slow
    began = time.monotonic()

    assert failure(feeds.address("/slow")) == "too_slow"
    assert time.monotonic() - began < 3


def test_a_server_that_never_answers_is_given_up(taken_port, settings, monkeypatch):
    settings.FETCH_FROM_THIS_MACHINE = True
    monkeypatch.setattr(module, "SECONDS_MAX", 0.5)

    assert failure(f"https://127.0.0.1:{taken_port}/") == "too_slow"


def test_a_port_without_a_server_is_told(settings):
    settings.FETCH_FROM_THIS_MACHINE = True

    assert failure("https://127.0.0.1:1/") == "no_server"
