"""Writing feedback to the other side."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import FeedbackStands, KeptApart, MentorshipNotOver, ThanksNotShown
from mentorship.locks import lock_mentorship
from mentorship.models import Feedback, Mentorship
from mentorship.opening import open_feedback
from mentorship.selectors.apart import can_meet


@transaction.atomic
def write_feedback(
    *, mentorship_id: int, by: User, helped: str, better: str, thanks: str, thanks_shown: str, now: datetime
) -> None:
    """Write feedback, or replace it while it is sealed. Without any words it is taken back.

    It opens once both have written, or some days after the end, and then it stands. ``thanks_shown`` is one of
    Feedback.ThanksShown, for a mentee with thanks.

    Raises NotOneOfTheTwo, MentorshipNotOver, KeptApart after a block or if the other one left, FeedbackStands,
    ThanksNotShown.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    must_be_over(mentorship)
    if not can_meet(mentorship):
        raise KeptApart(_("You two are not in contact here any more. You can still write to the organisers."))
    mine = mentorship.feedback.filter(author=by)
    if mine.filter(opened_at__isnull=False).exists():
        raise FeedbackStands(_("Your feedback is open, so it does not change any more."))
    if thanks_shown:
        must_be_thanks_of_mentee(mentorship, by, thanks)
    if not (helped or better or thanks):
        mine.delete()
        return
    words = {"helped": helped, "better": better, "thanks": thanks, "thanks_shown": thanks_shown}
    Feedback.objects.update_or_create(mentorship=mentorship, author=by, defaults=words | {"written_at": now})
    open_feedback(mentorship, now=now)


def must_be_over(mentorship: Mentorship) -> None:
    if mentorship.status not in Mentorship.OVER:
        raise MentorshipNotOver(_("The mentorship still runs. Write this once it is over."))


def must_be_thanks_of_mentee(mentorship: Mentorship, by: User, thanks: str) -> None:
    if by.pk != mentorship.mentee_id or not thanks:
        raise ThanksNotShown(_("A mentor shows thanks of a mentee only. There are none here."))
