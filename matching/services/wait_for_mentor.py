"""Waiting for a mentor who pauses for long."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.notifications.write import notify
from matching.exceptions import NothingToWaitFor
from matching.locks import lock_handover
from matching.models import Handover
from matching.selectors.handovers import back_on
from mentorship.exceptions import KeptApart
from mentorship.models import Mentorship
from mentorship.selectors.apart import is_apart
from mentorship.services.pause import pause_mentorship


@transaction.atomic
def wait_for_mentor(*, handover_id: int, by: User, now: datetime) -> Handover:
    """Pause the mentorship until the mentor is back. Both are told. A second call changes nothing.

    The mentee can still choose a successor. Raises NotYourTurn, HandoverOver, KeptApart after a block, and
    NothingToWaitFor unless the mentor's pause has an end.
    """
    handover = lock_handover(handover_id, by=by)
    if handover.choice == Handover.Choice.WAIT:
        return handover
    if back_on(handover) is None:
        raise NothingToWaitFor(_("Nobody knows when your mentor is back, so there is no day to wait for."))
    mentorship = handover.mentorship
    if is_apart(mentorship):
        raise KeptApart(_("You two are not in contact here any more, so there is nobody to wait for."))
    if mentorship.status == Mentorship.Status.ACTIVE:
        pause_mentorship(mentorship_id=mentorship.pk, by=by, now=now)
        handover.paused_it = True
    handover.choice, handover.chosen_at = Handover.Choice.WAIT, now
    handover.save()
    for person in (mentorship.mentee, mentorship.mentor.user):
        payload = {"handover": str(handover.uuid)}
        notify(recipient=person, kind="handover_waits", key=str(handover.uuid), payload=payload, now=now)
    return handover
