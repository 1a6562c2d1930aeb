"""Writing to the two of a mentorship in which nothing happens: plan a session, and at last, close it?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.notifications.write import notify, skip_unsent
from accounts.sweep import each_due
from mentorship.models import Mentorship
from mentorship.selectors.apart import with_apart
from mentorship.selectors.silence import LOOK_AGAIN_AFTER, STEPS, name_of_silence, step_of_silence, with_quiet_since

# The keys of messages about a silence name them by the days of the default. So a change of the setting repeats none.
NAMES = ("7", "14", "21", "28")


def write_to_the_quiet(*, now: datetime) -> int:
    """Write to both of each active mentorship that has been quiet for one of the steps. Return how many mentorships.

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
    due = [since + number * step_of_silence() for number in range(1, STEPS + 1)]
    mentorship.silence_due_at = min([*(at for at in due if at > now), now + LOOK_AGAIN_AFTER])
    mentorship.save(update_fields=["silence_due_at"])
    reached = sum(at <= now for at in due)
    both = [mentorship.mentee, mentorship.mentor.user]
    is_apart = mentorship.is_kept_apart or not all(person.is_active for person in both)  # type: ignore[attr-defined]
    if not reached or is_apart or mentorship.is_served:  # type: ignore[attr-defined]
        return False
    written = [_write(mentorship, person, since, reached, now=now) for person in both]
    return any(written)


def _write(mentorship: Mentorship, person: User, since: datetime, reached: int, *, now: datetime) -> bool:
    """Write the message of the last step that is reached. Return whether it is new."""
    *earlier, last = NAMES[:reached]
    name = name_of_silence(mentorship, since)
    silence = f"{mentorship.uuid}:{name}:"
    is_new = notify(
        recipient=person,
        kind="mentorship_silent" if reached == STEPS else "mentorship_quiet",
        key=f"{silence}{last}",
        payload={"mentorship": str(mentorship.uuid), "silence": name},
        now=now,
    )
    for before in earlier if is_new else ():
        skip_unsent(
            recipients=[person],
            kinds=["mentorship_quiet"],
            key_prefix=f"{silence}{before}",
            reason="A later message says more.",
        )
    return is_new


def _due(now: datetime) -> QuerySet[Mentorship]:
    due = Mentorship.objects.filter(status=Mentorship.Status.ACTIVE, silence_due_at__lte=now)
    return due.order_by("silence_due_at", "pk")
