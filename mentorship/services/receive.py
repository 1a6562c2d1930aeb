"""Mails that come in: answers of calendars, and reports about mails that went out. All others are dropped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from email.utils import getaddresses

from django.conf import settings

from accounts.services.bounces import note_bounce
from mentorship.calendar_answers import Answer, UnclearTime, read_answer
from mentorship.services.sessions.answer import answer_invitation

CALENDARS = ("text/calendar", "application/ics")
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To")


def receive(message: Message, *, now: datetime) -> str:
    """Do what a mail says, if it is an answer of a calendar or a bounce. Return a sentence about what became of it."""
    if (noted := note_bounce(message, now=now)) is not None:
        return noted
    # RFC 3834. Some calendars mark the answers of people as auto-generated, and these count.
    if str(message.get("Auto-Submitted", "no")).strip().lower().startswith("auto-replied"):
        return "Dropped: it is an automatic reply."
    try:
        answer = next(_answers(message), None)
    except UnclearTime as fault:
        return f"Refused: {fault}"
    if answer is None:
        return "Dropped: it is neither an answer of a calendar nor a bounce."
    senders = _addresses(message, "From")
    if not settings.INBOUND_ADDRESS or len(senders) != 1:
        return "Dropped: INBOUND_ADDRESS is not set, or it has not one sender."
    recipients = {address for name in RECIPIENTS for address in _addresses(message, name)}
    return answer_invitation(answer=answer, sender=senders[0], recipients=recipients, now=now)


def _answers(message: Message) -> Iterator[Answer]:
    for part in message.walk():
        if part.get_content_type() in CALENDARS and isinstance(body := part.get_payload(decode=True), bytes):
            answer = read_answer(body)
            if answer is not None:
                yield answer


def _addresses(message: Message, name: str) -> list[str]:
    values = [str(value) for value in message.get_all(name, [])]
    return [address.lower() for _name, address in getaddresses(values) if address]
