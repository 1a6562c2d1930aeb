"""Moving a question or an offer that is stuck, as an admin."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.about_others import must_be_about_others
from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from accounts.notifications.write import count_since
from matching.exceptions import ExtendedBefore, ExtensionTooLong, RemindedLately
from matching.jobs.remind import REMINDERS, last_reminder, write_reminder
from matching.locks import lock_match
from matching.models import Match
from matching.moves import move_match, tell
from matching.services.checks import must_not_be_apart
from matching.services.look_for_mentors import look_for_more
from mentorship.exceptions import MentorAtCapacity
from mentorship.selectors.mentors import is_full

EXTENSION_MAX = 7  # days
REMIND_EVERY = timedelta(days=1)


@transaction.atomic
def remind_now(*, match_id: int, by: User, now: datetime) -> Match:
    """Remind the side whose turn it is. It counts as one of the two reminders of this turn, if one is left.

    Raises SuggestionGone, AboutYourself if ``by`` is one of the two, MoveNotAllowed unless it waits for an answer,
    PairNotAllowed, MentorAtCapacity for a mentor who could not say yes, and RemindedLately within REMIND_EVERY.
    """
    match = _lock(match_id, by, Match.WAITING)
    if match.status == Match.Status.ASKED and is_full(match.mentor):
        raise MentorAtCapacity(
            _("The mentor has no free place, so they could not say yes. End the question, or wait for a place.")
        )
    kind = REMINDERS[Match.Status(match.status)]
    told = match.mentor.user if match.whose_turn == Match.Side.MENTOR else match.help_request.mentee
    if count_since(recipient=told, kind=kind, key_prefix=f"{match.uuid}:", since=now - REMIND_EVERY):
        raise RemindedLately(_("They were reminded within the last day. Give them until tomorrow."))
    match.reminders_sent = min(match.reminders_sent + 1, last_reminder())
    match.save(update_fields=["reminders_sent"])
    write_reminder(match, name=f"by hand, {now.isoformat()}", now=now)
    return match


@transaction.atomic
def give_more_time(*, match_id: int, by: User, days: int, now: datetime) -> Match:
    """Move the deadline of an answer on by ``days``, once in a turn.

    The side whose turn it is gets a reminder with the new day, except a mentor who is full.

    Raises as ``remind_now``, but for the last two; ExtensionTooLong unless ``days`` are 1 to EXTENSION_MAX, and
    ExtendedBefore in the same turn.
    """
    match = _lock(match_id, by, Match.WAITING)
    if not 1 <= days <= EXTENSION_MAX:
        raise ExtensionTooLong(
            ngettext(
                "The deadline can move on by %(number)s day at most.",
                "The deadline can move on by %(number)s days at most.",
                EXTENSION_MAX,
            )
            % {"number": EXTENSION_MAX}
        )
    if match.extended_at is not None:
        raise ExtendedBefore(_("More time was given already. End it now, or let it run out."))
    # A late sweep has left it waiting after its deadline.
    match.answer_due_at = max(match.answer_due_at or now, now) + timedelta(days=days)
    match.extended_at = now
    match.save(update_fields=["answer_due_at", "extended_at"])
    if match.status != Match.Status.ASKED or not is_full(match.mentor):
        write_reminder(match, name="more time", now=now)
    return match


@transaction.atomic
def end_without_answer(*, match_id: int, by: User, now: datetime) -> Match:
    """End a question or an offer before its deadline. Both read that the organisers did it.

    Nobody counts as silent, and other mentors are looked for.
    Raises SuggestionGone, AboutYourself, MoveNotAllowed unless it waits for an answer, PairNotAllowed.
    """
    match = _lock(match_id, by, Match.WAITING)
    match.withdrawn_by = Match.WithdrawnBy.ORGANISERS
    move_match(match, Match.Status.WITHDRAWN, at=now)
    for person in (match.help_request.mentee, match.mentor.user):
        tell(person, "match_withdrawn", match, now)
    look_for_more(match.help_request, now)
    return match


def _lock(match_id: int, by: User, statuses: tuple[str, ...]) -> Match:
    match = lock_match(match_id)
    must_be_about_others(by, match.help_request.mentee_id, match.mentor.user_id)
    if match.status not in statuses:
        raise MoveNotAllowed("match", match.status, match.status)
    must_not_be_apart(match)
    return match
