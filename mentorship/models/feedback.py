"""Feedback of the two of a mentorship to each other, sealed at first, and notes to the organisers."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from mentorship.models.mentorship import Mentorship

# The words to each other are deleted so long after the end of the mentorship. Thanks stay.
WORDS_KEPT_YEARS = 3
WORDS_KEPT = timedelta(days=365 * WORDS_KEPT_YEARS)
# A note to the organisers is deleted so long after it was written.
NOTE_KEPT = timedelta(days=365)


class Feedback(models.Model):
    """The words of one of the two for the other. Sealed until ``opened_at``: only their author reads them.

    A trigger refuses other words once it is open. The other side may report it then, and an admin hides what was
    reported, or keeps it (``kept_at``).
    """

    class ThanksShown(models.TextChoices):
        NOT = "", gettext_lazy("No, they are for my mentor only")
        FIRST_NAME = "first_name", gettext_lazy("Yes, with my first name")
        NO_NAME = "no_name", gettext_lazy("Yes, without my name")

    mentorship = models.ForeignKey(Mentorship, on_delete=models.CASCADE, related_name="feedback")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    helped = models.TextField("what helped", blank=True)
    better = models.TextField("what could be better", blank=True)
    thanks = models.TextField("words of thanks", blank=True)
    thanks_shown = models.CharField(
        "thanks are shown",
        max_length=10,
        choices=ThanksShown,
        blank=True,
        help_text="How a mentor may show the thanks. Empty: not at all.",
    )
    written_at = models.DateTimeField("written on")
    opened_at = models.DateTimeField("shown to the other side on", null=True, blank=True)
    reported_at = models.DateTimeField("reported on", null=True, blank=True)
    report_reason = models.TextField("why it was reported", blank=True)
    kept_at = models.DateTimeField("kept on", null=True, blank=True, help_text="When an admin decided that it stays.")
    hidden_at = models.DateTimeField("hidden on", null=True, blank=True)
    hidden_reason = models.TextField("why it was hidden", blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(fields=["mentorship", "author"], name="feedback_once_an_author"),
            models.CheckConstraint(
                condition=Q(thanks_shown__in=["", "first_name", "no_name"]), name="feedback_show_of_thanks_is_known"
            ),
            models.CheckConstraint(
                condition=Q(thanks_shown="") | ~Q(thanks=""), name="feedback_shows_thanks_only_if_there_are_some"
            ),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True) | Q(opened_at__isnull=False),
                name="feedback_is_reported_only_if_open",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True) | Q(reported_at__isnull=False) & ~Q(hidden_reason=""),
                name="feedback_is_hidden_only_if_reported_and_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(kept_at__isnull=True) | Q(reported_at__isnull=False, hidden_at__isnull=True),
                name="feedback_is_kept_only_if_reported_and_not_hidden",
            ),
        ]
        indexes = [
            # The sweep over feedback to open.
            models.Index(fields=["id"], condition=Q(opened_at__isnull=True), name="feedback_that_is_sealed"),
            # The admins' list of what was reported, newest first.
            models.Index(
                fields=["-reported_at", "-id"], condition=Q(reported_at__isnull=False), name="feedback_reported"
            ),
        ]

    def __str__(self) -> str:
        return f"feedback of {self.author}"


class OrganiserNote(models.Model):
    """Private lines of one of the two to the organisers. The other side does not know of them.

    An admin says that they are read, and the author learns when. Other words are unread again.
    """

    mentorship = models.ForeignKey(Mentorship, on_delete=models.CASCADE, related_name="organiser_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField("written on")
    read_at = models.DateTimeField("read on", null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mentorship", "author"], name="organiser_note_once_an_author"),
            models.CheckConstraint(
                condition=Q(read_by__isnull=True) | Q(read_at__isnull=False),
                name="organiser_note_has_a_reader_only_if_read",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="organiser_note_is_not_empty"),
        ]
        indexes = [
            # The sweep over old notes, and the admins' list, newest first.
            models.Index(fields=["written_at", "id"], name="organiser_note_by_age"),
            # The admins' list of notes that nobody has read.
            models.Index(fields=["written_at"], condition=Q(read_at__isnull=True), name="organiser_note_unread"),
        ]

    def __str__(self) -> str:
        return f"note of {self.author} to the organisers"
