"""The messages of this app."""

from __future__ import annotations

from accounts.models import MentorProfile, Notification
from accounts.registry import Context, Group, NotificationKind, known_kind, register
from accounts.samples import sample_mentor


def _account_mail(row: Notification) -> Context | None:
    return row.payload or None


def _mentor_with(*statuses: str):
    def context(row: Notification) -> Context | None:
        mentor = MentorProfile.objects.select_related("user").filter(uuid=row.payload["mentor"]).first()
        return {"mentor": mentor} if mentor and mentor.status in statuses else None

    return context


def digest(row: Notification) -> Context | None:
    """Return what was gathered and is still true, in the order in which it happened."""
    items = []
    for gathered in row.gathered.select_related("recipient__profile").order_by("created_at", "pk"):
        kind = known_kind(gathered.kind)
        context = kind.context(gathered) if kind else None
        if context is not None:
            items.append({"title": gathered.title, "link": context.get("link", "")})
    return {"items": items} if items else None


def _sample_mentor() -> Context:
    return {"mentor": sample_mentor()}


def _sample_code() -> Context:
    return {"subject": "Your code", "text": "Your code is ABC-DEF. It works for 15 minutes.", "to": "amina@example.org"}


def _sample_digest() -> Context:
    link = "https://mentors.example.org/an-example/"
    titles = ("Jonas Weber offers you help", "Three mentors for “Data scientist”")
    return {"items": [{"title": title, "link": link} for title in titles]}


register(
    NotificationKind(
        "account_mail",
        Group.ACCOUNT,
        "there is a code or a link for your account",
        _account_mail,
        _sample_code,
        secret=True,
        in_spite_of_bounces=True,
        # Without its code nobody gets in; the same code twice does no harm.
        if_in_doubt="resend",
    ),
    NotificationKind(
        "mentor_applied",
        Group.ADMINS,
        "somebody has applied as a mentor",
        _mentor_with(MentorProfile.Status.APPLIED),
        _sample_mentor,
    ),
    NotificationKind(
        "mentor_rejected",
        Group.ACCOUNT,
        "your application was declined",
        _mentor_with(MentorProfile.Status.REJECTED),
        _sample_mentor,
    ),
    NotificationKind("digest", Group.DIGEST, "this and that happened", digest, _sample_digest),
)
