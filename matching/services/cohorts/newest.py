"""Admins act on the newest draft of a cohort. Who acts on another one reads what somebody did meanwhile."""

from __future__ import annotations

from datetime import datetime

from matching.exceptions import DraftInTheMaking, DraftIsOld, DraftNotMade
from matching.models import CohortDraft

Status = CohortDraft.Status


def must_be_newest(draft: CohortDraft) -> None:
    """Raise unless a draft is the newest one that is made, and none is being made. Failed ones are not newer.

    Raises DraftNotMade, DraftInTheMaking, DraftIsOld.
    """
    if draft.status != Status.DONE:
        raise DraftNotMade(f"Draft {draft.number} is {draft.get_status_display().lower()}, so it has no pairs.")
    later = CohortDraft.objects.filter(cohort=draft.cohort_id, number__gt=draft.number).exclude(status=Status.FAILED)
    newer = later.select_related("asked_by").order_by("-number").first()
    if newer is None:
        return
    must_not_be_in_the_making(newer)
    raise DraftIsOld(
        f"{_who(newer)} made draft {newer.number} on {_moment(newer.ended_at or newer.asked_at)}: {newer.what} "
        "Look at it first."
    )


def must_not_be_in_the_making(draft: CohortDraft | None) -> None:
    """Raise DraftInTheMaking if the worker makes the draft, or will."""
    if draft is not None and draft.is_working:
        raise DraftInTheMaking(
            f"Draft {draft.number} is being made; {_who(draft)} asked for it on {_moment(draft.asked_at)}. "
            "Wait until it is there."
        )


def _who(draft: CohortDraft) -> str:
    return draft.asked_by.name if draft.asked_by else "Somebody who has left"


def _moment(at: datetime) -> str:
    return f"{at:%d %B %Y, %H:%M} UTC"
