"""The message of a mail to a group. Its text is the admin's, in the language of the reader."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import GroupMail, Notification
from accounts.models.group_mail import fill
from accounts.notifications.registry import Context, Group, NotificationKind

NEWS = Group("news", gettext_lazy("from the organisers to several members at once"))


def group_mail(row: Notification) -> Context | None:
    """Return the text for the reader, unless the mail was stopped. Its link shows it in the app."""
    mail = row.about if isinstance(row.about, GroupMail) else _mail_of(row)
    text = mail.text_for(row.person.profile.reads_in) if mail else None
    if mail is None or text is None or mail.status in GroupMail.OVER:
        return None
    values = {"name": str(row.person), "community": settings.COMMUNITY_NAME, "site": settings.SITE_URL}
    return {
        "subject": fill(text.subject, values),
        "text": fill(text.words, values),
        "link": settings.SITE_URL + reverse("message", args=[row.uuid]),
    }


def _mail_of(row: Notification) -> GroupMail | None:
    return GroupMail.objects.filter(uuid=row.payload["mail"]).first()


def _sample() -> Context:
    return {
        "subject": "Our summer meeting",
        "text": "We meet on 4 July at 18:00 in the library.\n\nCome, and bring somebody along.",
    }


GROUP_MAIL = NotificationKind(
    "group_mail", NEWS, gettext_lazy("the organisers wrote to several members at once"), group_mail, _sample
)
