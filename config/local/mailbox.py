"""The pages at /mail/, which show the mails that the local mail sink has received. Never in production."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

SHOWN = 200


@dataclass(frozen=True)
class Mail:
    """A file of the sink, read as a message as far as possible."""

    key: str
    received_at: datetime
    message: Message

    @property
    def to(self) -> str:
        return header(self.message, "To") or header(self.message, "X-RcptTo")

    @property
    def sender(self) -> str:
        return header(self.message, "From")

    @property
    def subject(self) -> str:
        return header(self.message, "Subject") or "(no subject)"

    @property
    def text(self) -> str:
        return body(self.message, "text/plain")

    @property
    def html(self) -> str:
        return body(self.message, "text/html")

    @property
    def attachments(self) -> list[str]:
        """Names of attached files. A part that has no name and is no text is listed by its type."""
        parts = [part for part in self.message.walk() if not part.is_multipart()]
        named = [(printable(part.get_filename() or ""), part.get_content_type()) for part in parts]
        return [name or kind for name, kind in named if name or kind not in {"text/plain", "text/html"}]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    newest = sorted(files().values(), key=lambda path: (path.stat().st_mtime, path.name), reverse=True)
    return render(request, "mailbox/index.html", {"mails": [read(path) for path in newest[:SHOWN]]})


# Mails have inline styles. The sandboxed frame runs and fetches nothing.
@csp_update({"style-src": [SELF, UNSAFE_INLINE]})  # type: ignore[arg-type]  # django-csp's types forget the arguments of the URL
@require_safe
def message(request: HttpRequest, key: str) -> HttpResponse:
    path = files().get(key)
    if path is None:
        raise Http404
    return render(request, "mailbox/message.html", {"mail": read(path)})


def files() -> dict[str, Path]:
    """Return the received files by name. Raises Http404 if there is no sink."""
    if not settings.MAIL_SINK_DIR:
        raise Http404
    received = Path(settings.MAIL_SINK_DIR, "new").glob("*")
    return {path.name: path for path in received if path.name.isascii() and path.is_file()}


def read(path: Path) -> Mail:
    received_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Mail(key=path.name, received_at=received_at, message=message_from_bytes(path.read_bytes()))


def header(message: Message, name: str) -> str:
    value = message[name] or ""
    try:
        return printable(str(make_header(decode_header(value))))
    except (MessageError, LookupError, ValueError):  # wrongly encoded: show it raw
        return printable(str(value))


def body(message: Message, content_type: str) -> str:
    """Return the first part of this type that is no file, or "". Undecodable bytes are replaced."""
    for part in message.walk():
        if part.get_content_type() == content_type and not part.get_filename() and not part.is_multipart():
            content = part.get_payload(decode=True)
            if not isinstance(content, bytes):
                return ""
            try:
                return content.decode(part.get_content_charset("utf-8"), "replace")
            except (LookupError, ValueError):
                return content.decode("utf-8", "replace")
    return ""


def printable(text: str) -> str:
    """Replace lone surrogates: they stand for undecodable bytes, and UTF-8 cannot encode them."""
    return text.encode("utf-8", "replace").decode()
