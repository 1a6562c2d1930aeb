"""The outcome of a mentorship and feedback about it, in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.fields import FlagField, NumberField, StrictModelSerializer, StrictSerializer, TextField
from mentorship.models import Feedback, GoalScale, Occasion, OutcomeRating
from mentorship.models.feedback import NOTE_KEPT, WORDS_KEPT_YEARS
from mentorship.models.outcome import ANSWER_WITHIN
from mentorship.selectors.outcomes import SUMMARY_FROM

SCALE_MAX, FEEDBACK_MAX, THANKS_MAX = 500, 2000, 300


class ScaleSerializer(StrictModelSerializer):
    """The scale of the outcome, in the words of the mentee."""

    start = TextField(max_length=SCALE_MAX, help_text="Where I stand at the start.")
    less = TextField(max_length=SCALE_MAX, help_text="−1: less than I hope for.")
    as_hoped = TextField(max_length=SCALE_MAX, help_text="0: what I hope for.")
    better = TextField(max_length=SCALE_MAX, help_text="1: better than I hope for.")

    class Meta:
        model = GoalScale
        fields = ["start", "less", "as_hoped", "better", "written_at"]
        read_only_fields = ["written_at"]


class RateOutcomeSerializer(StrictSerializer):
    when = serializers.ChoiceField(choices=Occasion.choices, help_text="The occasion that is asked about now.")
    level = NumberField(min_value=-2, max_value=2, help_text="From −2, much less than hoped, to 2, much more.")


class RatingSerializer(StrictModelSerializer):
    class Meta:
        model = OutcomeRating
        fields = ["level", "rated_at"]
        read_only_fields = fields


class OccasionSerializer(StrictSerializer):
    """One question about the outcome, with both ratings."""

    when = serializers.ChoiceField(choices=Occasion.choices, source="question.when")
    asked_at = serializers.DateTimeField(source="question.asked_at")
    mine = RatingSerializer(allow_null=True)
    theirs = RatingSerializer(
        allow_null=True, help_text=f"Null until both have rated, or {ANSWER_WITHIN.days} days have passed."
    )
    may_rate = FlagField()


class OutcomeSerializer(StrictSerializer):
    """The outcome of a mentorship, as far as I may read it."""

    scale = ScaleSerializer(allow_null=True)
    may_write_scale = FlagField(help_text="I am the mentee, and the mentorship runs.")
    ratings = OccasionSerializer(many=True, help_text="What was asked, the end first.")


class WriteFeedbackSerializer(StrictSerializer):
    """My feedback to the other side. It replaces what I wrote; without any words it is taken back."""

    helped = TextField(
        required=False,
        default="",
        allow_blank=True,
        max_length=FEEDBACK_MAX,
        help_text=f"What helped. The other side reads it once it is open. Kept for {WORDS_KEPT_YEARS} years.",
    )
    better = TextField(
        required=False,
        default="",
        allow_blank=True,
        max_length=FEEDBACK_MAX,
        help_text=f"What could be better. The other side reads it once it is open. Kept for {WORDS_KEPT_YEARS} years.",
    )
    thanks = TextField(
        required=False,
        default="",
        allow_blank=True,
        max_length=THANKS_MAX,
        help_text="A sentence of thanks. The other side reads it once it is open. Kept as long as I have an account.",
    )
    thanks_shown = serializers.ChoiceField(
        choices=Feedback.ThanksShown.choices,
        required=False,
        default="",
        allow_blank=True,
        help_text="Whether my mentor may show the thanks to anybody. Empty: no.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["thanks_shown"] and not attrs["thanks"]:
            raise serializers.ValidationError({"thanks": _("Write the thanks, or choose that they are not shown.")})
        return attrs


class ThanksShownSerializer(StrictSerializer):
    thanks_shown = serializers.ChoiceField(choices=Feedback.ThanksShown.choices, allow_blank=True)


class NoteSerializer(StrictSerializer):
    text = TextField(
        allow_blank=True,
        max_length=FEEDBACK_MAX,
        help_text=f"The organisers read it, and nobody else. Deleted {NOTE_KEPT.days} days after it was written.",
    )


class ReportSerializer(StrictSerializer):
    reason = TextField(max_length=FEEDBACK_MAX, help_text="The admins read it, and the feedback.")


class MyFeedbackSerializer(StrictModelSerializer):
    class Meta:
        model = Feedback
        fields = ["helped", "better", "thanks", "thanks_shown", "written_at", "opened_at", "hidden_at", "hidden_reason"]
        read_only_fields = fields


class TheirFeedbackSerializer(StrictModelSerializer):
    class Meta:
        model = Feedback
        fields = ["helped", "better", "thanks", "opened_at", "reported_at"]
        read_only_fields = fields


class FeedbackSerializer(StrictSerializer):
    """Feedback of a mentorship, as far as I may read it. Nobody learns whether the other side has sealed some."""

    mine = MyFeedbackSerializer(allow_null=True)
    theirs = TheirFeedbackSerializer(allow_null=True)
    is_theirs_hidden = FlagField(help_text="The organisers have hidden it.")
    note = serializers.SerializerMethodField(help_text="My lines to the organisers. Empty without any.")
    note_read_at = serializers.DateTimeField(
        source="note.read_at", allow_null=True, help_text="When the organisers read it. Null without a note."
    )
    may_write = FlagField()
    may_write_note = FlagField()
    opens_at = serializers.DateTimeField(
        allow_null=True, help_text="Feedback opens at this time, or as soon as both have written. Null before the end."
    )

    def get_note(self, card: Any) -> str:
        return card.note.text if card.note else ""


class ShareSerializer(StrictSerializer):
    """The mentees who reached what they hoped for, among those who were asked."""

    n_asked = NumberField()
    n_answered = NumberField()
    n_silent = NumberField(help_text="They did not answer, or are kept apart from the mentor. They are no success.")
    n_success = NumberField(
        allow_null=True, help_text=f"They rated the outcome 0 or higher. Null below {SUMMARY_FROM} answers."
    )


class FeedbackSummarySerializer(StrictSerializer):
    """Feedback of all my mentees, without names and dates."""

    n_asked = NumberField(help_text="Mentorships that ended so long ago that all their feedback is due.")
    n_wrote = NumberField(help_text="Those of them with feedback that I may read.")
    n_silent = NumberField(help_text="Those without.")
    helped = serializers.ListField(child=TextField(), help_text=f"Empty below {SUMMARY_FROM} mentees who wrote.")
    better = serializers.ListField(child=TextField())
    thanks = serializers.ListField(child=TextField())
    at_the_end = ShareSerializer()
    later = ShareSerializer(help_text="Some time later: by default 90 days.")
