"""Messages in the app: the list, and the way from a message to the thing that it tells of."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.models import Notification, User
from accounts.notifications.inbox import inbox, mark_all_read, mark_read, title_without
from accounts.notifications.registry import known_kind, true_context
from accounts.notifications.render import render as render_mail
from accounts.selectors import names_blocked_with

A_PAGE = 30


def messages(request: HttpRequest, member: User) -> HttpResponse:
    """Show a member's messages, newest first."""
    if request.method == "POST":
        mark_all_read(user=member, now=timezone.now())
        return redirect("messages")
    mine = inbox(member)
    page = Paginator(mine, A_PAGE).get_page(request.GET.get("page"))
    hidden = names_blocked_with(member.pk)
    rows = [(row, title_without(hidden, row)) for row in page]
    context = {"page": page, "rows": rows, "unread": mine.filter(read_at=None).count()}
    return render(request, "accounts/messages.html", context)


def message(request: HttpRequest, uuid: str, member: User) -> HttpResponse:
    """Mark a message as read, and lead to the thing that it tells of. Show its text if there is no such page."""
    row = get_object_or_404(inbox(member).select_related("recipient__profile"), uuid=uuid)
    mark_read(row, now=timezone.now())
    title = title_without(names_blocked_with(member.pk), row)
    context = true_context(row) if known_kind(row.kind) else None
    link = str(context.get("link", "")) if context else ""
    # A message whose link is this page has no other page: its text is shown here.
    if link.startswith(f"{settings.SITE_URL}/") and link != settings.SITE_URL + request.path:
        return redirect(link.removeprefix(settings.SITE_URL))
    text = _text(row) if context and title == row.title else ""
    return render(request, "accounts/message.html", {"row": row, "title": title, "text": text})


def _text(row: Notification) -> str:
    """Return the text of the mail, without its foot."""
    mail = render_mail(row)
    return str(mail.body).partition("\n-- \n")[0].strip() if mail else ""
