"""The recipients of a mail to a group in the admin: the list of them, and the mail as each of them reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.core.mail import EmailMultiAlternatives
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator

from accounts.admin.base import ReadOnlyAdmin, attempt, needs
from accounts.admin.reads import note_reads_of
from accounts.admin.row_page import row_page
from accounts.audience import STANDINGS, standings_of, with_standing
from accounts.models import GroupMail, GroupMailRecipient, Notification, Profile, StaffRead, User
from accounts.notifications.render import render as render_mail
from accounts.services.group_mail import put_back, take_out

ON_A_PAGE = 100
SEARCH_MAX = 200
VIEW, CHANGE = "accounts.view_groupmail", "accounts.change_groupmail"


class RecipientPages(ReadOnlyAdmin):
    """The pages about recipients, and what they have in common with the page of the mail."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/recipients/", view(self.recipients), name="accounts_groupmail_recipients"),
            path("<int:pk>/recipients/<int:recipient>/", view(self.one), name="accounts_groupmail_one"),
            *super().get_urls(),
        ]

    def recipients(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List the recipients with what becomes of the mail for each, and take people out."""
        needs(request, VIEW)
        mail = self._mail(request, pk)
        if request.method == "POST":
            self._choose(request, mail)
            return redirect(request.get_full_path())
        page = request.GET.get("p", "1")
        if not page.isascii() or not page.isdigit() or len(page) > 6:
            raise BadRequest("The list has no such page.")
        rows = Paginator(_recipients(request, mail), ON_A_PAGE).get_page(page)
        self._note(request, rows.object_list)
        context = {
            "title": f"Recipients of “{self.subject(mail)}”",
            "crumb": "Recipients",
            "mail": mail,
            "rows": rows,
            "lines": [(one, STANDINGS[one.standing]) for one in rows],
            "shown": request.GET.get("standing", ""),
            "words": request.GET.get("q", ""),
            "numbers": [(code, STANDINGS[code], number) for code, number in standings_of(mail).items()],
            "may_choose": request.user.has_perm(CHANGE) and self._is_open(mail),
            "has_text": mail.texts.exists(),
        }
        return row_page(self, request, mail, "admin/accounts/groupmail/recipients.html", context)

    # A mail has inline styles. Its frame is sandboxed: no script runs and nothing is fetched.
    @method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}))
    def one(self, request: HttpRequest, pk: int, recipient: int) -> HttpResponse:
        """Show the mail as one of its recipients reads it, and take this person out."""
        needs(request, VIEW)
        mail = self._mail(request, pk)
        one = get_object_or_404(
            with_standing(mail.recipients.select_related("person__profile", "notification")), pk=recipient
        )
        if request.method == "POST":
            self._choose(request, mail)
            return redirect(request.get_full_path())
        self._note(request, [one])
        message = as_read(mail, one.person)
        others = _recipients(request, mail)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": f"As {one.person} reads it",
            "mail": mail,
            "subject": self.subject(mail),
            "one": one,
            "standing": STANDINGS[one.standing],
            "message": message,
            "html": message.alternatives[0][0] if message else "",
            "before": others.filter(pk__lt=one.pk).last(),
            "after": others.filter(pk__gt=one.pk).first(),
            "may_choose": request.user.has_perm(CHANGE) and self._is_open(mail),
        }
        return render(request, "admin/accounts/groupmail/one.html", context)

    def _choose(self, request: HttpRequest, mail: GroupMail) -> None:
        """Take the chosen people out, or put them back."""
        needs(request, CHANGE)
        acts = {"take_out": (take_out, "taken out"), "put_back": (put_back, "put back")}
        chosen = request.POST.getlist("recipient")
        if request.POST.get("do") not in acts or not all(key.isascii() and key.isdigit() for key in chosen):
            raise BadRequest("The page has no such button.")
        act, done = acts[request.POST["do"]]
        # A key that is no number of PostgreSQL is the key of nobody.
        keys = [int(key) for key in chosen if len(key) < 19]

        def choose() -> str:
            count = act(mail_id=mail.pk, recipient_ids=keys, now=timezone.now())
            return f"{count} {'person is' if count == 1 else 'people are'} {done}."

        attempt(self, request, mail, choose)

    def _is_open(self, mail: GroupMail) -> bool:
        return mail.status in (GroupMail.Status.DRAFT, GroupMail.Status.SCHEDULED)

    def _mail(self, request: HttpRequest, pk: int) -> GroupMail:
        mail = cast(GroupMail | None, self.get_object(request, str(pk)))
        if mail is None:
            raise Http404
        return mail

    def _note(self, request: HttpRequest, rows: Iterable[GroupMailRecipient]) -> None:
        """Record that the addresses of these recipients were read."""
        note_reads_of(request, (one.person_id for one in rows), StaffRead.What.CONTACT)

    def _log(self, request: HttpRequest, mail: GroupMail, sentence: str) -> None:
        self.log_change(request, mail, sentence)
        self.message_user(request, sentence, messages.SUCCESS)

    @admin.display(description="subject", ordering="first_subject")
    def subject(self, mail: GroupMail) -> str:
        return mail.first_subject or "not written yet"  # type: ignore[attr-defined]


def _recipients(request: HttpRequest, mail: GroupMail) -> QuerySet[Any]:
    """Return the recipients that the filter and the search in the address leave. Raises BadRequest for odd ones."""
    shown, words = request.GET.get("standing", ""), request.GET.get("q", "")
    if shown not in ("", *STANDINGS) or len(words) > SEARCH_MAX:
        raise BadRequest("The list has no such filter.")
    found = with_standing(mail.recipients.select_related("person", "notification"))
    if shown:
        found = found.filter(standing=shown)
    if words:
        found = found.filter(person__name__icontains=words)
    return found.order_by("pk")


def as_read(mail: GroupMail, person: User) -> EmailMultiAlternatives | None:
    """Return a mail as ``person`` reads it: by name, and in their language. None if nobody gets it any more.

    Its links are those of somebody who is not stored: an admin must not hold links that act for a member.
    """
    reader = User(name=person.name, email=person.email)
    Profile(user=reader, language=person.profile.language, timezone=person.profile.timezone)
    row = Notification(recipient=reader, kind="group_mail", key=str(mail.uuid), payload={"mail": str(mail.uuid)})
    row.about = mail
    return render_mail(row)
