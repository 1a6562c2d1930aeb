"""Handing over the mentees of a mentor who cannot go on, as an admin."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import MoveNotAllowed, ReasonMissing
from accounts.locks import lock_mentor
from accounts.models import User
from accounts.notifications.write import notify
from matching.exceptions import HandoverIsOpen
from matching.models import Handover
from mentorship.locks import lock_mentorship
from mentorship.models import Mentorship


@transaction.atomic
def start_handovers(
    *, mentor_id: int, mentorship_ids: Collection[int], by: User, reason: str, now: datetime
) -> list[Handover]:
    """Ask the mentees of these mentorships of a mentor how they go on, and tell the mentor once. All or none.

    The mentorships run until each mentee has chosen, or until the usual time for an answer is over. ``reason`` is for
    admins. Ids of other mentors' mentorships are left out.

    Raises ReasonMissing, AboutYourself if ``by`` is one of the two, MoveNotAllowed if one is over, HandoverIsOpen if a
    mentee chooses already.
    """
    if not reason.strip():
        raise ReasonMissing(_("Give a reason in a sentence or two. Admins read it beside the handover."))
    mentor = lock_mentor(mentor_id)
    ids = Mentorship.objects.filter(pk__in=mentorship_ids, mentor=mentor).order_by("pk").values_list("pk", flat=True)
    handovers = [_start(pk, by=by, reason=reason.strip(), now=now) for pk in ids]
    if handovers:
        uuids = ",".join(str(handover.uuid) for handover in handovers)
        payload = {"mentor": str(mentor.uuid), "handovers": uuids}
        key = f"{mentor.uuid}:{now.isoformat()}"
        notify(recipient=mentor.user, kind="handover_arranged", key=key, payload=payload, now=now)
    return handovers


def _start(mentorship_id: int, *, by: User, reason: str, now: datetime) -> Handover:
    mentorship = lock_mentorship(mentorship_id, by=by, as_admin=True)
    if mentorship.status not in Mentorship.RUNNING:
        raise MoveNotAllowed("mentorship", mentorship.status, mentorship.status)
    if mentorship.handovers.filter(closed_at__isnull=True).exists():
        raise HandoverIsOpen(
            _("%(mentee)s is asked already how to go on. Nothing was changed.") % {"mentee": mentorship.mentee.name}
        )
    handover = Handover.objects.create(
        mentorship=mentorship, cause=Handover.Cause.ARRANGED, opened_at=now, opened_by=by, reason=reason
    )
    payload = {"handover": str(handover.uuid)}
    notify(recipient=mentorship.mentee, kind="handover_opened", key=str(handover.uuid), payload=payload, now=now)
    return handover
