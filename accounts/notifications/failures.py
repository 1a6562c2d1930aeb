"""Failures to send: whether an error is due to the mail, the address or the server."""

from __future__ import annotations

import re
import smtplib
import socket
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from pathlib import Path

REASON_MAX = 300
_REPLIES = tomllib.loads((Path(__file__).parent / "replies.toml").read_text("utf-8"))
_ABOUT_BY_CODE = {entry["code"]: entry["about"] for entry in _REPLIES["codes"]}
_MAILBOX, _ELSE = (
    re.compile("|".join(entry["pattern"] for entry in _REPLIES["words"] if entry["about"] == about))
    for about in ("mailbox", "else")
)
# An enhanced code (RFC 3463) stands in front, or as qmail writes it: "(#5.1.1)". An IP address is no code.
_ENHANCED_CODE = re.compile(r"(?:^\s*|#)([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
# Names are not words of the server: "spam@example.org", "<full>", a link, "mx.content.example".
_NAMES = re.compile(r"<[^>\s]*>|\S+@\S+|https?:\S+|[\w-]+(?:\.[\w-]+)+")


class Verdict(Enum):
    NOT_NOW = auto()  # the server takes no mail at the moment
    AGAIN = auto()  # this mail was not sent, and is tried again
    REFUSED = auto()  # this mail will never be taken
    BOUNCED = auto()  # the mailbox takes no mail at all
    UNKNOWN = auto()  # it may have been sent


@dataclass(frozen=True)
class Judgement:
    verdict: Verdict
    reason: str  # for the admins, not for the log: it may name the recipient
    code: str  # for the log
    wait: timedelta | None = None  # as the server asks for, before the next attempt


class WebhookFailed(OSError):
    """An endpoint did not take a delivery. ``wait`` is how long it asks to be left alone."""

    def __init__(self, words: str, *, status_code: int | None, wait: timedelta | None) -> None:
        super().__init__(words)
        self.status_code, self.wait = status_code, wait


def judge(error: Exception, *, in_doubt: bool) -> Judgement:
    """Classify ``error``. ``in_doubt`` says that it was raised after the last byte of the message."""
    if isinstance(error, WebhookFailed):
        # Sending it again does no harm: the receiver knows a copy by its id. 410 says that the endpoint is gone.
        verdict = Verdict.REFUSED if error.status_code == 410 else Verdict.AGAIN
        return Judgement(verdict, _in_one_line(str(error)), f"webhook {error.status_code}", error.wait)
    code, words = _reply(error)
    verdict = _verdict_on_reply(error, code, words) if code else _verdict_without_reply(error, in_doubt)
    name = type(error).__name__
    said = f"{code} {words}".strip() if code else f"{name}: {error}".removesuffix(": ")
    doubt = "The answer leaves it open" if hasattr(error, "status_code") else "No answer after the last byte was sent"
    reason = f"{doubt} ({said})." if verdict is Verdict.UNKNOWN else said
    return Judgement(verdict, _in_one_line(reason), f"{name} {code}" if code else name)


def _reply(error: Exception) -> tuple[int, str]:
    """Return the code and the text of a mail server's reply. The code is 0 if ``error`` holds none."""
    words: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    # smtplib raises the base class itself for a reply that it cannot parse.
    elif isinstance(error, smtplib.SMTPResponseException) and type(error) is not smtplib.SMTPResponseException:
        code, words = error.smtp_code, error.smtp_error
    else:
        return 0, ""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return (code, text) if code >= 400 else (0, "")


def _verdict_on_reply(error: Exception, code: int, words: str) -> Verdict:
    greeting = (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError)
    if code == 421 or isinstance(error, greeting):
        return Verdict.NOT_NOW
    # A refused sender is a wrong setting on our side, and can be corrected.
    if code < 500 or isinstance(error, smtplib.SMTPSenderRefused):
        return Verdict.AGAIN
    # After DATA a refusal is about the mail.
    is_about_recipient = isinstance(error, smtplib.SMTPRecipientsRefused)
    return Verdict.BOUNCED if is_about_recipient and _speaks_of_mailbox(words) else Verdict.REFUSED


def _speaks_of_mailbox(reply: str) -> bool:
    """Return whether a 5xx reply to RCPT says that the mailbox takes no mail, by the entries of replies.toml."""
    code = _ENHANCED_CODE.search(reply)
    about = _ABOUT_BY_CODE.get(code[1], "else") if code else "words"
    words = " ".join(_NAMES.sub(" ", reply.casefold()).split())
    if about == "else" or _ELSE.search(words):
        return False
    return about == "mailbox" or bool(_MAILBOX.search(words))


def _verdict_without_reply(error: Exception, in_doubt: bool) -> Verdict:
    if isinstance(error, ConnectionRefusedError | socket.gaierror):
        return Verdict.NOT_NOW
    # HTTP status from Slack, or from a provider's API through django-anymail. Redirects are not followed.
    status = getattr(error, "status_code", None)
    if status in (400, 410, 413, 422) or (status and 300 <= status < 400):
        return Verdict.REFUSED
    if not in_doubt or status in (401, 403, 404, 429):
        return Verdict.AGAIN
    return Verdict.UNKNOWN


def _in_one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)[:REASON_MAX]
