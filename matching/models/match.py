"""One proposed pair of help request and mentor, from proposal to its end."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.community_settings import days_of
from accounts.models import MentorProfile
from accounts.models.moves import Moves
from matching.models.help_request import HelpRequest
from mentorship.models import Mentorship


class Match(Moves, models.Model):
    """A pair with its fit, the points by criterion, and reasons for each side."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", gettext_lazy("Proposed")
        ASKED = "asked", gettext_lazy("Asked")
        CLARIFYING = "clarifying", gettext_lazy("Clarifying")
        OFFERED = "offered", gettext_lazy("Offered")
        ACCEPTED = "accepted", gettext_lazy("Accepted")
        DECLINED = "declined", gettext_lazy("Declined")
        EXPIRED = "expired", gettext_lazy("Expired")
        WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")
        DISMISSED = "dismissed", gettext_lazy("Dismissed")
        SUPERSEDED = "superseded", gettext_lazy("Superseded")

    MOVES = {
        Status.PROPOSED: {
            Status.ASKED,
            Status.OFFERED,
            Status.DISMISSED,
            Status.WITHDRAWN,
            Status.SUPERSEDED,
        },
        Status.ASKED: {
            Status.CLARIFYING,
            Status.ACCEPTED,
            Status.DECLINED,
            Status.EXPIRED,
            Status.WITHDRAWN,
            Status.SUPERSEDED,
        },
        # The mentor asked one thing back. They may also decide without the answer.
        Status.CLARIFYING: {
            Status.ASKED,
            Status.ACCEPTED,
            Status.DECLINED,
            Status.EXPIRED,
            Status.WITHDRAWN,
            Status.SUPERSEDED,
        },
        Status.OFFERED: {
            Status.ACCEPTED,
            Status.DECLINED,
            Status.EXPIRED,
            Status.WITHDRAWN,
            Status.SUPERSEDED,
        },
        Status.ACCEPTED: set(),
        Status.DECLINED: set(),
        Status.EXPIRED: set(),
        Status.WITHDRAWN: set(),
        Status.DISMISSED: set(),
        Status.SUPERSEDED: set(),
    }
    # In a mentor's inbox.
    QUESTIONS = (Status.ASKED, Status.CLARIFYING)
    WAITING = (*QUESTIONS, Status.OFFERED)
    LIVE = (Status.PROPOSED, *WAITING)

    class Side(models.TextChoices):
        MENTEE = "mentee", gettext_lazy("Mentee")
        MENTOR = "mentor", gettext_lazy("Mentor")

    class WithdrawnBy(models.TextChoices):
        MENTEE = "mentee", gettext_lazy("Mentee")
        MENTOR = "mentor", gettext_lazy("Mentor")
        ORGANISERS = "organisers", gettext_lazy("Organisers")

    # The side that acts next.
    TURNS = {
        Status.PROPOSED: Side.MENTEE,
        Status.ASKED: Side.MENTOR,
        Status.CLARIFYING: Side.MENTEE,
        Status.OFFERED: Side.MENTEE,
    }

    class DeclineReason(models.TextChoices):
        NO_TIME = "no_time", gettext_lazy("no time at the moment")
        NOT_MY_FIELD = "not_my_field", gettext_lazy("not my field")
        OTHER_FITS_BETTER = "other_fits_better", gettext_lazy("somebody else fits better")
        TOO_VAGUE = "too_vague", gettext_lazy("I could not see what is asked")
        OTHER = "other", gettext_lazy("Other")

    class DismissReason(models.TextChoices):
        NOT_MY_TOPIC = "not_my_topic", gettext_lazy("does not know what I need")
        TOO_FAR = "too_far", gettext_lazy("too far from where I am")
        KNOWN = "known", gettext_lazy("we know each other already")
        PRICE = "price", gettext_lazy("asks for too much")
        OTHER = "other", gettext_lazy("Other")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    help_request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="matches")
    mentor = models.ForeignKey(MentorProfile, on_delete=models.CASCADE, related_name="matches")
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    rank = models.PositiveSmallIntegerField("place in the list", help_text="Among the matches of its request, from 1.")
    fit = models.PositiveSmallIntegerField(help_text="Whole points, 0 to 100.")
    load_cost = models.FloatField(
        "less for being busy", default=0.0, help_text="Points of rank, not of fit, for a mentor who is busy."
    )
    silence_cost = models.FloatField(
        "less for unanswered questions", default=0.0, help_text="Points of rank for questions left without an answer."
    )
    interest_bonus = models.FloatField(
        "more for own interest", default=0.0, help_text="Points of rank for what the mentor wants to explore."
    )
    criteria = models.JSONField(default=dict, help_text="Where the points come from, by criterion.")
    reasons = models.JSONField("reasons for the mentee", default=list, help_text="Sentences for the mentee.")
    mentor_reasons = models.JSONField("reasons for the mentor", default=list, help_text="Sentences for the mentor.")
    engine_version = models.CharField(max_length=20)
    is_named = models.BooleanField(default=False, editable=False, help_text="The mentee named this mentor.")
    why_you = models.TextField("words to the mentor", max_length=2000, blank=True)
    offer_note = models.TextField("words of the offer", max_length=2000, blank=True)
    dismiss_reason = models.CharField(
        "why the mentee did not want them", max_length=20, choices=DismissReason, blank=True
    )
    decline_reason = models.CharField("why it was declined", max_length=20, choices=DeclineReason, blank=True)
    decline_note = models.TextField("words to the other side", max_length=1000, blank=True)
    time_again_on = models.DateField(
        "has time again from",
        null=True,
        blank=True,
        help_text="Declined for want of time until then: may be proposed again from that day on.",
    )
    mentorship = models.OneToOneField(Mentorship, on_delete=models.PROTECT, null=True, blank=True, related_name="match")
    reminders_sent = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_at = models.DateTimeField("asked on", null=True, blank=True, editable=False)
    offered_at = models.DateTimeField(null=True, blank=True, editable=False)
    waits_since_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since when it waits for the side whose turn it is."
    )
    answer_due_at = models.DateTimeField(
        "answer due on", null=True, blank=True, editable=False, help_text="Expires then, unanswered."
    )
    extended_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="An admin moved the deadline of this turn on."
    )
    ended_at = models.DateTimeField("over since", null=True, blank=True, editable=False)
    silent_side = models.CharField(
        "who did not answer",
        max_length=6,
        choices=Side,
        blank=True,
        default="",
        editable=False,
        help_text="Let it expire.",
    )
    withdrawn_by = models.CharField(
        "who took it back",
        max_length=10,
        choices=WithdrawnBy,
        blank=True,
        default="",
        editable=False,
        help_text="The side that took it back, alone or with the whole request, or the organisers. Empty if a sweep "
        "ended it.",
    )

    class Meta:
        verbose_name_plural = "matches"
        constraints = [
            # A mentor who had no time is proposed anew, in a row of its own.
            models.UniqueConstraint(
                fields=["help_request", "mentor"],
                condition=Q(time_again_on__isnull=True),
                name="match_once_per_request_and_mentor",
            ),
            models.UniqueConstraint(
                fields=["help_request", "mentor"],
                condition=Q(status__in=["proposed", "asked", "clarifying", "offered", "accepted"]),
                name="match_one_current_per_request_and_mentor",
            ),
            models.CheckConstraint(
                condition=Q(time_again_on__isnull=True) | Q(status="declined", decline_reason="no_time"),
                name="match_has_time_again_only_if_declined_for_time",
            ),
            models.UniqueConstraint(
                fields=["help_request"],
                condition=Q(status="accepted"),
                name="match_one_accepted_per_help_request",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "proposed",
                        "asked",
                        "clarifying",
                        "offered",
                        "accepted",
                        "declined",
                        "expired",
                        "withdrawn",
                        "dismissed",
                        "superseded",
                    ]
                ),
                name="match_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status="accepted", mentorship__isnull=False)
                | (~Q(status="accepted") & Q(mentorship__isnull=True)),
                name="match_has_a_mentorship_if_and_only_if_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["asked", "clarifying"]) | (Q(asked_at__isnull=False) & ~Q(why_you="")),
                name="match_asked_says_why_and_when",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "asked", "clarifying", "offered"], ended_at__isnull=True)
                | (~Q(status__in=["proposed", "asked", "clarifying", "offered"]) & Q(ended_at__isnull=False)),
                name="match_ended_at_is_set_when_over",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(decline_reason=""), name="match_declined_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(status="offered") | (Q(offered_at__isnull=False) & ~Q(offer_note="")),
                name="match_offered_says_why_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status="dismissed") | ~Q(dismiss_reason=""), name="match_dismissed_says_why"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["asked", "clarifying", "offered"],
                    waits_since_at__isnull=False,
                    answer_due_at__isnull=False,
                )
                | (
                    ~Q(status__in=["asked", "clarifying", "offered"])
                    & Q(waits_since_at__isnull=True, answer_due_at__isnull=True)
                ),
                name="match_has_a_deadline_if_and_only_if_waiting",
            ),
            models.CheckConstraint(
                condition=Q(status="expired", silent_side__in=["mentee", "mentor"])
                | (~Q(status="expired") & Q(silent_side="")),
                name="match_names_the_silent_side_if_and_only_if_expired",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by="")
                | Q(status="withdrawn", withdrawn_by__in=["mentee", "mentor", "organisers"]),
                name="match_is_withdrawn_by_somebody_only_if_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(extended_at__isnull=True) | Q(status__in=["asked", "clarifying", "offered"]),
                name="match_has_more_time_only_while_it_waits",
            ),
            models.CheckConstraint(condition=Q(fit__range=(0, 100)), name="match_fit_is_0_to_100"),
        ]
        indexes = [
            # A mentor's inbox, and the count of its open questions.
            models.Index(fields=["mentor", "status", "-id"], name="match_of_mentor"),
            # The sweeps over unanswered requests: reminders and expiry.
            models.Index(
                fields=["answer_due_at", "id"],
                condition=Q(status__in=["asked", "clarifying", "offered"]),
                name="match_answer_due",
            ),
            # The admins' lists of requests and of mentors whose questions were left without an answer.
            models.Index(
                fields=["help_request", "ended_at"],
                condition=Q(status="expired", silent_side="mentor"),
                name="match_unanswered_of_request",
            ),
            models.Index(
                fields=["mentor", "ended_at"],
                condition=Q(status="expired", silent_side="mentor"),
                name="match_unanswered_by_mentor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} for {self.help_request.mentee}"

    @property
    def has_letters(self) -> bool:
        """Whether one of the two wrote to the other one. A question asked back follows such words."""
        return bool(self.why_you or self.offer_note or self.decline_note)

    def move_to(self, status: str, *, at: datetime) -> None:
        """Change the status and save. The caller holds the row lock. Raises MoveNotAllowed outside MOVES."""
        self.must_allow(status)
        if status == self.Status.EXPIRED:
            self.silent_side = self.whose_turn or ""
        if status == self.Status.ASKED and self.status == self.Status.PROPOSED:
            self.asked_at = at
        elif status == self.Status.OFFERED:
            self.offered_at = at
        elif status not in self.LIVE:
            self.ended_at = at
        self.status = status
        self.waits_since_at = self.answer_due_at = self.extended_at = None
        if status in self.WAITING:
            self.waits_since_at, self.answer_due_at = at, at + days_of("response_days")
            self.reminders_sent = 0
        self.save()

    @property
    def by_organisers(self) -> bool:
        """Whether an admin ended it before the other side answered."""
        return self.withdrawn_by == self.WithdrawnBy.ORGANISERS

    @property
    def points(self) -> float:
        """The points that decide the rank: the fit, less load and silence, plus interest."""
        return self.fit - self.load_cost - self.silence_cost + self.interest_bonus

    @property
    def whose_turn(self) -> str | None:
        """The side that acts next: "mentee", "mentor", or None if the match is over."""
        return self.TURNS.get(self.Status(self.status))

    @property
    def turn_since_at(self) -> datetime | None:
        """The time since when ``whose_turn`` is to act."""
        return self.created_at if self.status == self.Status.PROPOSED else self.waits_since_at
