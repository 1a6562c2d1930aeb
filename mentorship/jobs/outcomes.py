"""Asking both about the outcome some time after the end, and reminding each who has not rated, once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.community_settings import days_of
from accounts.notifications.write import notify
from accounts.sweep import each_due
from mentorship.models import Occasion, OutcomeQuestion
from mentorship.selectors.limits import outcomes_to_remind_of
from mentorship.selectors.outcomes import has_rated

# The question at the end is part of the mail about the end, so a reminder is its first mail.
KINDS = {Occasion.END.value: "outcome_asked", Occasion.LATER.value: "outcome_asked_later"}


def ask_about_outcomes(*, now: datetime) -> int:
    """Ask both of each mentorship whose second question is due. Return how many mentorships."""
    return each_due(_to_ask(now), lambda question_id: _ask(question_id, now=now))


def remind_of_outcomes(*, now: datetime) -> int:
    """Remind those who have not rated some days after they were asked. Return how many questions."""
    return each_due(_to_remind_of(now), lambda question_id: _remind(question_id, now=now))


@transaction.atomic
def _ask(question_id: int, *, now: datetime) -> bool:
    question = _locked(_to_ask(now), question_id)
    if question is None:
        return False
    question.asked_at = now
    question.save(update_fields=["asked_at"])
    _tell(question, "", now=now)
    return True


@transaction.atomic
def _remind(question_id: int, *, now: datetime) -> bool:
    question = _locked(_to_remind_of(now), question_id)
    if question is None:
        return False
    question.reminded_at = now
    question.save(update_fields=["reminded_at"])
    _tell(question, ":again", now=now)
    return True


def _tell(question: OutcomeQuestion, again: str, *, now: datetime) -> None:
    mentorship = question.mentorship
    for person in (mentorship.mentee, mentorship.mentor.user):
        if not has_rated(person, question):
            notify(
                recipient=person,
                kind=KINDS[question.when],
                key=f"{mentorship.uuid}{again}",
                payload={"mentorship": str(mentorship.uuid)},
                now=now,
            )


def _to_ask(now: datetime) -> QuerySet[OutcomeQuestion]:
    return OutcomeQuestion.objects.filter(asked_at__isnull=True, asks_at__lte=now).order_by("asks_at", "pk")


def _to_remind_of(now: datetime) -> QuerySet[OutcomeQuestion]:
    return outcomes_to_remind_of(after=days_of("outcome_remind_days"), now=now)


def _locked(due: QuerySet[OutcomeQuestion], question_id: int) -> OutcomeQuestion | None:
    locked = due.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return locked.select_related("mentorship__mentor__user", "mentorship__mentee").filter(pk=question_id).first()
