"""The pages at /mail/ show every mail that was sent on this machine, also a malformed one."""

from __future__ import annotations

import os

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import path

from config import urls
from config.local import mail_sink, mailbox, services

# The project has these routes only if a sink is set when it starts.
urlpatterns = [
    *urls.urlpatterns,
    path("mail/", mailbox.index, name="mailbox"),
    path("mail/<str:key>/", mailbox.message, name="mailbox-message"),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def received(tmp_path, settings):
    """The directory in which received mails lie."""
    settings.MAIL_SINK_DIR = str(tmp_path / "mail")
    directory = tmp_path / "mail" / "new"
    directory.mkdir(parents=True)
    return directory


@pytest.fixture
def connection(received, settings):
    """A connection to a running sink."""
    port = services.free_port()
    server = mail_sink.sink(port=port, directory=settings.MAIL_SINK_DIR)
    server.start()
    yield get_connection("django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port)
    server.stop()


def test_a_sent_mail_can_be_read(client, connection, received):
    mail = EmailMultiAlternatives("Žofia asks you", "Hello Jürgen", "a@example.org", ["j@example.org"])
    mail.attach_alternative('<p class="x">Hello</p><script>alert(1)</script>', "text/html")
    mail.attach("call.ics", "BEGIN:VCALENDAR", "text/calendar")
    connection.send_messages([mail])
    [file] = received.iterdir()

    index = client.get("/mail/").content.decode()
    response = client.get(f"/mail/{file.name}/")
    page = response.content.decode()

    assert "Žofia asks you" in index
    assert "j@example.org" in index
    assert f"/mail/{file.name}/" in index
    assert "Hello Jürgen" in page
    assert "call.ics" in page
    assert 'sandbox srcdoc="&lt;p class=&quot;x&quot;' in page
    assert "<script>alert" not in page
    assert "script-src" not in response["Content-Security-Policy"]  # so default-src 'self' holds for scripts


def test_the_newest_comes_first(client, received):
    for age, name in enumerate(["new", "older", "oldest"]):
        file = received / f"{9 - age}.{name}"
        file.write_text(f"Subject: the {name}\n\n")
        os.utime(file, (1_800_000_000 - age, 1_800_000_000 - age))

    page = client.get("/mail/").content.decode()

    assert page.index("the new<") < page.index("the older<") < page.index("the oldest<")


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"", "(no subject)"),
        (b"\x00\xff\xfe junk \x80", "(no subject)"),
        (b"Subject: \xff\xfe raw\n\nbody", "raw"),
        (b"Subject: =?no-such-charset?b?AAAA?=\n\nbody", "no-such-charset"),
        (b"Subject: =?utf-8?b?!!!?=\n\nbody", "utf-8"),
        (b"Subject: odd\nContent-Type: text/plain; charset=no-such\n\nb\xc3\xa4d", "odd"),
        (b"Subject: odd\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!", "odd"),
        (b"Subject: odd\nContent-Type: multipart/mixed; boundary=x\n\n--x\n", "odd"),
        (b"Subject: odd\nContent-Disposition: attachment; filename*=xx''%FF\n\nx", "odd"),
        (b"Subject: odd\nContent-Type: message/rfc822\n\nSubject: inner\n\nx", "odd"),
    ],
)
def test_a_malformed_mail_is_shown(client, received, content, shown):
    (received / "1.odd").write_bytes(content)

    assert shown in client.get("/mail/").content.decode()
    assert shown in client.get("/mail/1.odd/").content.decode()


@pytest.mark.parametrize("key", ["2.missing", "..", "%2e%2e%2fsecret", "dir"])
def test_an_unknown_mail_answers_404(client, received, key):
    (received / "dir").mkdir()
    (received.parent / "secret").write_text("Subject: secret\n\n")

    assert client.get(f"/mail/{key}/").status_code == 404


def test_without_a_sink_the_mailbox_answers_404(client, settings):
    settings.MAIL_SINK_DIR = ""

    assert client.get("/mail/").status_code == 404
    assert client.get("/mail/1.any/").status_code == 404


def test_the_mailbox_is_read_only(client, received):
    assert client.post("/mail/").status_code == 405
    assert client.delete("/mail/1.any/").status_code == 405
