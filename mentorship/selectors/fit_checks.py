"""Fit checks as the person who was asked reads them. Nobody else reads a note here, or an answer without consent."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from accounts.models import User
from mentorship.models import FitCheck, Mentorship
from mentorship.models.fit_check import FitCheckQuerySet


def fit_checks_of(person: User) -> FitCheckQuerySet:
    """Return what ``person`` was asked and answered in all mentorships, newest first."""
    return FitCheck.objects.filter(person=person).order_by("-asked_at", "-pk")


def latest_fit_check(mentorship: Mentorship, *, of: User) -> FitCheck | None:
    """Return the last one that ``of`` was asked in a mentorship. It is open, answered, or closed."""
    return fit_checks_of(of).filter(mentorship=mentorship).order_by("-number").first()


def told_organisers() -> FitCheckQuerySet:
    """Return those of running mentorships whose person told the organisers, and gave no other answer since.

    For the admins, without the notes.
    """
    later = FitCheck.objects.filter(
        mentorship=OuterRef("mentorship"), person=OuterRef("person"), number__gt=OuterRef("number")
    )
    told = FitCheck.objects.filter(organisers_told_at__isnull=False, mentorship__status__in=Mentorship.RUNNING)
    return told.exclude(Exists(later.exclude(answer=""))).defer("note")
