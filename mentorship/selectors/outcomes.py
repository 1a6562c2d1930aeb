"""Outcomes: what each of the two reads about their mentorship, and shares with their denominator.

A success is a mentee who rates the outcome 0 ("as hoped") or higher. Somebody who does not answer is counted as
asked, and never as a success. This module has the only definition of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from mentorship.models import GoalScale, Mentorship, OutcomeQuestion, OutcomeRating
from mentorship.models.outcome import ANSWER_WITHIN
from mentorship.selectors.apart import apart, with_apart
from mentorship.selectors.shown import mentorship_card

SUCCESS_FROM = OutcomeRating.Level.AS_HOPED
# A summary of fewer answers would tell who gave which.
SUMMARY_FROM = 3
# The home page names what waits for so long. Afterwards the page of the mentorship still has it.
NAMED_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Share:
    """The successes among those who were asked. Whoever shows one of the numbers shows all of them.

    ``n_success`` is None below SUMMARY_FROM answers, if the share is for others than those who answered.
    """

    n_asked: int
    n_answered: int
    n_success: int | None

    @property
    def n_silent(self) -> int:
        return self.n_asked - self.n_answered

    def for_others(self) -> Share:
        """Return the share without the successes if there are too few answers."""
        return self if self.n_answered >= SUMMARY_FROM else replace(self, n_success=None)


def share_of(levels: Iterable[int | None]) -> Share:
    """Return the share of a rating for each person who was asked. None stands for no answer."""
    asked = list(levels)
    answered = [level for level in asked if level is not None]
    return Share(len(asked), len(answered), sum(level >= SUCCESS_FROM for level in answered))


def outcome_share(mentorships: QuerySet[Mentorship], *, when: str, now: datetime) -> Share:
    """Return the share of the mentees of ``mentorships`` who reached what they hoped for. One query.

    Each mentee counts once, with the last rating. A question counts once its ANSWER_WITHIN is over: before, silence is
    no answer yet, and a rating may be sealed. Between two who are kept apart no rating passes, so theirs counts as
    silence: the mentor could read it off as the difference to the ratings that are open. ``when`` is one of Occasion.
    """
    questions = OutcomeQuestion.objects.filter(
        mentorship__in=mentorships.values("pk"), when=when, asked_at__lte=now - ANSWER_WITHIN
    )
    of_mentee = OutcomeRating.objects.filter(
        mentorship=OuterRef("mentorship"), when=OuterRef("when"), person=OuterRef("mentorship__mentee")
    )
    parted = Mentorship.objects.filter(apart(mentee="mentee"), pk=OuterRef("mentorship"))
    rated = questions.annotate(level=Subquery(of_mentee.values("level")), is_parted=Exists(parted))
    levels: dict[int, int | None] = {}
    for mentee, level, is_parted in rated.order_by("asked_at", "pk").values_list(
        "mentorship__mentee", "level", "is_parted"
    ):
        if level is not None and not is_parted:
            levels[mentee] = level
        levels.setdefault(mentee, None)
    return share_of(levels.values())


def share_in_words(share: Share) -> str:
    """Return a share for its readers, always with those who were asked and those who did not answer."""
    asked = ngettext("%(n)s mentee was asked.", "%(n)s mentees were asked.", share.n_asked) % {"n": share.n_asked}
    if share.n_success is None:
        reached = _("Results are shown from %(n)s answers on.") % {"n": SUMMARY_FROM}
    else:
        reached = ngettext(
            "%(n)s got as far as hoped, or further.", "%(n)s got as far as hoped, or further.", share.n_success
        ) % {"n": share.n_success}
    silent = ngettext(
        "%(n)s gave no answer that counts, and is no success.",
        "%(n)s gave no answer that counts, and are no success.",
        share.n_silent,
    ) % {"n": share.n_silent}
    return f"{asked} {reached} {silent}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingCard:
    """A question about the outcome for one of the two, with their rating and that of the other.

    ``theirs`` is None while it is sealed, without an answer, and if no words pass between the two.
    """

    question: OutcomeQuestion
    mine: OutcomeRating | None
    theirs: OutcomeRating | None
    may_rate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCard:
    """The outcome of a mentorship for one of the two. ``ratings`` has what was asked, the end first."""

    scale: GoalScale | None
    may_write_scale: bool
    ratings: list[RatingCard]

    @property
    def to_rate(self) -> RatingCard | None:
        """The question that the reader can answer, or can still answer otherwise."""
        return next((rating for rating in self.ratings if rating.may_rate), None)


def outcome_card(mentorship: Mentorship, *, to: User, now: datetime) -> OutcomeCard:
    """Return the outcome as ``to`` reads it. The mentorship carries ``is_kept_apart``. Three queries."""
    card = mentorship_card(mentorship, to=to)
    knows_scale = card.to_mentee or not card.is_apart
    return OutcomeCard(
        scale=GoalScale.objects.filter(mentorship=mentorship).first() if knows_scale else None,
        may_write_scale=card.to_mentee and mentorship.status in Mentorship.RUNNING,
        ratings=_ratings(mentorship, to, is_in_contact=card.other.email is not None, now=now),
    )


def _ratings(mentorship: Mentorship, to: User, *, is_in_contact: bool, now: datetime) -> list[RatingCard]:
    questions = asked_questions(mentorship)
    rated = list(mentorship.outcome_ratings.all()) if questions else []
    cards = []
    for question in questions:
        ratings = {rating.person_id: rating for rating in rated if rating.when == question.when}
        mine = ratings.pop(to.pk, None)
        theirs = next(iter(ratings.values()), None)
        # Between two who are not in contact, nobody learns that the other one has rated.
        answers = bool(mine) + (bool(theirs) and is_in_contact)
        is_open = is_rating_open(question, answers, now=now)
        cards.append(
            RatingCard(
                question=question,
                mine=mine,
                theirs=theirs if is_open and is_in_contact else None,
                may_rate=question == questions[-1] and (mine is None or not is_open),
            )
        )
    return cards


def asked_questions(mentorship: Mentorship) -> list[OutcomeQuestion]:
    """Return the questions that were asked, the end first. The last one is the one that can be answered."""
    return list(mentorship.outcome_questions.filter(asked_at__isnull=False).order_by("asks_at", "pk"))


def is_rating_open(question: OutcomeQuestion, answers: int, *, now: datetime) -> bool:
    """Return whether each may read the other's rating: both have rated, or ANSWER_WITHIN is over."""
    return answers == 2 or (question.asked_at is not None and now >= question.asked_at + ANSWER_WITHIN)


