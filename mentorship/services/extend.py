"""Extending a mentorship beyond its planned end."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from accounts.notifications.write import count_since, notify, skip_unsent
from accounts.words import day_in_words
from mentorship.exceptions import ExtendedTooOften, KeptApart, NoPlannedEnd, PlannedEndNotLater
from mentorship.locks import lock_mentorship
from mentorship.models import Mentorship
from mentorship.selectors.apart import is_apart

# An end that is further away is no plan.
EXTENSION_MAX = timedelta(weeks=52)
DAY = timedelta(days=1)
EXTENSIONS_A_DAY = 3


@transaction.atomic
def extend_mentorship(
    *, mentorship_id: int, by: User, until_on: date, now: datetime, as_admin: bool = False
) -> Mentorship:
    """Plan a later end. The other side is told, and both are asked again before it.

    An admin who acts ``as_admin`` is none of the two: both are told, and read that the organisers did it.

    Raises NotOneOfTheTwo, AboutYourself if such an admin is one, MoveNotAllowed if it is over, KeptApart after a block,
    NoPlannedEnd for one-off help, PlannedEndNotLater unless ``until_on`` is later than today and the present end, by
    EXTENSION_MAX from today at most.
    Raises ExtendedTooOften if somebody who is to be told was told EXTENSIONS_A_DAY times within a day.
    """
    mentorship = lock_mentorship(mentorship_id, by=by, as_admin=as_admin)
    if mentorship.status not in Mentorship.RUNNING:
        raise MoveNotAllowed("mentorship", mentorship.status, mentorship.status)
    if is_apart(mentorship):
        raise KeptApart(_("This mentorship cannot be planned longer any more. You can still end it."))
    if mentorship.planned_end_on is None:
        raise NoPlannedEnd(_("One-off help has no planned end. Propose to make it ongoing."))
    must_be_later(until_on, max(mentorship.planned_end_on, now.date()), now=now)
    both = [mentorship.mentee, mentorship.mentor.user]
    told = both if as_admin else [mentorship.other_of(by)]
    key = f"{mentorship.uuid}:"
    for person in told:
        _must_not_be_told_too_often(person, key, now)
    mentorship.planned_end_on, mentorship.end_asked_at = until_on, None
    mentorship.save(update_fields=["planned_end_on", "end_asked_at"])
    skip_unsent(recipients=both, kinds=["mentorship_ends_soon"], key_prefix=key, reason="A later end was planned.")
    skip_unsent(recipients=told, kinds=["mentorship_extended"], key_prefix=key, reason="A later end was planned.")
    payload = {"mentorship": str(mentorship.uuid)} | ({"by_organisers": "yes"} if as_admin else {})
    for person in told:
        notify(recipient=person, kind="mentorship_extended", key=f"{key}{until_on}", payload=payload, now=now)
    return mentorship


def _must_not_be_told_too_often(person: User, key: str, now: datetime) -> None:
    if count_since(recipient=person, kind="mentorship_extended", key_prefix=key, since=now - DAY) >= EXTENSIONS_A_DAY:
        raise ExtendedTooOften(
            ngettext(
                "The planned end has moved once within a day. Agree on a day with %(name)s, and enter it tomorrow.",
                "The planned end has moved %(number)s times within a day. Agree on a day with %(name)s, and enter it "
                "tomorrow.",
                EXTENSIONS_A_DAY,
            )
            % {"number": EXTENSIONS_A_DAY, "name": person.name}
        )


def must_be_later(until_on: date, present: date, *, now: datetime) -> None:
    """Raise PlannedEndNotLater unless a planned end is later than ``present``, by EXTENSION_MAX from today at most."""
    last = now.date() + EXTENSION_MAX
    if not present < until_on <= last:
        raise PlannedEndNotLater(
            _("Choose a day after %(first)s, and at the latest %(last)s.")
            % {"first": day_in_words(present), "last": day_in_words(last)}
        )
