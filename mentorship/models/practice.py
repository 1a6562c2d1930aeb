"""Practice records of a mentee: mock interviews, debriefs, stories, translations and promotion cases."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.models import Skill
from mentorship.models.goal import Goal
from mentorship.models.mentorship import Mentorship
from mentorship.models.session import Session


class PracticeRecord(models.Model):
    """One record of practice. It belongs to its mentee, ``owner``, and others read it by a PracticeShare only.

    ``texts`` has the texts of the kind by name, as ``TEXTS`` says. They are read as a whole and never searched.
    ``session`` is the one in which the record was made. ``used_in`` are those in which a story was told.
    """

    class Kind(models.TextChoices):
        MOCK_INTERVIEW = "mock_interview", gettext_lazy("mock interview")
        DEBRIEF = "debrief", gettext_lazy("debrief of an interview")
        STORY = "story", gettext_lazy("story")
        TRANSLATION = "translation", gettext_lazy("translation of a CV")
        PROMOTION_CASE = "promotion_case", gettext_lazy("promotion case")

    class Stage(models.TextChoices):
        SCREENING = "screening", gettext_lazy("screening call")
        HIRING_MANAGER = "hiring_manager", gettext_lazy("interview with the hiring manager")
        TECHNICAL = "technical", gettext_lazy("technical interview")
        CASE = "case", gettext_lazy("case or task")
        PANEL = "panel", gettext_lazy("panel")
        FINAL = "final", gettext_lazy("last round")

    class CompanyKind(models.TextChoices):
        STARTUP = "startup", gettext_lazy("start-up")
        MEDIUM = "medium", gettext_lazy("medium-sized firm")
        LARGE = "large", gettext_lazy("large firm")
        CONSULTANCY = "consultancy", gettext_lazy("consultancy")
        PUBLIC = "public", gettext_lazy("public service")
        RESEARCH = "research", gettext_lazy("university or institute")
        NON_PROFIT = "non_profit", gettext_lazy("non-profit organisation")
        OTHER = "other", gettext_lazy("other")

    # The texts of each kind, and those of each of its items beside ``PracticeItem.text``.
    TEXTS: dict[str, tuple[str, ...]] = {
        Kind.MOCK_INTERVIEW: (),
        Kind.DEBRIEF: ("wavered",),
        Kind.STORY: ("situation", "task", "action", "result", "answers"),
        Kind.TRANSLATION: (),
        Kind.PROMOTION_CASE: (),
    }
    ITEM_TEXTS: dict[str, tuple[str, ...]] = {
        Kind.MOCK_INTERVIEW: ("situation", "task", "action", "result", "next_time"),
        Kind.DEBRIEF: ("answer",),
        Kind.STORY: (),
        Kind.TRANSLATION: ("new_words",),
        Kind.PROMOTION_CASE: ("evidence", "confirmed_by"),
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="practice_records")
    kind = models.CharField(max_length=14, choices=Kind)
    title = models.CharField(max_length=120)
    texts = models.JSONField(default=dict)
    stage = models.CharField(max_length=14, choices=Stage, blank=True)
    company_kind = models.CharField(max_length=11, choices=CompanyKind, blank=True)
    shares_questions = models.BooleanField(default=False)
    goal = models.ForeignKey(Goal, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="practice_records"
    )
    skills = models.ManyToManyField(Skill, blank=True, related_name="+")
    used_in = models.ManyToManyField(Session, blank=True, related_name="stories")
    created_at = models.DateTimeField("written on")
    changed_at = models.DateTimeField("changed on")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["mock_interview", "debrief", "story", "translation", "promotion_case"]),
                name="practice_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="debrief") | Q(stage="", company_kind="", shares_questions=False),
                name="practice_is_of_a_real_interview_only_as_a_debrief",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["", "screening", "hiring_manager", "technical", "case", "panel", "final"]),
                name="practice_stage_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    company_kind__in=[
                        *("", "startup", "medium", "large", "consultancy", "public", "research", "non_profit", "other")
                    ]
                ),
                name="practice_company_kind_is_known",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="practice_has_a_title"),
        ]
        indexes = [
            # A member's own list, the newest first.
            models.Index(fields=["owner", "-created_at", "-id"], name="practice_of_owner"),
            # Records made in a session, on its page.
            models.Index(fields=["session", "id"], name="practice_of_session"),
            # The question bank: debriefs whose questions are shared.
            models.Index(fields=["id"], condition=Q(shares_questions=True), name="practice_with_shared_questions"),
        ]

    def __str__(self) -> str:
        # Admins read this line, so it holds no word of the mentee.
        return f"Practice record of {self.owner}"

    @property
    def has_items(self) -> bool:
        return bool(self.ITEM_TEXTS[self.kind])


class PracticeItem(models.Model):
    """A question of an interview, a line of a CV, or a claim: ``text``, and its other texts by name.

    Items of a record are in the order in which they were written.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record = models.ForeignKey(PracticeRecord, on_delete=models.CASCADE, related_name="items")
    text = models.CharField(max_length=500)
    texts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="practice_item_has_a_text")]
        indexes = [models.Index(fields=["record", "id"], name="practice_items_of_record")]

    def __str__(self) -> str:
        return f"practice item {self.uuid}"


class AnswerFeedback(models.Model):
    """A mentor's words on one answer of a mock interview. The mentor of its session writes it, nobody else."""

    item = models.ForeignKey(PracticeItem, on_delete=models.CASCADE, related_name="feedback")
    mentorship = models.ForeignKey(Mentorship, on_delete=models.PROTECT, related_name="answer_feedback")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "feedback on answers"
        constraints = [
            models.UniqueConstraint(fields=["item", "mentorship"], name="answer_feedback_once_a_mentorship"),
            models.CheckConstraint(condition=~Q(text=""), name="answer_feedback_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"feedback {self.pk}"


class PracticeShare(models.Model):
    """A record that the mentor of a mentorship reads while the mentorship runs."""

    record = models.ForeignKey(PracticeRecord, on_delete=models.CASCADE, related_name="shares")
    mentorship = models.ForeignKey(Mentorship, on_delete=models.PROTECT, related_name="practice_shares")
    shared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "mentorship"], name="practice_shared_once_with_a_mentorship")
        ]

    def __str__(self) -> str:
        return f"share {self.pk}"


class TakenAlong(models.Model):
    """The mentee answered which records they take along to a mentorship. The question comes once."""

    mentorship = models.OneToOneField(Mentorship, on_delete=models.CASCADE, related_name="taken_along")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "answers to what is taken along"

    def __str__(self) -> str:
        return f"answer {self.pk}"
