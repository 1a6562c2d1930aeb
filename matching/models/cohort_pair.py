"""A pair of a cohort that the organisers proposed to both sides, until both say yes or one says no."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from accounts.models import MentorProfile, User
from accounts.models.moves import Moves
from matching.models.cohort_draft import CohortDraft
from matching.models.help_request import HelpRequest
from matching.models.match import Match

# Mentors who are kept for a mentee, in case one of the two says no.
ALTERNATES_MAX = 2


class CohortPair(Moves, models.Model):
    """Both sides answer in any order. The second yes makes an accepted match, and the mentorship starts.

    - ``published_at``: when an admin published it. The worker then judges it, and tells both: ``proposed_at``.
    - ``alternates``: keys of mentor profiles, the one to propose next in front. ``instead_of``: the pair that ended.
    - ``answer_due_at``: a side that has not answered by then lets it expire.
    - ``match``: once both said yes. Its row begins as accepted: nobody asked or offered.
    - ``why_withdrawn``: admins read it. The two read of a pair that is not possible what they read of a no.
    """

    class Status(models.TextChoices):
        PUBLISHED = "published", gettext_lazy("Published")
        PROPOSED = "proposed", gettext_lazy("Proposed")
        CONFIRMED = "confirmed", gettext_lazy("Confirmed")
        DECLINED = "declined", gettext_lazy("Declined")
        EXPIRED = "expired", gettext_lazy("Expired")
        WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")

    MOVES = {
        Status.PUBLISHED: {Status.PROPOSED, Status.WITHDRAWN},
        Status.PROPOSED: {Status.CONFIRMED, Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN},
        Status.CONFIRMED: set(),
        Status.DECLINED: set(),
        Status.EXPIRED: set(),
        Status.WITHDRAWN: set(),
    }
    LIVE = (Status.PUBLISHED, Status.PROPOSED)
    # A mentee has one of these at most.
    CURRENT = (*LIVE, Status.CONFIRMED)
    # The two are not proposed to each other again.
    CAME_TO_NOTHING = (Status.DECLINED, Status.EXPIRED)

    class Why(models.TextChoices):
        TAKEN_BACK = "taken_back", "taken back by the organisers"
        REQUEST_OVER = "request_over", "the mentee does not look any more"
        NOT_POSSIBLE = "not_possible", "not possible any more"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(CohortDraft, on_delete=models.PROTECT, related_name="pairs")
    help_request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="cohort_pairs")
    mentor = models.ForeignKey(MentorProfile, on_delete=models.CASCADE, related_name="cohort_pairs")
    status = models.CharField(max_length=9, choices=Status, default=Status.PUBLISHED)
    fit = models.PositiveSmallIntegerField(help_text="Whole points, 0 to 100, as in the draft.")
    reasons = models.JSONField("reasons for the mentee", default=list)
    mentor_reasons = models.JSONField("reasons for the mentor", default=list)
    alternates = ArrayField(models.BigIntegerField(), default=list, size=ALTERNATES_MAX)
    instead_of = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaced_by"
    )
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField("published on")
    proposed_at = models.DateTimeField("proposed on", null=True, blank=True)
    answer_due_at = models.DateTimeField("answer due on", null=True, blank=True)
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    mentee_yes_at = models.DateTimeField("the mentee said yes on", null=True, blank=True)
    mentor_yes_at = models.DateTimeField("the mentor said yes on", null=True, blank=True)
    declined_by = models.CharField("who said no", max_length=6, choices=Match.Side, blank=True, default="")
    decline_reason = models.CharField("why", max_length=20, choices=Match.DeclineReason, blank=True, default="")
    why_withdrawn = models.CharField(max_length=12, choices=Why, blank=True, default="", db_default="")
    ended_at = models.DateTimeField("over since", null=True, blank=True)
    match = models.OneToOneField(Match, on_delete=models.PROTECT, null=True, blank=True, related_name="cohort_pair")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["published", "proposed", "confirmed", "declined", "expired", "withdrawn"]),
                name="cohort_pair_status_is_known",
            ),
            models.UniqueConstraint(
                fields=["help_request"],
                condition=Q(status__in=["published", "proposed", "confirmed"]),
                name="cohort_pair_one_current_per_request",
            ),
            models.CheckConstraint(condition=Q(fit__range=(0, 100)), name="cohort_pair_fit_is_0_to_100"),
            models.CheckConstraint(
                condition=Q(status="confirmed", match__isnull=False, mentee_yes_at__isnull=False)
                & Q(mentor_yes_at__isnull=False)
                | ~Q(status="confirmed") & Q(match__isnull=True),
                name="cohort_pair_has_a_match_if_and_only_if_both_said_yes",
            ),
            models.CheckConstraint(
                condition=Q(status="declined", declined_by__in=["mentee", "mentor"])
                | ~Q(status="declined") & Q(declined_by="", decline_reason=""),
                name="cohort_pair_names_who_declined",
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", proposed_at__isnull=False, answer_due_at__isnull=False)
                | ~Q(status="proposed") & Q(answer_due_at__isnull=True),
                name="cohort_pair_has_a_deadline_if_and_only_if_proposed",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["published", "proposed"], ended_at__isnull=True)
                | ~Q(status__in=["published", "proposed"]) & Q(ended_at__isnull=False),
                name="cohort_pair_ended_at_is_set_when_over",
            ),
            models.CheckConstraint(
                condition=Q(why_withdrawn="")
                | Q(status="withdrawn", why_withdrawn__in=["taken_back", "request_over", "not_possible"]),
                name="cohort_pair_says_why_only_if_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(instead_of__isnull=True) | ~Q(instead_of=F("id")), name="cohort_pair_replaces_another"
            ),
        ]
        indexes = [
            # A mentor's pairs that wait for an answer.
            models.Index(
                fields=["mentor", "id"], condition=Q(status__in=["published", "proposed"]), name="cohort_pair_of_mentor"
            ),
            # The sweep that proposes published pairs.
            models.Index(fields=["published_at", "id"], condition=Q(status="published"), name="cohort_pair_published"),
            # The sweeps that remind and expire.
            models.Index(fields=["answer_due_at", "id"], condition=Q(status="proposed"), name="cohort_pair_answer_due"),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} for {self.help_request.mentee}"

    def side_of(self, person: User) -> Match.Side | None:
        """Return the side of one of the two, None for anybody else."""
        if person.pk == self.help_request.mentee_id:
            return Match.Side.MENTEE
        return Match.Side.MENTOR if person.pk == self.mentor.user_id else None

    def person_on(self, side: str) -> User:
        return self.help_request.mentee if side == Match.Side.MENTEE else self.mentor.user

    def yes_at(self, side: str) -> datetime | None:
        """Return when a side said yes, None before."""
        return self.mentee_yes_at if side == Match.Side.MENTEE else self.mentor_yes_at

    def move_to(self, status: str, *, at: datetime) -> None:
        """Change the status and save everything. The caller holds the row lock. Raises MoveNotAllowed."""
        self.must_allow(status)
        self.status = status
        if status == self.Status.PROPOSED:
            self.proposed_at = at
        else:
            self.answer_due_at, self.ended_at = None, at
        self.save()
