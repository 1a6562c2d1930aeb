"""Buttons of the pages behind signed links: a form, and the move that it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.signed import Outcome, attempt, form_problem
from matching.models import HelpRequest, Match
from matching.services.decline import NOTE_MAX

# From the name of a button to its form, and to the service that makes the move.
Buttons = Mapping[str, tuple[type[forms.Form], Callable[..., object]]]

NO_REASON = {
    "required": gettext_lazy("Choose a reason."),
    "invalid_choice": gettext_lazy("Choose a reason from the list."),
}
# The status of a match after each button.
STATUS_AFTER = {
    "ask": Match.Status.ASKED,
    "ask_back": Match.Status.CLARIFYING,
    "clarify": Match.Status.ASKED,
    "accept": Match.Status.ACCEPTED,
    "decline": Match.Status.DECLINED,
    "withdraw": Match.Status.WITHDRAWN,
    "dismiss": Match.Status.DISMISSED,
}


class DeclineForm(forms.Form):
    """Decline with a reason. Each side has its own reasons."""

    reason = forms.ChoiceField(error_messages=NO_REASON)
    note = forms.CharField(max_length=NOTE_MAX, required=False, strip=True)


def press(request: HttpRequest, buttons: Buttons, name: str, match: Match, by: User) -> Outcome:
    """Make the move of the button ``name`` with the posted values. Return the problem to show, if any."""
    if name not in buttons:
        return _("Choose one of the answers."), 400
    form_class, move = buttons[name]
    form = form_class(request.POST)
    if not form.is_valid():
        return form_problem(form), 400
    return attempt(
        move, is_done=lambda: is_now(match, STATUS_AFTER[name]), match_id=match.pk, by=by, **form.cleaned_data
    )


def is_now(row: HelpRequest | Match, status: str) -> bool:
    """Return whether the stored row is in ``status``. A row that was deleted meanwhile is in none."""
    return type(row)._default_manager.filter(pk=row.pk, status=status).exists()


def posted_uuid(request: HttpRequest, name: str) -> UUID:
    """Return the posted identifier ``name``. Raises Http404 for anything else."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Http404 from None
