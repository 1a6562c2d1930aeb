"""Mails to groups in the admin: the list, and the page that writes, reads, sends and stops one."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.admin.base import attempt, in_named_zone, needs
from accounts.admin.group_mail_forms import SendForm, TextForm
from accounts.admin.group_mail_recipients import CHANGE, VIEW, RecipientPages, as_read
from accounts.admin.row_page import row_page
from accounts.audience import GETS, STANDINGS, LeftOut, goes_on_at, samples_of, standings_of
from accounts.community_settings import value_of
from accounts.exceptions import Refusal
from accounts.models import GroupMail, GroupMailRecipient, GroupMailText, User
from accounts.models.group_mail import PLACEHOLDERS
from accounts.services.group_mail import (
    discard_group_mail,
    schedule_group_mail,
    stop_group_mail,
    write_group_mail,
)
from accounts.way_back import row_address

SAMPLES = 3
# The page asks again after so many seconds while a mail is being sent, and later while it waits.
REFRESH, REFRESH_MAX = 5, 300
SEND = "accounts.send_groupmail"
UNSAVED = "The text on your page is not the one that is saved. Save it, and read it. Then send it."


@admin.register(GroupMail)
class GroupMailAdmin(RecipientPages):
    """Mails to groups. The page of one leads from the draft to the last reader; a list of people begins one."""

    list_display = ["subject", "status", "send_at", "scheduled_by", "number_of_recipients", "created_by", "created_at"]
    list_select_related = ["scheduled_by", "created_by"]
    list_filter = ["status"]
    search_fields = ["texts__subject", "texts__words", "created_by__name", "scheduled_by__name"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    change_list_template = "admin/accounts/groupmail/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[GroupMail]:
        first = GroupMailText.objects.filter(mail=OuterRef("pk"), language=settings.LANGUAGE_CODE)
        numbers = GroupMailRecipient.objects.filter(mail=OuterRef("pk")).order_by().values("mail")
        return (
            super()
            .get_queryset(request)
            .annotate(
                first_subject=Subquery(first.values("subject")[:1]),
                recipient_count=Subquery(numbers.annotate(number=Count("pk")).values("number")),
            )
        )

    @admin.display(description="recipients", ordering="recipient_count")
    def number_of_recipients(self, mail: GroupMail) -> int:
        return mail.recipient_count or 0  # type: ignore[attr-defined]

    # --- the page of a mail -------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show how far a mail is, and do what a button says."""
        needs(request, VIEW)
        mail = cast(GroupMail | None, self.get_object(request, unquote(object_id)))
        if mail is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if request.method != "POST":
            return self._page(request, mail)
        do = request.POST.get("do", "")
        if do == "write":
            needs(request, CHANGE)
            return self._write(request, mail)
        needs(request, SEND)
        if do == "send":
            return self._send(request, mail)
        moves: dict[str, tuple[Callable[[], object], str]] = {
            "stop": (
                lambda: stop_group_mail(mail_id=mail.pk, by=cast(User, request.user), now=timezone.now()),
                "It is stopped. Nobody else gets it.",
            ),
            "discard": (lambda: discard_group_mail(mail_id=mail.pk, now=timezone.now()), "The draft is discarded."),
        }
        if do not in moves:
            raise BadRequest("The page has no such button.")
        act, done = moves[do]

        def move() -> str:
            act()
            return done

        attempt(self, request, mail, move)
        return redirect(row_address(request, self.opts, mail.pk))

    def _write(self, request: HttpRequest, mail: GroupMail) -> HttpResponse:
        form = TextForm(request.POST, mail=mail)
        if not form.is_valid():
            return self._page(request, mail, text=form)
        version = form.cleaned_data["text_version"]
        try:
            write_group_mail(mail_id=mail.pk, texts=form.texts(), text_version=version, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.detail)
            return self._page(request, mail, text=form)
        self._log(request, mail, "The text is saved. Read below how it reads.")
        return redirect(row_address(request, self.opts, mail.pk))

    def _send(self, request: HttpRequest, mail: GroupMail) -> HttpResponse:
        text = TextForm(request.POST, mail=mail)
        form = self._send_form(request, mail, standings_of(mail).get(GETS, 0), data=request.POST)
        if request.user.has_perm(CHANGE) and text.is_unsaved():
            self.message_user(request, UNSAVED, messages.WARNING)
            return self._page(request, mail, text=text, at=request.POST.get("at", ""))
        if not form.is_valid():
            return self._page(request, mail, send=form)
        checked = form.cleaned_data
        try:
            schedule_group_mail(
                mail_id=mail.pk,
                by=cast(User, request.user),
                version=checked["version"],
                readers=checked["readers"],
                send_at=checked["at"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            self.message_user(request, refusal.detail, messages.WARNING)
            # The page shows how it is now, and the next try is about that.
            return self._page(request, mail, at=request.POST.get("at", ""))
        when = f"from {in_named_zone(checked['at'])} on" if checked["at"] else "now"
        people = "1 person" if checked["readers"] == 1 else f"{checked['readers']} people"
        self._log(request, mail, f"It is sent to {people} {when}.")
        return redirect(row_address(request, self.opts, mail.pk))

    def _send_form(self, request: HttpRequest, mail: GroupMail, readers: int, **more: Any) -> SendForm:
        options = {"data": None, "profile": cast(User, request.user).profile} | more
        return SendForm(mail=mail, readers=readers, **options)

    def _page(
        self,
        request: HttpRequest,
        mail: GroupMail,
        *,
        text: TextForm | None = None,
        send: SendForm | None = None,
        at: str = "",
    ) -> HttpResponse:
        """Show a mail as it is now. A form that is shown again keeps what was typed, ``at`` as well."""
        mail = self._mail(request, mail.pk)
        if text is not None:
            text.catch_up(mail)
        is_draft = mail.status == GroupMail.Status.DRAFT
        numbers = standings_of(mail)
        texts = list(mail.texts.order_by("pk"))
        samples = samples_of(mail, SAMPLES) if texts and is_draft else []
        now = timezone.now()
        is_due = mail.status in GroupMail.WORKING and mail.send_at is not None and mail.send_at <= now
        goes_on = goes_on_at(mail, now=now) if is_due else now
        self._note(request, samples)
        context = {
            "title": self.subject(mail),
            "mail": mail,
            "is_draft": is_draft,
            "can_stop": mail.status in GroupMail.WORKING,
            "may_write": request.user.has_perm(CHANGE),
            "may_send": request.user.has_perm(SEND),
            "numbers": [(code, STANDINGS[code], number) for code, number in numbers.items()],
            "total": sum(numbers.values()),
            "is_due": is_due,
            "waits_until": goes_on if goes_on > now else None,
            "wanted": sum(number for code, number in numbers.items() if code not in LeftOut),
            "readers": numbers.get(GETS, 0),
            "done": sum(number for code, number in numbers.items() if code not in (GETS, "waits", *LeftOut)),
            "texts": texts,
            "samples": [(one, as_read(mail, one.person)) for one in samples],
            "text": text or TextForm(None, mail=mail),
            "send": send or self._send_form(request, mail, numbers.get(GETS, 0), at=at),
            "placeholders": PLACEHOLDERS.items(),
            "mails_a_day": value_of("group_mails_a_day"),
            "source": _list_of(mail),
            "zone": cast(User, request.user).profile.zone,
        }
        response = row_page(self, request, mail, "admin/accounts/groupmail/mail.html", context)
        if is_due and request.method == "GET":
            # A header, as the page works without script, and shows no timer to programs that read it out.
            wait = ceil((goes_on - now).total_seconds())
            response["Refresh"] = str(min(max(wait, REFRESH), REFRESH_MAX))
        return response


def _list_of(mail: GroupMail) -> str:
    """Return the address of the list from which its people were chosen. Empty if there is no such list any more."""
    try:
        address = reverse(f"admin:{mail.source}_changelist")
    except NoReverseMatch:
        return ""
    return f"{address}?{mail.query}" if mail.query else address
