"""Read a file from an address that a member typed: https only, and public servers only.

A request from this machine reaches more than one from the internet: databases, other services, the provider's own
addresses. So each name is resolved once, every address of it must be public, and the connection goes to that address,
not to the name, which could mean another machine a moment later. Each redirect is judged in the same way.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings

BYTES_MAX = 5_000_000
SECONDS_MAX = 10.0
REDIRECTS_MAX = 5
REDIRECTS = {301, 302, 303, 307, 308}
HTTPS_PORT = 443
# A gateway translates these to IPv4 addresses, private ones included.
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class CannotFetch(Exception):
    """The file was not read. ``code`` is a value of BusyCalendar.Failure.

    The address is a secret, so no message names it.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fetch(address: str) -> bytes:
    """Return the content at ``address``, BYTES_MAX at most, within SECONDS_MAX for all redirects together.

    Raises CannotFetch.
    """
    give_up_at = time.monotonic() + SECONDS_MAX
    for _ in range(REDIRECTS_MAX + 1):
        parts = checked(address)
        with _answer(parts, give_up_at) as answer:
            if answer.status not in REDIRECTS:
                return _content(answer)
            address = urljoin(address, answer.headers.get("Location", ""))
    raise CannotFetch("redirects")


def checked(address: str) -> SplitResult:
    """Return the parts of an address that may be asked. webcal:// stands for https://. Raises CannotFetch."""
    if address.lower().startswith("webcal://"):
        address = "https" + address[len("webcal") :]
    try:
        parts = urlsplit(address)
        port = parts.port or HTTPS_PORT
    except ValueError:
        raise CannotFetch("no_server") from None
    if parts.scheme != "https":
        raise CannotFetch("no_https")
    # Spaces and controls would end the line of the request.
    if not parts.hostname or not address.isascii() or any(char <= " " or char == "\x7f" for char in address):
        raise CannotFetch("no_server")
    if parts.username is not None or (port != HTTPS_PORT and not settings.FETCH_FROM_THIS_MACHINE):
        raise CannotFetch("not_public")
    return parts


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if settings.FETCH_FROM_THIS_MACHINE and address == "127.0.0.1":
        return True
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if inner:
            return is_public(str(inner))
        if ip in NAT64 or ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


@contextmanager
def _answer(parts: SplitResult, give_up_at: float) -> Iterator[HTTPResponse]:
    """Ask the server, and yield its answer. The connection is cut at ``give_up_at``, whatever it does until then."""
    connection = connection_to(parts, give_up_at)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("GET", path, headers={"Accept": "text/calendar", "Accept-Encoding": "identity"})
        with connection.getresponse() as answer:
            yield answer
    except ssl.SSLCertVerificationError:
        raise CannotFetch("no_trust") from None
    except (OSError, HTTPException, ValueError):
        raise CannotFetch("too_slow" if time.monotonic() >= give_up_at else "no_server") from None
    finally:
        connection.finish()


def connection_to(parts: SplitResult, give_up_at: float) -> GuardedConnection:
    """Return a connection to the server of a checked address. It reaches public servers only, and is not open yet.

    ``give_up_at`` is a time of ``time.monotonic``: the connection is cut then. End it by ``finish``. Raises
    CannotFetch.
    """
    host, port = str(parts.hostname), parts.port or HTTPS_PORT
    return GuardedConnection(host, port, _addresses(host, port, give_up_at), give_up_at)


def _addresses(host: str, port: int, give_up_at: float) -> list[str]:
    """Return the addresses of a name. All of them are public, or none is used."""
    found: list[str] = []
    # The system's resolver knows no time-out.
    lookup = threading.Thread(target=_resolve, args=(host, port, found), daemon=True)
    lookup.start()
    lookup.join(max(give_up_at - time.monotonic(), 0))
    if lookup.is_alive():
        raise CannotFetch("too_slow")
    if not found:
        raise CannotFetch("no_server")
    if not all(is_public(address) for address in found):
        raise CannotFetch("not_public")
    return found


def _resolve(host: str, port: int, found: list[str]) -> None:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    found += [str(row[4][0]) for row in rows]


class GuardedConnection(HTTPSConnection):
    """A connection to one of ``addresses``, whose certificate must be that of the name. It is cut at ``give_up_at``."""

    def __init__(self, host: str, port: int, addresses: list[str], give_up_at: float) -> None:
        self._trust = ssl.create_default_context()
        super().__init__(host, port, context=self._trust)
        self._addresses, self._give_up_at = addresses, give_up_at
        # The connection may be closed before the last byte is read, so closing it does not end the watch.
        self.until_cut = ExitStack()

    def connect(self) -> None:
        plain = self._first_that_answers()
        if not is_public(plain.getpeername()[0]):
            plain.close()
            raise CannotFetch("not_public")
        # A server that sends a byte now and then is never silent, so a time-out of the socket is not enough.
        handle = self.until_cut.enter_context(plain.dup())
        cut = threading.Timer(self._remaining, _shut, [handle])
        cut.daemon = True
        cut.start()
        self.until_cut.callback(cut.cancel)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)

    def finish(self) -> None:
        """Close the connection, and end the watch over its time. A failure changes no result."""
        with suppress(OSError):
            self.close()
        self.until_cut.close()

    @property
    def _remaining(self) -> float:
        return max(self._give_up_at - time.monotonic(), 0.001)

    def _first_that_answers(self) -> socket.socket:
        for address in self._addresses[:-1]:
            with suppress(OSError):
                return socket.create_connection((address, self.port), timeout=self._remaining / 2)
        return socket.create_connection((self._addresses[-1], self.port), timeout=self._remaining)


def _shut(handle: socket.socket) -> None:
    with suppress(OSError):  # closed already
        handle.shutdown(socket.SHUT_RDWR)


def _content(answer: HTTPResponse) -> bytes:
    if answer.status in (401, 403, 404, 410):
        raise CannotFetch("no_access")
    # A packed answer could unpack to any size, and none was asked for.
    if answer.status != 200 or answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise CannotFetch("no_content")
    if int(answer.headers.get("Content-Length") or 0) > BYTES_MAX:
        raise CannotFetch("too_big")
    content = answer.read(BYTES_MAX + 1)
    if len(content) > BYTES_MAX:
        raise CannotFetch("too_big")
    if answer.length:
        raise ConnectionError("The answer ended early.")
    is_html = answer.headers.get_content_type() in ("text/html", "application/xhtml+xml")
    if is_html or content[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype", b"<html")):
        raise CannotFetch("web_page")
    return content
