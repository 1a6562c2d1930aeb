"""Writing to the two of a mentorship, as an admin: plan a session."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import MoveNotAllowed, WrittenToday
from accounts.models import User
from accounts.notifications.write import notify
from mentorship.exceptions import KeptApart
from mentorship.locks import lock_mentorship
from mentorship.models import Mentorship
from mentorship.selectors.apart import can_meet
from mentorship.selectors.silence import name_of_silence, quiet_since


def ask_for_first_session(*, mentorship_id: int, by: User, now: datetime) -> None:
    """Ask both to plan their first session.

    Raises AboutYourself, MoveNotAllowed unless it is active, KeptApart, WrittenToday.
    """
    _write(mentorship_id, "first_session_missing", by, now)


def nudge_the_quiet(*, mentorship_id: int, by: User, now: datetime) -> None:
    """Write to both that nothing is planned, as the sweep over silence does. Raises as ``ask_for_first_session``."""
    _write(mentorship_id, "mentorship_quiet", by, now)


@transaction.atomic
def _write(mentorship_id: int, kind: str, by: User, now: datetime) -> None:
    """Write to both, once a day at most."""
    mentorship = lock_mentorship(mentorship_id, by=by, as_admin=True)
    if mentorship.status != Mentorship.Status.ACTIVE:
        raise MoveNotAllowed("mentorship", mentorship.status, Mentorship.Status.ACTIVE)
    if not can_meet(mentorship):
        raise KeptApart(_("The two are kept apart, or one of them left: no mail goes to them about each other."))
    silence = name_of_silence(mentorship, quiet_since(mentorship, now=now))
    new = [
        notify(
            recipient=person,
            kind=kind,
            key=f"{mentorship.uuid}:admin:{now.date()}",
            payload={"mentorship": str(mentorship.uuid), "silence": silence},
            now=now,
        )
        for person in (mentorship.mentee, mentorship.mentor.user)
    ]
    if not any(new):
        raise WrittenToday(_("Both had this mail today. Write again tomorrow, or call them."))
