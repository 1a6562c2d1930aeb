"""Correcting an open help request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.locks import lock_profile
from accounts.models import User
from matching.exceptions import AnotherQuestion, CorrectedTooOften, HelpRequestNotOpen
from matching.locks import lock_live_matches, lock_request
from matching.models import Correction, HelpRequest, Match
from matching.moves import tell_about_correction
from matching.selectors.corrections import readable_by
from matching.selectors.kept_apart import kept_apart_matches
from matching.services.checks import must_be_active, must_be_mentee, must_have_a_true_rate
from matching.services.limits import DAY
from matching.services.look_for_mentors import look_for_more
from matching.services.renew import renew_if_asked
from matching.services.submit import must_be_ready, must_be_unlike, open_requests_of

# Corrections of one request, and those of them of which mentors are told.
CORRECTIONS_A_DAY = 10
TOLD_A_DAY = 3
# A change of these makes another question of the request. Each has the words for a sentence.
FIXED = {
    "goal": gettext_lazy("the goal"),
    "session_kind": gettext_lazy("the kind of session"),
    "format": gettext_lazy("the format"),
    "cohort": gettext_lazy("the cohort"),
}


@transaction.atomic
def correct_help_request(
    *, help_request_id: int, by: User, changes: Mapping[str, Any], now: datetime
) -> Correction | None:
    """Change an open request. Mentors who were asked or offered read what changed in a message; their clocks go on.

    A search follows, which judges the proposals by the new text. Without a change nothing happens: None is returned.

    Raises NotYourTurn, HelpRequestNotOpen, AnotherQuestion for a change of FIXED, what ``must_be_ready`` raises,
    DuplicateHelpRequest if another open request asks for the same, and CorrectedTooOften at CORRECTIONS_A_DAY or
    TOLD_A_DAY.
    """
    request = lock_request(help_request_id)
    must_be_mentee(request, by)
    _must_be_correctable(request)
    changes = {name: value for name, value in changes.items() if not _same(getattr(request, name), value)}
    if not changes:
        return None
    _must_stay_the_same_question(changes)
    matches = lock_live_matches(request)
    profile = lock_profile(request.mentee_id)
    before = _stored(request, changes)
    for name, value in changes.items():
        setattr(request, name, value)
    must_have_a_true_rate(request)
    must_be_ready(request, profile)
    if request.cohort_id is None:
        must_be_unlike(request, open_requests_of(request.mentee_id).exclude(pk=request.pk))
    request.save()
    correction = _note(request, before, _stored(request, changes), matches, now)
    renew_if_asked(request, now)
    look_for_more(request, now)
    return correction


def _must_be_correctable(request: HelpRequest) -> None:
    if request.status == HelpRequest.Status.DRAFT:
        raise HelpRequestNotOpen(_("This help request is a draft, which nobody reads yet. Change it, and submit it."))
    if request.status != HelpRequest.Status.OPEN:
        raise HelpRequestNotOpen(
            _("This help request is %(status)s. Only an open one can be corrected.")
            % {"status": request.get_status_display().lower()}
        )
    must_be_active(request.goal)


def _must_stay_the_same_question(changes: Mapping[str, Any]) -> None:
    if other := [str(words) for name, words in FIXED.items() if name in changes]:
        raise AnotherQuestion(
            _(
                "This would be another question with a change of %(parts)s, and mentors may have read this one. Write "
                "a new help request for it, and withdraw this one if you do not need it any more."
            )
            % {"parts": ", ".join(other)}
        )


def _same(one: Any, other: Any) -> bool:
    """Return whether two values mean the same. Browsers send other line breaks, and boxes in another order."""
    if isinstance(one, str):
        return one.strip().splitlines() == other.strip().splitlines()
    return sorted(one) == sorted(other) if isinstance(one, list) else one == other


def _stored(request: HelpRequest, names: Iterable[str]) -> dict[str, Any]:
    """Return fields as a correction stores them."""
    values = {name: getattr(request, name) for name in names}
    if rate := values.get("max_rate"):
        values["max_rate"] = rate | {"amount": str(rate["amount"])}
    return values


def _note(
    request: HelpRequest, before: Mapping[str, Any], after: Mapping[str, Any], matches: list[Match], now: datetime
) -> Correction:
    """Store the correction, and tell each mentor who waits for an answer, or is waited for, and may read of it."""
    told = _to_tell(request, matches, after)
    _must_not_be_too_often(request, now, told=bool(told))
    # A correction that waited for the lock comes after the questions that ended meanwhile.
    last_end = request.matches.aggregate(at=Max("ended_at"))["at"]
    correction = Correction.objects.create(
        help_request=request,
        number=request.corrections.count() + 1,
        corrected_at=max(now, last_end + timedelta.resolution) if last_end else now,
        before=dict(before),
        after=dict(after),
        was_told=bool(told),
    )
    for match in told:
        tell_about_correction(match, correction, now)
    return correction


def _must_not_be_too_often(request: HelpRequest, now: datetime, *, told: bool) -> None:
    today = request.corrections.filter(corrected_at__gt=now - DAY)
    if told and today.filter(was_told=True).count() >= TOLD_A_DAY:
        raise CorrectedTooOften(
            _(
                "You have corrected this request %(count)d times within a day, and mentors were told each time. "
                "Collect what else is to be changed, and send it tomorrow."
            )
            % {"count": TOLD_A_DAY}
        )
    if today.count() >= CORRECTIONS_A_DAY:
        raise CorrectedTooOften(
            _(
                "You have corrected this request %(count)d times within a day. Collect what else is to be changed, and "
                "send it tomorrow."
            )
            % {"count": CORRECTIONS_A_DAY}
        )


def _to_tell(request: HelpRequest, matches: list[Match], changed: Iterable[str]) -> list[Match]:
    apart = set(kept_apart_matches().filter(help_request=request).values_list("pk", flat=True))
    told = []
    for match in matches:
        match.is_kept_apart = match.pk in apart  # type: ignore[attr-defined]
        match.help_request = request
        if match.status in Match.WAITING and set(changed) & set(readable_by(match)):
            told.append(match)
    return told
