"""Feedback as each may read it: the two, the mentor over all mentees, and the organisers.

Sealed words are read by their author alone, admins included. The selectors are named for their readers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.community_settings import days_of
from accounts.models import MentorProfile, User
from mentorship.models import Feedback, Mentorship, Occasion, OrganiserNote, OutcomeQuestion
from mentorship.selectors.apart import apart
from mentorship.selectors.outcomes import SUMMARY_FROM, Share, outcome_share
from mentorship.selectors.shown import mentorship_card


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackCard:
    """Feedback of a mentorship for one of the two.

    ``theirs`` is None while it is sealed or hidden, after a block, and if there is none: these look the same.
    ``note`` is the reader's own, to the organisers.
    """

    mine: Feedback | None
    theirs: Feedback | None
    is_theirs_hidden: bool
    note: OrganiserNote | None
    may_write: bool
    may_write_note: bool
    opens_at: datetime | None

    @property
    def is_mine_open(self) -> bool:
        return self.mine is not None and self.mine.opened_at is not None


def feedback_card(mentorship: Mentorship, *, to: User) -> FeedbackCard:
    """Return the feedback as ``to`` reads it. The mentorship carries ``is_kept_apart``. Two queries."""
    card = mentorship_card(mentorship, to=to)
    written = {row.author_id: row for row in mentorship.feedback.all()}
    mine = written.pop(to.pk, None)
    theirs = next((row for row in written.values() if row.opened_at and not card.is_apart), None)
    is_over, is_in_contact = mentorship.status in Mentorship.OVER, card.other.email is not None
    return FeedbackCard(
        mine=mine,
        theirs=None if theirs is None or theirs.hidden_at else theirs,
        is_theirs_hidden=theirs is not None and theirs.hidden_at is not None,
        note=OrganiserNote.objects.filter(mentorship=mentorship, author=to).first(),
        may_write=is_over and is_in_contact and (mine is None or mine.opened_at is None),
        may_write_note=is_over,
        opens_at=mentorship.ended_at + days_of("feedback_opens_days") if mentorship.ended_at else None,
    )


def feedback_open_to(reader: User, mentorship: Mentorship) -> Feedback | None:
    """Return the open feedback for one of the two, who are not kept apart. None if it is hidden. One query."""
    theirs = Feedback.objects.filter(mentorship=mentorship, opened_at__isnull=False, hidden_at__isnull=True)
    return theirs.exclude(author=reader).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackSummary:
    """Feedback of all mentees for their mentor, without names, dates, or which words belong together.

    ``n_asked`` counts mentorships whose feedback is due, ``n_wrote`` those of them with feedback that the mentor may
    read. Below SUMMARY_FROM mentees who wrote there are no words.
    """

    n_asked: int
    n_wrote: int
    helped: list[str]
    better: list[str]
    thanks: list[str]
    at_the_end: Share
    later: Share

    @property
    def n_silent(self) -> int:
        return self.n_asked - self.n_wrote


def feedback_summary(mentor: MentorProfile, *, now: datetime) -> FeedbackSummary:
    """Return the feedback of the mentees of ``mentor`` that is open to the mentor already. Four queries."""
    mentorships = Mentorship.objects.filter(mentor=mentor)
    asked = OutcomeQuestion.objects.filter(
        mentorship__in=mentorships.values("pk"), when=Occasion.END, asks_at__lte=now - days_of("feedback_opens_days")
    )
    asked_of = set(asked.values_list("mentorship", flat=True))
    wrote = [row for row in _open_from_mentees(mentor) if row.mentorship_id in asked_of]
    shown = wrote if len({row.author_id for row in wrote}) >= SUMMARY_FROM else []
    return FeedbackSummary(
        n_asked=len(asked_of),
        n_wrote=len(wrote),
        helped=sorted(row.helped for row in shown if row.helped),
        better=sorted(row.better for row in shown if row.better),
        thanks=sorted(row.thanks for row in shown if row.thanks),
        at_the_end=outcome_share(mentorships, when=Occasion.END, now=now).for_others(),
        later=outcome_share(mentorships, when=Occasion.LATER, now=now).for_others(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanks:
    """Thanks that a mentor may show to anybody. ``name`` is the first name, or empty if the author wants none."""

    text: str
    name: str
    mentorship_id: int


def thanks_to_show(mentor: MentorProfile) -> list[Thanks]:
    """Return the thanks of mentees who agreed that ``mentor`` shows them, the newest first. One query."""
    agreed = _open_from_mentees(mentor).exclude(thanks_shown=Feedback.ThanksShown.NOT).exclude(thanks="")
    agreed = agreed.filter(author__is_active=True).select_related("author")
    return [
        Thanks(
            text=row.thanks,
            name=row.author.name.split()[0] if row.thanks_shown == Feedback.ThanksShown.FIRST_NAME else "",
            mentorship_id=row.mentorship_id,
        )
        for row in agreed.order_by("-opened_at", "-pk")
    ]


def _open_from_mentees(mentor: MentorProfile) -> QuerySet[Feedback]:
    """Return the feedback of mentees that ``mentor`` may read: open, not hidden, and not of people kept apart."""
    parted = Mentorship.objects.filter(apart(mentee="mentee"), pk=OuterRef("mentorship"))
    rows = Feedback.objects.filter(mentorship__mentor=mentor, opened_at__isnull=False, hidden_at__isnull=True)
    return rows.filter(~Exists(parted), ~Q(author=mentor.user_id)).order_by("pk")


def feedback_reported_to_admins() -> QuerySet[Feedback]:
    """Return the feedback that admins may read: what its reader reported, the latest first."""
    return Feedback.objects.filter(reported_at__isnull=False).order_by("-reported_at", "-pk")
