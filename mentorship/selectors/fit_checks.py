"""Fit checks as the person who was asked reads them. Nobody else reads an answer or a note here."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import User
from mentorship.models import FitCheck, Mentorship
from mentorship.models.fit_check import FitCheckQuerySet


def fit_checks_of(person: User) -> FitCheckQuerySet:
    """Return what ``person`` was asked and answered in all mentorships, newest first."""
    return FitCheck.objects.filter(person=person).order_by("-asked_at", "-pk")


def latest_fit_check(mentorship: Mentorship, *, of: User) -> FitCheck | None:
    """Return the last one that ``of`` was asked in a mentorship. It is open, answered, or closed."""
    return fit_checks_of(of).filter(mentorship=mentorship).order_by("-number").first()


def not_good() -> FitCheckQuerySet:
    """Return those of running mentorships whose last answer is "not good", without the notes.

    For the admins: the person may need help.
    """
    later = FitCheck.objects.filter(
        mentorship=OuterRef("mentorship"), person=OuterRef("person"), number__gt=OuterRef("number")
    )
    said = FitCheck.objects.filter(answer=FitCheck.Answer.NOT_GOOD, mentorship__status__in=Mentorship.RUNNING)
    found = said.exclude(Exists(later.exclude(answer=""))).defer("note")
    return found.order_by("-answered_at", "-pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class FitCheckCounts:
    """Numbers over all mentorships. ``no_answer`` are those that were closed or wait."""

    asked: int
    good: int
    unsure: int
    not_good: int

    @property
    def no_answer(self) -> int:
        return self.asked - self.good - self.unsure - self.not_good


def fit_check_counts() -> FitCheckCounts:
    by_answer = {answer.value: Count("pk", filter=Q(answer=answer)) for answer in FitCheck.Answer}
    return FitCheckCounts(**FitCheck.objects.aggregate(asked=Count("pk"), **by_answer))
