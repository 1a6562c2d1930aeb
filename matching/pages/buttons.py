"""Buttons of pages about a match: a form, and the move that it makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import Http404, HttpRequest

from accounts.models import User
from accounts.page_forms import SerializerForm, problem_of
from accounts.signed import Outcome, attempt, is_now, unknown_button
from matching.models import Match

# From the name of a button to its form, if it has fields, and to the service that makes the move.
Buttons = Mapping[str, tuple[type[SerializerForm] | None, Callable[..., object]]]

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


def press(request: HttpRequest, buttons: Buttons, match: Match, by: User) -> Outcome:
    """Make the move of the pressed button with the posted values. Return the problem to show, if any."""
    name = request.POST.get("do", "")
    if name not in buttons:
        return unknown_button()
    form_class, move = buttons[name]
    values = {}
    if form_class is not None:
        form = form_class(request.POST)
        if not form.is_valid():
            return problem_of(form), 400
        values = form.checked
    return attempt(move, is_done=lambda: is_now(match, STATUS_AFTER[name]), match_id=match.pk, by=by, **values)


def form_classes(buttons: Buttons) -> dict[str, type[SerializerForm] | None]:
    return {name: form_class for name, (form_class, _move) in buttons.items()}


def posted_number(posted: Mapping[str, str], name: str) -> int:
    """Return a posted number of a few digits, 0 for anything else."""
    text = posted.get(name, "")
    return int(text) if re.fullmatch("[0-9]{1,4}", text) else 0


def posted_uuid(request: HttpRequest, name: str) -> UUID:
    """Return the posted identifier ``name``. Raises Http404 for anything else."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Http404 from None
