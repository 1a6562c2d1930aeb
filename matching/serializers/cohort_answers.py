"""Published pairs of cohorts in the API, for those who run them."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import (
    BoundedListField,
    FlagField,
    IdentifierField,
    NumberField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
)
from matching.models import CohortPair, Match
from matching.serializers.cohort_drafts import MemberOfDraftSerializer, PageSerializer
from mentorship.models import Cohort

MENTEES_MAX = 100


class OrganisedCohortSerializer(StrictModelSerializer):
    """A cohort that I run."""

    takes_people = serializers.SerializerMethodField(help_text="Whether somebody can join now.")
    mentees = NumberField(read_only=True, help_text="Those who have not left.")
    mentors = NumberField(read_only=True, help_text="Those who have not left.")

    class Meta:
        model = Cohort
        fields = [
            *("uuid", "name", "about", "company", "status", "joins_until_on", "starts_on", "ends_on", "policy"),
            *("both_sides", "different_department", "outside_reporting_line", "takes_people", "mentees", "mentors"),
            *("opened_at", "closed_at", "archived_at"),
        ]
        read_only_fields = fields

    @extend_schema_field(FlagField())
    def get_takes_people(self, cohort: Cohort) -> bool:
        return cohort.takes_people(timezone.now())


class ChosenMenteesSerializer(StrictSerializer):
    """Whose pairs. Nobody is chosen by leaving the field out."""

    mentees = BoundedListField(
        child=IdentifierField(),
        max_length=MENTEES_MAX,
        allow_null=True,
        help_text="Identifiers of the memberships of mentees. Null: all pairs of the draft.",
    )


class PublishedSerializer(StrictSerializer):
    """The pairs that were published. The worker tells both sides of each pair."""

    count = NumberField(help_text="New pairs.")
    already = NumberField(help_text="Pairs that were published before.")
    skipped = serializers.ListField(child=TextField(), help_text="A sentence for each pair that is not possible.")


class TakenBackSerializer(StrictSerializer):
    """The pairs that were taken back. Those who were told get one mail."""

    count = NumberField(help_text="Pairs that were taken back.")
    stay = NumberField(help_text="Pairs of the choice that still wait for answers.")
    skipped = serializers.ListField(child=TextField(), help_text="Who stays, and why.")


class IdleMentorSerializer(StrictSerializer):
    """A mentor without a mentee in the draft."""

    mentor = MemberOfDraftSerializer()
    places = NumberField(help_text="Free places when people were read.")


class IdleMentorsPageSerializer(StrictSerializer):
    """A page of mentors without a mentee."""

    total = NumberField(help_text="Of all rows.")
    next_start = NumberField(allow_null=True, help_text="Where the next page begins. Null: there is none.")
    results = IdleMentorSerializer(many=True)


class AnswersAskedSerializer(PageSerializer):
    """Which pairs to send."""

    status = serializers.ChoiceField(
        choices=CohortPair.Status.choices, required=False, help_text="Pairs in this status only."
    )


class LossOfRoundSerializer(StrictSerializer):
    """The outcome of a round. The numbers are pairs, with alternates."""

    round = NumberField()
    drafted = NumberField(help_text="Pairs of the newest draft of the round of which a pair was published.")
    published = NumberField(help_text="Mentees for whom a pair was published.")
    confirmed = NumberField()
    waiting = NumberField()
    declined_by_mentee = NumberField()
    declined_by_mentor = NumberField()
    expired = NumberField()
    withdrawn = NumberField()
    by_alternate = NumberField(help_text="Confirmed pairs with a mentor who was kept besides.")
    total = serializers.FloatField(help_text="Points of fit of the draft.")
    confirmed_total = serializers.FloatField(help_text="Points of fit of confirmed pairs.")
    share = serializers.FloatField(allow_null=True, help_text="Confirmed of the total, 0 to 1. Null without a pair.")


class AnswerOfPairSerializer(StrictSerializer):
    """A published pair. Reasons of a no are for those who run the cohort alone."""

    uuid = IdentifierField()
    round = NumberField()
    draft = IdentifierField()
    mentee = MemberOfDraftSerializer()
    mentor = MemberOfDraftSerializer()
    fit = NumberField(help_text="Whole points, 0 to 100.")
    status = serializers.ChoiceField(choices=CohortPair.Status.choices)
    silent = serializers.ListField(
        child=serializers.ChoiceField(choices=Match.Side.choices), help_text="Who has not answered, while it waits."
    )
    by_alternate = FlagField(help_text="The mentor was kept besides, and another pair ended.")
    declined_by = serializers.ChoiceField(choices=Match.Side.choices, allow_blank=True)
    decline_reason = serializers.ChoiceField(choices=Match.DeclineReason.choices, allow_blank=True)
    why_withdrawn = serializers.ChoiceField(choices=CohortPair.Why.choices, allow_blank=True)
    published_at = serializers.DateTimeField()
    proposed_at = serializers.DateTimeField(allow_null=True)
    answer_due_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class AnswersPageSerializer(StrictSerializer):
    """The losses of all rounds, and a page of pairs: the newest round first, by the name of the mentee."""

    rounds = LossOfRoundSerializer(many=True)
    total = NumberField(help_text="Of all rows.")
    next_start = NumberField(allow_null=True, help_text="Where the next page begins. Null: there is none.")
    results = AnswerOfPairSerializer(many=True)