def without_scale(mentorships: Sequence[Mentorship], *, mentee: User, now: datetime) -> list[Mentorship]:
    """Return those of ``mentee``'s running mentorships for which a scale is asked on the home page. One query."""
    young = [
        row
        for row in mentorships
        if row.mentee_id == mentee.pk
        and row.format == "ongoing"
        and row.status == Mentorship.Status.ACTIVE
        and row.started_at > now - NAMED_FOR
        and not row.is_kept_apart  # type: ignore[attr-defined]
    ]
    written = set(GoalScale.objects.filter(mentorship__in=young).values_list("mentorship", flat=True))
    return [row for row in young if row.pk not in written]


def questions_waiting_for(user: User, *, now: datetime) -> list[OutcomeQuestion]:
    """Return the questions about outcomes that ``user`` has not answered, and can. Constant number of queries."""
    mine = OutcomeRating.objects.filter(mentorship=OuterRef("mentorship"), when=OuterRef("when"), person=user)
    newer = OutcomeQuestion.objects.filter(
        mentorship=OuterRef("mentorship"), asked_at__isnull=False, asks_at__gt=OuterRef("asks_at")
    )
    asked = OutcomeQuestion.objects.filter(~Exists(mine), ~Exists(newer), asked_at__gt=now - NAMED_FOR)
    one_of_two = Q(mentorship__mentee=user) | Q(mentorship__mentor__user=user)
    questions = list(asked.filter(one_of_two).order_by("asked_at", "pk"))
    people = with_apart(Mentorship.objects.select_related("mentor__user__profile", "mentee__profile", "goal__kind"))
    rows = people.in_bulk([question.mentorship_id for question in questions])
    for question in questions:
        question.mentorship = rows[question.mentorship_id]
    return questions


def has_rated(person: User, question: OutcomeQuestion) -> bool:
    """Return whether ``person`` has answered. One query."""
    return OutcomeRating.objects.filter(mentorship=question.mentorship_id, when=question.when, person=person).exists()
