"""Feedback on an answer, by the mentor of the session in which the mock interview was held."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import KeptApart, NotTheirMentor, PracticeGone
from mentorship.locks import lock_mentorship
from mentorship.models import AnswerFeedback, PracticeItem, PracticeRecord
from mentorship.practice_news import tell_of_practice
from mentorship.selectors.practice import may_give_feedback, records_shared_with


@transaction.atomic
def give_feedback(*, item_id: int, by: User, text: str, now: datetime) -> None:
    """Replace the feedback of ``by`` on one answer, and tell the mentee. An empty text takes it back.

    Raises PracticeGone, NotTheirMentor unless ``by`` is the mentor of the record's session, KeptApart if the record is
    not shared with them any more, or the mentorship is over.
    """
    items = PracticeItem.objects.filter(pk=item_id)
    found = items.values_list("record_id", "record__session__mentorship").first()
    if found is None:
        raise PracticeGone
    record_id, mentorship_id = found
    if mentorship_id is None:
        raise NotTheirMentor(_("Feedback belongs to a mock interview that was held in a session."))
    mentorship = lock_mentorship(mentorship_id, by=by)
    # Locked: a change of its session, the end of sharing it, or the removal of the item comes before or after this.
    is_there = PracticeRecord.objects.select_for_update(no_key=True).filter(pk=record_id).first() is not None
    if not is_there or not items.exists():
        raise PracticeGone
    record = records_shared_with(by).filter(pk=record_id).first()
    if record is None or not record.shares.filter(mentorship=mentorship).exists():
        raise KeptApart(_("This record is not shared with you any more, so no feedback can be written."))
    if not may_give_feedback(record, by):
        raise NotTheirMentor(_("Only the mentor of that session gives feedback on the answers."))
    if text.strip():
        AnswerFeedback.objects.update_or_create(
            item_id=item_id, mentorship=mentorship, defaults={"text": text, "written_at": now}
        )
        tell_of_practice(mentorship, to=mentorship.mentee, now=now)
    else:
        AnswerFeedback.objects.filter(item=item_id, mentorship=mentorship).delete()
