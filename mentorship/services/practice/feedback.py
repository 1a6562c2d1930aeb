"""Feedback on an answer, by the mentor of the session in which the mock interview was held."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import KeptApart, NotTheirMentor
from mentorship.locks import lock_mentorship
from mentorship.models import AnswerFeedback, PracticeItem, PracticeRecord
from mentorship.selectors.practice import may_give_feedback, records_shared_with


@transaction.atomic
def give_feedback(*, item_id: int, by: User, text: str, now: datetime) -> None:
    """Replace the feedback of ``by`` on one answer. An empty text takes it back.

    Raises NotTheirMentor unless ``by`` is the mentor of the record's session, KeptApart if the record is not shared
    with them any more, or the mentorship is over.
    """
    record_id, mentorship_id = PracticeItem.objects.values_list("record_id", "record__session__mentorship").get(
        pk=item_id
    )
    if mentorship_id is None:
        raise NotTheirMentor(_("Feedback belongs to a mock interview that was held in a session."))
    mentorship = lock_mentorship(mentorship_id, by=by)
    # Locked: a change of its session, or the end of sharing it, comes before or after this.
    PracticeRecord.objects.select_for_update(no_key=True).get(pk=record_id)
    record = records_shared_with(by).filter(pk=record_id).first()
    if record is None or not record.shares.filter(mentorship=mentorship).exists():
        raise KeptApart(_("This record is not shared with you any more, so no feedback can be written."))
    if not may_give_feedback(record, by):
        raise NotTheirMentor(_("Only the mentor of that session gives feedback on the answers."))
    if text.strip():
        AnswerFeedback.objects.update_or_create(
            item_id=item_id, mentorship=mentorship, defaults={"text": text, "written_at": now}
        )
    else:
        AnswerFeedback.objects.filter(item=item_id, mentorship=mentorship).delete()
