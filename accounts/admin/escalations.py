"""Escalations in the admin: the page of each, the buttons of the home, their rules, and what was noted on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.admin.base import ReadOnlyAdmin, attempt
from accounts.admin.reads import note_concerns, note_read
from accounts.admin.reasons import ReasonForm
from accounts.admin.worded_filters import by_name, is_there
from accounts.escalations import EscalationKind, all_kinds, known_kind
from accounts.models import Concern, Escalation, User
from accounts.models.escalation import DAYS_MAX
from accounts.needs_somebody import action_of, neighbours_of_escalation
from accounts.open_escalations import (
    Cause,
    OpenEscalation,
    count_with,
    is_part,
    moment,
    note_on,
    notes_for,
    open_escalation,
    rule_in_force,
    rule_values,
    rules_in_force,
)
from accounts.selectors import admins_who_may, possible_owners
from accounts.services.escalations import SNOOZE_DAYS, assign, dismiss, do_suggested, set_rule, snooze
from accounts.suggested_actions import Deed
from accounts.way_back import Neighbours, with_list

READER = "The other admins read it."
SNOOZES = {f"snooze-{days}": days for days in SNOOZE_DAYS}
# The button that takes an escalation names the admin whom the reader saw there.
TAKE = re.compile(r"take-([0-9]{0,18})")


class AssignForm(forms.Form):
    """``was`` is the admin whom the reader saw there: a change in between is refused."""

    to = forms.ModelChoiceField(User.objects.none(), required=False, label="Assign to", empty_label="Nobody")
    was = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, escalation: OpenEscalation, **options: Any) -> None:
        super().__init__(*args, **options)
        before, row = escalation.assigned_to, escalation.row
        self.initial = {"to": before, "was": before and before.pk}
        to = cast(forms.ModelChoiceField, self.fields["to"])
        to.queryset = possible_owners(row) if isinstance(row, Concern) else _may_take(escalation.kind)


class RuleForm(forms.Form):
    days = forms.IntegerField(min_value=0, max_value=DAYS_MAX)
    is_on = forms.BooleanField(required=False, label="It is on")
    owner = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        empty_label="Nobody",
        help_text="Takes care of those that are not assigned.",
    )
    # The values in force that the reader saw: a change in between is refused.
    was = forms.CharField(max_length=40, widget=forms.HiddenInput)
    # The values whose effect the reader saw. Only these are saved.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: EscalationKind, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ModelChoiceField, self.fields["owner"]).queryset = _may_take(kind)

    def values(self) -> str:
        checked = self.cleaned_data
        return rule_values(checked["days"], checked["is_on"], checked["owner"])


def _title_of(code: str) -> str:
    kind = known_kind(code)
    return kind.title if kind else code


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    """Notes of admins on escalations. The home of the admin shows those that are open."""

    list_display = ["title", "subject", "since_at", "assigned_to", "snoozed_until_at", "done", "dismissed_reason"]
    list_select_related = ["assigned_to"]
    list_filter = [
        by_name("kind", _title_of),
        is_there("dismissed_at", "dismissed", yes="dismissed", no="not dismissed"),
    ]
    search_fields = ["dismissed_reason", "done", "assigned_to__email", "assigned_to__name"]
    date_hierarchy = "since_at"
    ordering = ["-since_at", "-pk"]
    fields = [
        *("title", "subject", "since_at", "assigned_to", "snoozed_until_at", "snoozed_by"),
        *("acted_at", "acted_by", "done", "dismissed_at", "dismissed_by", "dismissed_reason"),
    ]
    readonly_fields = ["title"]
    change_list_template = "admin/accounts/escalation/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Escalation]:
        """Return the notes of kinds that the admin may see, without those on causes of which they are a part."""
        user = cast(User, request.user)
        # Without a right to the list at all, its pages refuse by themselves.
        may_view = user.has_perm("accounts.view_escalation")
        hidden = [kind.code for kind in all_kinds() if may_view and not user.has_perm(kind.view_permission)]
        others = notes_for(user, now=timezone.now())
        return super().get_queryset(request).filter(pk__in=others.values("pk")).exclude(kind__in=hidden)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("rules/", view(self.rules), name="accounts_escalation_rules"),
            path("rules/<slug:code>/", view(self.rule), name="accounts_escalation_rule"),
            path("<slug:code>/<int:subject>/<int:since>/", view(self.one), name="accounts_escalation_one"),
            *super().get_urls(),
        ]

    @admin.display(description="kind", ordering="kind")
    def title(self, note: Escalation) -> str:
        return _title_of(note.kind)

    # --- one escalation -----------------------------------------------------------------------------------

    def one(self, request: HttpRequest, code: str, subject: int, since: int) -> HttpResponse:
        """Show an escalation with all that can be done about it, and do what a button says."""
        kind = _kind(code)
        _needs(request, "accounts.view_escalation", kind.view_permission)
        try:
            cause = Cause(kind=code, subject=subject, since_at=moment(since))
        except OverflowError as error:
            raise Http404 from error
        user, now = cast(User, request.user), timezone.now()
        escalation = open_escalation(cause, rule_in_force(kind), reader=user, now=now)
        if request.method == "POST":
            _needs(request, "accounts.change_escalation")
        if escalation is None:
            return self._gone(request, cause)
        return self._act(request, escalation) if request.method == "POST" else self._page(request, escalation)

    def _act(self, request: HttpRequest, escalation: OpenEscalation) -> HttpResponse:
        """Do what the button says. A service decides under its lock whether it is still possible."""
        user, do = cast(User, request.user), request.POST.get("do", "")
        named: dict[str, Any] = {"cause": escalation.cause, "now": timezone.now()}
        if do == "act":
            return self._do_suggested(request, escalation)
        if do in SNOOZES:
            days = SNOOZES[do]
            act, done = partial(snooze, days=days, by=user, **named), f"put off for {days} day{'s'[: days > 1]}"
        elif taken := TAKE.fullmatch(do):
            was = int(taken[1]) if taken[1] else None
            act, done = partial(assign, to=user, was=was, by=user, **named), "assigned to you"
        elif do == "assign":
            form = AssignForm(request.POST, escalation=escalation)
            if not form.is_valid():
                raise BadRequest("There is no such admin.")
            to = form.cleaned_data["to"]
            act = partial(assign, to=to, was=form.cleaned_data["was"], by=user, **named)
            done = f"assigned to {to or 'nobody'}"
        elif do == "dismiss":
            reason = ReasonForm(request.POST, reader=READER, auto_id="dismiss_%s")
            if not reason.is_valid():
                return self._page(request, escalation, reason=reason)
            act, done = partial(dismiss, reason=reason.cleaned_data["reason"], by=user, **named), "dismissed"
        else:
            raise BadRequest("There is no such button.")
        return self._attempt(request, escalation, act, done)

    def _do_suggested(self, request: HttpRequest, escalation: OpenEscalation) -> HttpResponse:
        user, now = cast(User, request.user), timezone.now()
        action = action_of(escalation, user)
        if action is None:
            raise PermissionDenied
        service = action.act
        if service is None:
            raise BadRequest("There is no such button.")
        answers: dict[str, Any] = {}
        if action.form is not None:
            form = action.form(request.POST)
            if not form.is_valid():
                return self._page(request, escalation, asked=form)
            answers = form.cleaned_data
        deed = Deed(by=user, now=now, answers=answers)
        act = partial(
            do_suggested,
            cause=escalation.cause,
            act=lambda row: service(row, deed),
            done=action.done,
            rests_for=action.rests_for,
            by=user,
            now=now,
        )
        return self._attempt(request, escalation, act, action.done)

    def _attempt(
        self, request: HttpRequest, escalation: OpenEscalation, act: Callable[[], object], done: str
    ) -> HttpResponse:
        """Call ``act``, say what came of it, and log it with the thing behind the escalation."""
        title = escalation.kind.title

        def acted() -> str:
            act()
            return f"{title}: {done}."

        attempt(self, request, escalation.kind.shown_by(escalation.row), acted, about=f"{title}: ")
        return redirect(_next(request))

    def _gone(self, request: HttpRequest, cause: Cause) -> HttpResponse:
        """Lead back, and say why an escalation needs nobody any more."""
        is_hidden = is_part(cast(User, request.user), cause, now=timezone.now())
        note = None if is_hidden else note_on(cause)
        done = f" {note.acted_by} was here: {note.done}" if note and note.acted_at else ""
        self.message_user(request, f"It needs nobody any more.{done}", messages.WARNING)
        return redirect(_next(request))

    def _page(
        self,
        request: HttpRequest,
        escalation: OpenEscalation,
        *,
        asked: forms.Form | None = None,
        reason: ReasonForm | None = None,
    ) -> HttpResponse:
        user = cast(User, request.user)
        action = action_of(escalation, user)
        if action and action.form and asked is None:
            asked = action.form()
        if action and action.reads:
            for person in escalation.about:
                note_read(request, person, action.reads)
        if isinstance(escalation.row, Concern):
            note_concerns(request, [escalation.row])
        context = self.admin_site.each_context(request) | {
            "title": escalation.kind.title,
            "escalation": escalation,
            "thing": f"the {escalation.kind.model._meta.verbose_name}",
            "action": action,
            "asked": asked,
            "facts": action.facts(escalation.row) if action else (),
            "reason": reason or ReasonForm(reader=READER, auto_id="dismiss_%s"),
            "assign": AssignForm(escalation=escalation, auto_id="assign_%s"),
            "snooze_days": SNOOZE_DAYS,
            "may_note": user.has_perm("accounts.change_escalation"),
            "may_open_people": user.has_perm("accounts.view_user"),
            "next": _next(request),
            "neighbours": neighbours_of_escalation(user, escalation.cause, home=_next(request)),
            "now": timezone.now(),
        }
        return render(request, "admin/accounts/escalation/one.html", context)

    # --- rules --------------------------------------------------------------------------------------------

    def rules(self, request: HttpRequest) -> HttpResponse:
        """List the rules of all kinds, as they are in force."""
        _needs(request, "accounts.view_escalationrule")
        context = self.admin_site.each_context(request) | {
            "title": "Rules of what needs somebody",
            "opts": self.opts,
            "rules": rules_in_force(),
            "may_change": cast(User, request.user).has_perm("accounts.change_escalationrule"),
        }
        return render(request, "admin/accounts/escalation/rules.html", context)

    def rule(self, request: HttpRequest, code: str) -> HttpResponse:
        """Change a rule. The page says how many escalations it gives now and then, before it is saved."""
        _needs(request, "accounts.change_escalationrule")
        kind, now, user = _kind(code), timezone.now(), cast(User, request.user)
        rule = rule_in_force(kind)
        initial = {"days": rule.days, "is_on": rule.is_on, "owner": rule.owner, "was": rule.values}
        form = RuleForm(request.POST or None, kind=kind, initial=initial, auto_id="%s")
        then, status = None, 200
        if request.method == "POST" and form.is_valid():
            wanted = {name: form.cleaned_data[name] for name in ("days", "is_on", "owner")}
            if request.POST.get("do") == "save" and form.cleaned_data["seen"] == form.values():

                def save() -> str:
                    changed = set_rule(kind=kind, was=form.cleaned_data["was"], **wanted)
                    sentence = f"{kind.title}: the rule is saved."
                    self.log_change(request, changed, sentence)
                    return sentence

                if attempt(self, request, None, save):
                    return redirect(with_list(request, reverse("admin:accounts_escalation_rules")))
                rule, status = rule_in_force(kind), 409
            then = count_with(kind, days=wanted["days"], now=now, reader=user) if wanted["is_on"] else 0
            shown = request.POST.copy()
            shown["seen"] = form.values()
            if status == 409:
                shown["was"] = rule.values
            form = RuleForm(shown, kind=kind, auto_id="%s")
        context = self.admin_site.each_context(request) | {
            "title": f"Rule: {kind.title}",
            "opts": self.opts,
            "kind": kind,
            "rule": rule,
            "form": form,
            "count": count_with(kind, days=rule.days, now=now, reader=user) if rule.is_on else 0,
            "then": then,
            "neighbours": self._neighbours_of_rule(request, kind),
        }
        return render(request, "admin/accounts/escalation/rule.html", context, status=status)

    def _neighbours_of_rule(self, request: HttpRequest, kind: EscalationKind) -> Neighbours:
        """Return the rules before and after one, in the order of their list."""
        codes = [each.code for each in all_kinds()]
        at = codes.index(kind.code)
        before, after = (
            with_list(request, reverse("admin:accounts_escalation_rule", args=[codes[other]]))
            if 0 <= other < len(codes)
            else None
            for other in (at - 1, at + 1)
        )
        return Neighbours(before, after, at + 1, len(codes))


def _may_take(kind: EscalationKind) -> QuerySet[User]:
    """Return the admins who may take care of escalations of ``kind``."""
    return admins_who_may("accounts.change_escalation", kind.view_permission)


def _needs(request: HttpRequest, *permissions: str) -> None:
    """Raise PermissionDenied unless the user has all of ``permissions``."""
    if not cast(User, request.user).has_perms(permissions):
        raise PermissionDenied


def _kind(code: str) -> EscalationKind:
    kind = known_kind(code)
    if kind is None:
        raise Http404
    return kind


def _next(request: HttpRequest) -> str:
    """Return the page of this site that the reader came from, else the home of the admin."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_here = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_here else reverse("admin:index")
