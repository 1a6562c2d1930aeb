"""Rendering: from a notification row to the mail or post that a person reads."""

from __future__ import annotations

import unicodedata
from email.charset import QP, Charset
from email.utils import parseaddr

from css_inline import CSSInliner
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.links import stop_mails_link, trouble_link
from accounts.models import Notification, User
from accounts.notifications.registry import (
    ACCOUNT,
    CHANNEL,
    CalendarPart,
    Context,
    NotificationKind,
    kind_of,
    true_context,
)
from accounts.samples import SAMPLE_LINK, sample_reader

TITLE_MAX = 200
# All texts are sent as quoted-printable. SMTP takes lines of 998 octets at most (RFC 5321, 4.5.3.1.6). Django leaves
# text as it is unless str.splitlines() finds a longer line, and that also splits at characters which end no line in
# SMTP, such as U+2028.
SHORT_LINES = Charset("utf-8")
SHORT_LINES.body_encoding = QP
_inliner = CSSInliner(load_remote_stylesheets=False)


def render_title(row: Notification) -> str:
    """Return the title of a message that is not stored yet. Empty if it is not true."""
    with _language_of(row):
        return _title(row)


def _title(row: Notification) -> str:
    context = true_context(row)
    if context is not None and kind_of(row.kind).group is CHANNEL:
        return one_line(post_text(row.kind, context).partition("\n")[0])[:TITLE_MAX]
    return _subject(row, context) if context is not None else ""


def render(row: Notification) -> EmailMultiAlternatives | None:
    """Return the mail for ``row`` with a text and an HTML part, or None if it is no longer true."""
    with _language_of(row):
        context = true_context(row)
        return None if context is None else _composed(row, context)


def render_post(row: Notification) -> str | None:
    """Return the post for ``row``, in Slack's mark-up, or None if it is no longer true."""
    with _language_of(row):
        context = true_context(row)
        return None if context is None else post_text(row.kind, context)


def _language_of(row: Notification) -> translation.override:
    """Return a block in the language of the recipient. A channel reads in the first language of the site."""
    return translation.override(row.recipient.profile.reads_in if row.recipient else settings.LANGUAGE_CODE)


def post_text(code: str, context: Context) -> str:
    """Return a post. The characters of Slack's mark-up are escaped in texts of members: no mentions, no links."""
    shown = {"site_url": settings.SITE_URL, "community_name": settings.COMMUNITY_NAME} | dict(context)
    text = render_to_string(f"notifications/{code}/post.txt", shown)
    return text.replace("&#x27;", "'").replace("&quot;", '"').strip()


def render_sample(kind: NotificationKind) -> EmailMultiAlternatives | str:
    """Return a mail or a post of this kind about made-up people. It reads and stores nothing."""
    if kind.group is CHANNEL:
        return post_text(kind.code, kind.sample())
    return _composed(Notification(kind=kind.code, recipient=sample_reader()), kind.sample())


def _composed(row: Notification, context: Context) -> EmailMultiAlternatives:
    context = _common(row) | dict(context)
    folder = f"notifications/{row.kind}"
    text = render_to_string(f"{folder}/body.txt", context, using="text")
    html = render_to_string(f"{folder}/body.html", context)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    # The same row always has the same id: two copies sent around a crash can be recognised as one mail.
    headers = {"Message-ID": f"<{row.uuid}@{domain}>", "Auto-Submitted": "auto-generated"}
    if settings.EMAIL_IDEMPOTENCY_HEADER:
        headers[settings.EMAIL_IDEMPOTENCY_HEADER] = str(row.uuid)
    stop, foot = context["stop_link"], ""
    if not kind_of(row.kind).secret:
        foot = _("Choose which mails you get: %(link)s") % {"link": context["settings_link"]} + "\n"
    if context["trouble_link"]:
        trouble = _("Is something wrong? Tell the organisers: %(link)s") % {"link": context["trouble_link"]}
        foot = f"{trouble}\n{foot}"
    if stop:
        # RFC 8058: a mail program may unsubscribe its reader with one click.
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        foot += _("No more mails like this: %(link)s") % {"link": stop} + "\n"
    message = EmailMultiAlternatives(
        subject=_subject(row, context),
        body=f"{text.strip()}\n{foot}",
        to=[str(context.get("to", row.person.email))],
        reply_to=[_address_for_answers(row, context)],
        headers=headers,
    )
    message.encoding = SHORT_LINES
    message.attach_alternative(_inliner.inline(html), "text/html")
    part = context.get("calendar")
    if isinstance(part, CalendarPart):
        _attach_calendar(message, part)
    return message


def _attach_calendar(message: EmailMultiAlternatives, part: CalendarPart) -> None:
    """Add an invitation as RFC 6047 has it, for programs that show buttons, and as a file, for all others."""
    # Django adds the charset: one that stands here is written twice.
    message.attach_alternative(part.text, f"text/calendar;method={part.method}")
    message.attach("invite.ics", part.text.encode(), "application/ics")


def _address_for_answers(row: Notification, context: Context) -> str:
    if kind_of(row.kind).answers_go_to_other:
        other: User | None = context["answers_to"]
        if other is not None and other.is_active and other.bouncing_since_at is None:
            return other.email
    return str(settings.CONTACT_EMAIL)


def _subject(row: Notification, context: Context) -> str:
    subject = render_to_string(f"notifications/{row.kind}/subject.txt", _common(row) | dict(context), using="text")
    # Mail programs decode "=?...?=" in a header: a person could hide an address in it.
    return one_line(subject).replace("=?", "= ?")[:TITLE_MAX]


def one_line(text: str) -> str:
    """Return ``text`` with single spaces instead of line breaks, of other white space and of control characters.

    A name with a line break must not become a header of a mail, or an item of a list.
    """
    return " ".join("".join(" " if unicodedata.category(char) == "Cc" else char for char in text).split())


def _trouble_link(row: Notification, kind: NotificationKind) -> str:
    if not kind.trouble_with:
        return ""
    thing = row.payload.get(kind.trouble_with)
    # A sample is about nothing.
    return trouble_link(kind.trouble_with, thing, row.person) if thing else SAMPLE_LINK


def _common(row: Notification) -> dict[str, object]:
    kind = kind_of(row.kind)
    group = kind.group
    return {
        "recipient": row.recipient,
        "trouble_link": _trouble_link(row, kind),
        "stop_link": "" if group is ACCOUNT else stop_mails_link(row.person, group.code),
        "settings_link": settings.SITE_URL + reverse("settings"),
        "site_url": settings.SITE_URL,
        "community_name": settings.COMMUNITY_NAME,
    }
