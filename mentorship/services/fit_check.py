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
def answer_fit_check(*, mentorship_id: int, by: User, answer: str, note: str, now: datetime) -> FitCheck:
    """Answer the last fit check of ``by``, or change the answer until the next one comes. Nobody is told.

    ``answer`` is one of FitCheck.Answer. Nobody but ``by`` reads the ``note``.
    Raises NotOneOfTheTwo, MoveNotAllowed if the mentorship is over, NoFitCheck before the first one.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    if mentorship.status not in Mentorship.RUNNING:
        raise MoveNotAllowed("mentorship", mentorship.status, mentorship.status)
    check = latest_fit_check(mentorship, of=by)
    if check is None:
        raise NoFitCheck(_("You have not been asked yet how it goes. We ask you both after your first session."))
    check.answer, check.note, check.answered_at = answer, note, now
    check.save()
    skip_unsent(recipients=[by], kinds=["fit_check"], key_prefix=f"{mentorship.uuid}:", reason="It is answered.")
    return check
