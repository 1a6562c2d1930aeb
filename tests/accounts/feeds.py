"""A server of calendars and webhooks on this machine, for tests: its own certificate, and answers that tests choose."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//test//EN\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\n"
    b"DTSTART:20261124T090000Z\r\nDTEND:20261124T100000Z\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


class FeedServer:
    """``answers`` has a function for each path, which writes to the handler. Others are answered by 404."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        # The headers and the body of each POST.
        self.posted: list[tuple[dict[str, str], bytes]] = []

    def address(self, path: str = "/a.ics") -> str:
        return f"https://127.0.0.1:{self.port}{path}"

    def serve(self, content: bytes = CALENDAR, *, path: str = "/a.ics", status: int = 200, **headers: str) -> str:
        """Answer ``path`` with ``content``. Return its address."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            fields = {"Content-Type": "text/calendar", "Content-Length": str(len(content))}
            for name, value in (fields | {name.replace("_", "-"): value for name, value in headers.items()}).items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(content)

        self.answers[path] = answer
        return self.address(path)


@contextmanager
def feed_server(directory: Path, *, name: str = "127.0.0.1") -> Iterator[FeedServer]:
    """Run a server whose certificate is for the IP address ``name``. It is in ``directory`` as trusted.pem."""
    pem = write_certificate(directory, name)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            feeds.asked.append(self.path)
            answer = feeds.answers.get(self.path)
            with suppress(OSError):  # the client went away
                answer(self) if answer else self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            feeds.posted.append((dict(self.headers), body))
            self.do_GET()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    # A client that refuses the certificate is no error of the server.
    server.handle_error = lambda *args: None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    feeds = FeedServer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield feeds
    finally:
        server.shutdown()
        server.server_close()


def write_certificate(directory: Path, name: str = "127.0.0.1") -> Path:
    """Write a key with its certificate. Return their file. trusted.pem beside it has the certificate alone."""
    key, certificate = _certificate(name)
    pem = directory / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    (directory / "trusted.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return pem


def _certificate(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "feeds.example.org")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    return key, builder.sign(key, hashes.SHA256())
