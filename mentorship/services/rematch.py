"""Offering another mentor, or an end, to somebody who let the organisers know that it does not go well."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import MoveNotAllowed, WrittenToday
from accounts.models import User
from accounts.notifications.write import notify
from mentorship.locks import lock_mentorship
from mentorship.models import FitCheck
from mentorship.selectors.fit_checks import told_organisers


@transaction.atomic
def offer_rematch(*, fit_check_id: int, by: User, now: datetime) -> None:
    """Write to the person of a fit check how to change or end the mentorship. The other side learns nothing.

    Raises AboutYourself, MoveNotAllowed if the person answers otherwise by now, or the mentorship is over. Raises
    WrittenToday.
    """
    mentorship = lock_mentorship(
        FitCheck.objects.values_list("mentorship_id", flat=True).get(pk=fit_check_id), by=by, as_admin=True
    )
    check = told_organisers().select_related("person").filter(pk=fit_check_id).first()
    if check is None:
        raise MoveNotAllowed("mentorship", mentorship.status, mentorship.status)
    payload, key = {"mentorship": str(mentorship.uuid)}, f"{check.uuid}:{now.date()}"
    if not notify(recipient=check.person, kind="rematch_offered", key=key, payload=payload, now=now):
        raise WrittenToday(_("The person had this mail today. Write again tomorrow, or call them."))
