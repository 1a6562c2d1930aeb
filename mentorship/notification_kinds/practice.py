"""The message that practice was shared, or that feedback on it was written. It holds no word of either."""

from __future__ import annotations

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy

from accounts.models import Notification
from accounts.notifications.registry import Context, NotificationKind, register
from accounts.samples import SAMPLE_LINK
from mentorship.links import practice_link
from mentorship.models import Mentorship
from mentorship.notification_kinds.mentorships import MENTORSHIPS
from mentorship.samples import sample_mentorship
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.practice import answers_with_feedback_since, shared_since
from mentorship.selectors.shown import mentorship_card


def practice_news(row: Notification) -> Context | None:
    mentorship = mentorships_visible_to(row.person).filter(uuid=row.payload["mentorship"]).first()
    since = parse_datetime(row.payload["since"])
    if mentorship is None or since is None:
        return None
    card = mentorship_card(mentorship, to=row.person)
    answers = answers_with_feedback_since(mentorship, since) if card.to_mentee else []
    number = len(answers) if card.to_mentee else shared_since(mentorship, since)
    # Taken back meanwhile, or the two are not in contact any more.
    if not number or card.other.email is None:
        return None
    records = {answer.record for answer in answers}
    return {
        "other": card.other,
        "answers_to": mentorship.other_of(row.person),
        "to_mentee": card.to_mentee,
        "number": number,
        "link": practice_link(mentorship, records.pop() if len(records) == 1 else None),
    }


def _sample() -> Context:
    mentor = sample_mentorship(status=Mentorship.Status.ACTIVE).mentor.user
    return {"other": mentor, "answers_to": mentor, "to_mentee": True, "number": 3, "link": SAMPLE_LINK}


register(
    NotificationKind(
        "practice_news",
        MENTORSHIPS,
        gettext_lazy("practice was shared with you, or feedback was written on yours"),
        practice_news,
        _sample,
        answers_go_to_other=True,
    ),
)
