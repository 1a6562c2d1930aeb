"""Writing to the two of a mentorship in which nothing happens: plan a session, and at last, close it?"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.notifications.write import notify, skip_unsent
from accounts.sweep import each_due
from mentorship.models import Mentorship
from mentorship.selectors.apart import with_apart
from mentorship.selectors.silence import CLOSE_AFTER, LOOK_AGAIN_AFTER, STEPS, with_quiet_since


def write_to_the_quiet(*, now: datetime) -> int:
    """Write to both of each active mentorship that has been quiet for one of STEPS. Return how many mentorships.

    A late sweep writes the last message that is due, not all of them. Each comes once in a silence.
    """
    return each_due(_due(now), lambda mentorship_id: _look(mentorship_id, now=now))


@transaction.atomic
def _look(mentorship_id: int, *, now: datetime) -> bool:
    locked = _due(now).select_for_update(skip_locked=True, of=("self",), no_key=True)
    people = with_apart(with_quiet_since(locked, now=now)).select_related("mentor__user", "mentee")
    mentorship = people.filter(pk=mentorship_id).first()
    if mentorship is None:
        return False
    since = mentorship.quiet_since  # type: ignore[attr-defined]
    ahead = [since + step for step in STEPS if since + step > now]
    mentorship.silence_due_at = min([*ahead, now + LOOK_AGAIN_AFTER])
    mentorship.save(update_fields=["silence_due_at"])
    reached = [step for step in STEPS if since + step <= now]
    both = [mentorship.mentee, mentorship.mentor.user]
    is_apart = mentorship.is_kept_apart or not all(person.is_active for person in both)  # type: ignore[attr-defined]
    if not reached or is_apart or mentorship.is_served:  # type: ignore[attr-defined]
        return False
    written = [_write(mentorship, person, since, reached, now=now) for person in both]
    return any(written)


def _write(mentorship: Mentorship, person: User, since: datetime, reached: list[timedelta], *, now: datetime) -> bool:
    """Write the message of the last step that is reached. Return whether it is new."""
    *earlier, step = reached
    silence = f"{mentorship.uuid}:{since.isoformat()}:"
    is_new = notify(
        recipient=person,
        kind="mentorship_silent" if step == CLOSE_AFTER else "mentorship_quiet",
        key=f"{silence}{step.days}",
        payload={"mentorship": str(mentorship.uuid), "since": since.isoformat()},
        now=now,
    )
    for step in earlier if is_new else ():
        skip_unsent(
            recipients=[person],
            kinds=["mentorship_quiet"],
            key_prefix=f"{silence}{step.days}",
            reason="A later message says more.",
        )
    return is_new


def _due(now: datetime) -> QuerySet[Mentorship]:
    due = Mentorship.objects.filter(status=Mentorship.Status.ACTIVE, silence_due_at__lte=now)
    return due.order_by("silence_due_at", "pk")
