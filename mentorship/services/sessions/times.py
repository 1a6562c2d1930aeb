"""Times that a session could start at: checked, stored, and told to the other side."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.notifications.write import count_since, notify
from accounts.words import day_in_words
from mentorship.exceptions import KeptApart, MentorshipNotActive, ProposedTooOften, TimesNotPossible
from mentorship.models import Mentorship, Session, SessionTime
from mentorship.models.session import AHEAD_MAX, TIMES_MAX
from mentorship.moves import close_question
from mentorship.selectors.apart import can_meet

DAY = timedelta(days=1)
PROPOSALS_A_DAY = 6


def must_be_active(mentorship: Mentorship) -> None:
    """Raise MentorshipNotActive unless sessions can be planned, KeptApart after a block, or if one has left."""
    if mentorship.status == Mentorship.Status.PAUSED:
        raise MentorshipNotActive(_("The mentorship is paused. Resume it, then plan the next session."))
    if mentorship.status not in Mentorship.RUNNING:
        raise MentorshipNotActive(_("The mentorship is over, so no session can be planned in it."))
    if not can_meet(mentorship):
        raise KeptApart(_("No session can be planned in this mentorship any more. You can still end it."))


def open_times(session: Session, times: Collection[datetime], *, by: User, now: datetime) -> None:
    """Replace the times to choose from, and ask the other side. The session is locked and is saved.

    Raises TimesNotPossible, ProposedTooOften.
    """
    chosen = _checked(times, now)
    other = session.mentorship.other_of(by)
    key = f"{session.mentorship.uuid}:"
    asked = count_since(recipient=other, kind="session_proposed", key_prefix=key, since=now - DAY)
    if asked + _taken_back(session.mentorship, by=by, since=now - DAY) >= PROPOSALS_A_DAY:
        raise ProposedTooOften(
            _("%(name)s was asked for a time %(number)d times within a day. Agree by mail, or try again tomorrow.")
            % {"name": other.name, "number": PROPOSALS_A_DAY}
        )
    session.proposed_by, session.waits_since_at = by, now
    session.save()
    session.times.all().delete()
    SessionTime.objects.bulk_create(
        SessionTime(session=session, number=number, starts_at=at) for number, at in enumerate(chosen, start=1)
    )
    close_question(session)
    notify(
        recipient=other,
        kind="session_proposed",
        key=f"{key}{session.uuid}:{now.isoformat()}",
        payload={"session": str(session.uuid), "asked": now.isoformat()},
        now=now,
    )


def _taken_back(mentorship: Mentorship, *, by: User, since: datetime) -> int:
    """Return how many sessions ``by`` has cancelled that never had a time. The other side had a mail about each."""
    never_planned = mentorship.sessions.filter(status=Session.Status.CANCELLED, version=0)
    return never_planned.filter(cancelled_by=by, cancelled_at__gt=since).count()


def _checked(times: Collection[datetime], now: datetime) -> list[datetime]:
    chosen = sorted(set(times))
    if not chosen or len(times) > TIMES_MAX:
        raise TimesNotPossible(
            ngettext("Propose %(number)d time.", "Propose one to %(number)d times.", TIMES_MAX) % {"number": TIMES_MAX}
        )
    if len(chosen) < len(times):
        raise TimesNotPossible(_("One time is there twice. Propose each time once."))
    if chosen[0] <= now:
        raise TimesNotPossible(_("One of the times is past. Propose times that come."))
    if chosen[-1] > now + AHEAD_MAX:
        latest = day_in_words((now + AHEAD_MAX).date())
        raise TimesNotPossible(_("Propose times until %(day)s at the latest.") % {"day": latest})
    return chosen
