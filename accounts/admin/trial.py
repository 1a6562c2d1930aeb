"""Trial mode in the admin: the switch with its list of addresses, and what it has held."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone

from accounts.admin.base import ReadOnlyAdmin, needs
from accounts.exceptions import Refusal
from accounts.models import Notification, TrialMode, User
from accounts.models.addresses import plain_address, validate_address
from accounts.models.trial import ADDRESSES_MAX
from accounts.notifications.trial import held_count, people_to_invite
from accounts.services.trial import invitations_after, set_trial_mode
from accounts.way_back import list_address

WORDS_MAX = 60_000


class TrialForm(forms.Form):
    """The switch and the list. ``was`` is when it was changed last, as the owner saw it."""

    is_on = forms.BooleanField(label="Trial mode is on", required=False)
    addresses = forms.CharField(
        label="Addresses that get mail",
        required=False,
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 6, "cols": 60}),
        help_text=f"One on each line, {ADDRESSES_MAX} at most.",
    )
    was = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_addresses(self) -> list[str]:
        listed = list(dict.fromkeys(map(plain_address, self.cleaned_data["addresses"].split())))
        if len(listed) > ADDRESSES_MAX:
            raise ValidationError(f"These are {len(listed)} addresses. Write {ADDRESSES_MAX} at most.")
        for address in listed:
            try:
                validate_address(address)
            except ValidationError as error:
                raise ValidationError(f"{address[:80]}: {error.messages[0]}") from error
        return listed

    def clean_was(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self.cleaned_data["was"]) if self.cleaned_data["was"] else None
        except ValueError as error:
            raise ValidationError("Load the page again, then decide.") from error


@admin.register(TrialMode)
class TrialModeAdmin(ReadOnlyAdmin):
    """One row, once it was used. A page of its own changes it."""

    list_display = ["is_on", "since_at", "number_of_addresses", "changed_by", "changed_at"]
    list_select_related = ["changed_by"]
    list_display_links = ["is_on"]
    change_list_template = "admin/accounts/trialmode/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [path("switch/", view(self.switch), name="accounts_trialmode_switch"), *super().get_urls()]

    @admin.display(description="addresses that get mail")
    def number_of_addresses(self, trial: TrialMode) -> int:
        return len(trial.addresses)

    def switch(self, request: HttpRequest) -> HttpResponse:
        """Switch trial mode on or off, and change its list."""
        needs(request, "accounts.change_trialmode")
        trial = TrialMode.objects.select_related("changed_by").first() or TrialMode()
        if request.method == "POST":
            form = TrialForm(request.POST)
            if form.is_valid() and self._set(request, form):
                return redirect(list_address(request, self.opts))
            # Somebody may have changed it meanwhile. The page shows how it is, and the next try is about that.
            trial = TrialMode.objects.select_related("changed_by").first() or TrialMode()
            form.data = request.POST.copy()
            form.data["was"] = _changed(trial)
        else:
            addresses = trial.addresses or [cast(User, request.user).email]
            was = _changed(trial)
            form = TrialForm(initial={"is_on": trial.is_on, "addresses": "\n".join(addresses), "was": was})
        context = self.admin_site.each_context(request) | {
            "title": "Trial mode",
            "crumb": "Switch",
            "opts": self.opts,
            "trial": trial,
            "form": form,
            "held": held_count(trial),
            "to_invite": people_to_invite(trial).count(),
            "waiting": Notification.objects.filter(status=Notification.Status.PENDING).count(),
        }
        return render(request, "admin/accounts/trialmode/switch.html", context)

    def _set(self, request: HttpRequest, form: TrialForm) -> bool:
        """Store a valid form. Return False if it is refused, and say why."""
        try:
            stored = set_trial_mode(**form.cleaned_data, by=cast(User, request.user), now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.detail)
            return False
        number = len(stored.addresses)
        listed = f"{number} address{'es' if number != 1 else ''}"
        sentence = f"Trial mode is on for {listed}." if stored.is_on else "Trial mode is off."
        if sent := invitations_after(stored):
            sentence += f" {sent} invitation{'s are' if sent != 1 else ' is'} sent now."
        self.log_change(request, stored, sentence)
        self.message_user(request, sentence)
        return True


def _changed(trial: TrialMode) -> str:
    return trial.changed_at.isoformat() if trial.changed_at else ""
