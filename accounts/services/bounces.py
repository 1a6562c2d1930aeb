"""Bounces: reports of mail servers that a mail was not delivered after all (RFC 3464)."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from datetime import datetime
from email import message_from_string
from email.message import Message

from accounts.models import Notification, User
from accounts.notifications.failures import Verdict, judge

# The Message-ID of our mails begins with the identifier of the message. Nobody can guess it.
OUR_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
CODE = re.compile(r"^\d{3}[ -]+")


def note_bounce(message: Message, *, now: datetime) -> str | None:
    """Mark an address as bouncing if a report says that its mailbox takes no mail, as a refusal of a server does.

    Return a sentence about what became of it. None if the message is no such report. It counts for the recipient of
    the mail whose Message-ID it names, and for their present address only.
    """
    failures = list(_failures(message))
    if not failures:
        return None
    row = _reported(message)
    if row is None or row.recipient is None:
        return "Ignored: it reports no mail of ours."
    for address, reply in failures:
        if address != row.recipient.email.lower():
            continue
        code = 550 if reply.startswith("5") else 450
        refusal = smtplib.SMTPRecipientsRefused({address: (code, reply.encode())})
        if judge(refusal, in_doubt=False).verdict is Verdict.BOUNCED:
            people = User.objects.filter(pk=row.recipient.pk, email=row.recipient.email, bouncing_since_at=None)
            people.update(bouncing_since_at=now)
            return f"Done: the address of notification {row.uuid} bounces."
    return "Ignored: it does not say that the mailbox of a recipient takes no mail."


def _failures(message: Message) -> Iterator[tuple[str, str]]:
    """Yield each recipient of a report that failed, in lower case, with the reply: "5.1.1 User unknown"."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if not isinstance(block, Message) or str(block.get("Action", "")).strip().lower() != "failed":
                continue
            recipient = _value(block, "Original-Recipient") or _value(block, "Final-Recipient")
            said = CODE.sub("", _value(block, "Diagnostic-Code"))
            # The reply of the server is more precise than the status, if it has a code of its own.
            reply = said if re.match(r"\d\.\d", said) else f"{_value(block, 'Status')} {said}"
            yield recipient.lower(), reply.strip()


def _value(block: Message, name: str) -> str:
    """Return a field in one line, without its type: "rfc822; person@example.org" has one."""
    text = " ".join(str(block.get(name, "")).split())
    return re.sub(r"^[\w-]+;\s*", "", text)


def _reported(message: Message) -> Notification | None:
    """Return the message that a report returns, whole or by its headers."""
    for part in message.walk():
        is_headers = part.get_content_type() == "text/rfc822-headers"
        headers = message_from_string(str(part.get_payload())) if is_headers else part
        found = OUR_ID.match(str(headers.get("Message-ID", "")).strip())
        if found and part is not message:
            return Notification.objects.select_related("recipient").filter(uuid=found[1]).first()
    return None
