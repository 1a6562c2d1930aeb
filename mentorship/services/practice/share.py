"""Choosing which records the mentor of a mentorship reads."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.locks import lock_profile
from accounts.models import User
from mentorship.exceptions import KeptApart, MentorshipNotActive, NotOneOfTheTwo, NotYourRecord
from mentorship.locks import lock_mentorship
from mentorship.models import Mentorship, PracticeRecord, PracticeShare, TakenAlong
from mentorship.practice_news import tell_of_practice
from mentorship.selectors.apart import is_apart


@transaction.atomic
def share_records(*, mentorship_id: int, by: User, records: Collection[UUID], now: datetime) -> None:
    """Share exactly ``records`` with the mentor of a mentorship. This also answers what the mentee takes along.

    The mentor is told of those that are new. Fewer can be shared at any time. Raises NotOneOfTheTwo unless ``by`` is
    the mentee, NotYourRecord for a record of somebody else, MentorshipNotActive after the end, KeptApart if the two are
    not in contact.
    """
    lock_profile(by.pk)
    mentorship = lock_mentorship(mentorship_id, by=by)
    if mentorship.mentee_id != by.pk:
        raise NotOneOfTheTwo(_("Only the mentee decides what is shared."))
    chosen = list(
        PracticeRecord.objects.select_for_update(no_key=True).filter(owner=by, uuid__in=records).order_by("pk")
    )
    if len(chosen) != len(set(records)):
        raise NotYourRecord(_("One of these records is not yours, or was deleted. Reload the page."))
    before = set(PracticeShare.objects.filter(mentorship=mentorship).values_list("record_id", flat=True))
    added = [record for record in chosen if record.pk not in before]
    if added:
        _must_be_in_contact(mentorship)
    PracticeShare.objects.filter(mentorship=mentorship).exclude(record__in=chosen).delete()
    PracticeShare.objects.bulk_create(
        PracticeShare(record=record, mentorship=mentorship, shared_at=now) for record in added
    )
    if added:
        tell_of_practice(mentorship, to=mentorship.mentor.user, now=now)
    TakenAlong.objects.get_or_create(mentorship=mentorship, defaults={"answered_at": now})


def _must_be_in_contact(mentorship: Mentorship) -> None:
    if mentorship.status not in Mentorship.RUNNING:
        raise MentorshipNotActive(_("The mentorship is over, so nothing more can be shared in it."))
    if is_apart(mentorship) or not mentorship.mentor.user.is_active:
        raise KeptApart(_("You two are not in contact here any more, so nothing more can be shared."))
