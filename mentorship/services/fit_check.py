"""Answering how a mentorship goes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from accounts.notifications.write import skip_unsent
from mentorship.exceptions import NoFitCheck
from mentorship.locks import lock_mentorship
from mentorship.models import FitCheck, Mentorship
from mentorship.selectors.fit_checks import latest_fit_check


@transaction.atomic
def answer_fit_check(
    *,
    mentorship_id: int,
    by: User,
    answer: str,
    note: str | None = None,
    tell_organisers: bool | None = None,
    now: datetime,
) -> FitCheck:
    """Answer the last fit check of ``by``, or change the answer until the next one comes. The other side is not told.

    ``answer`` is one of FitCheck.Answer. With ``tell_organisers``, the admins read that it is "not good". Nobody but
    ``by`` reads the ``note``. None leaves either as it is.
    Raises NotOneOfTheTwo, MoveNotAllowed if the mentorship is over, NoFitCheck before the first one.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    if mentorship.status not in Mentorship.RUNNING:
        raise MoveNotAllowed("mentorship", mentorship.status, mentorship.status)
    check = latest_fit_check(mentorship, of=by)
    if check is None:
        raise NoFitCheck(_("You have not been asked yet how it goes. We ask you both after your first session."))
    check.answer, check.answered_at = answer, now
    check.note = check.note if note is None else note
    wanted = check.organisers_told_at is not None if tell_organisers is None else tell_organisers
    is_told = wanted and answer == FitCheck.Answer.NOT_GOOD
    check.organisers_told_at = (check.organisers_told_at or now) if is_told else None
    check.save()
    skip_unsent(recipients=[by], kinds=["fit_check"], key_prefix=f"{mentorship.uuid}:", reason="It is answered.")
    return check
