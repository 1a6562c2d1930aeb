"""Drafts of cohorts in the API, for those who run them. People are named by the identifiers of their memberships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import (
    FlagField,
    IdentifierField,
    NumberField,
    NumberInAddressField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
)
from accounts.models.decision import REASON_MAX
from matching.engine.assignment import Value
from matching.models import CohortDraft
from matching.selectors.cohorts.compare import Comparison
from matching.selectors.cohorts.edits import EditCost
from matching.selectors.cohorts.findings import findings_of
from matching.selectors.cohorts.report import report_in_sentences
from mentorship.models import Cohort

PAIRS_MAX = 50
SEED_MAX = 2**31 - 1
ROWS, ROWS_MAX = 25, 100

FIT = "Points, 0 to 100."


class AskForDraftSerializer(StrictSerializer):
    """How to match a cohort. Fields that are left out are those of the cohort."""

    policy = serializers.ChoiceField(choices=Cohort.Policy.choices, required=False)
    both_sides = FlagField(required=False, help_text="The fit of a pair is the harmonic mean of both sides.")
    seed = NumberField(
        default=0, min_value=0, max_value=SEED_MAX, help_text="Draws between results that are equally good."
    )


class CohortDraftRowSerializer(StrictModelSerializer):
    """A draft in a list."""

    edits = NumberField(source="edits.number", default=None, read_only=True, allow_null=True)
    asked_by = TextField(source="asked_by.name", default="", read_only=True)

    class Meta:
        model = CohortDraft
        fields = [
            *("uuid", "number", "round", "status", "policy", "both_sides", "seed", "edits", "what", "progress"),
            *("failure", "asked_by", "asked_at", "ended_at"),
        ]
        read_only_fields = fields


class DraftFindingSerializer(StrictSerializer):
    """One thing to know. ``stops``: no draft could be made."""

    code = TextField()
    sentence = TextField()
    stops = FlagField()


class DraftNumbersSerializer(StrictSerializer):
    """The report in numbers. Fits are in ten-thousandths; null if nobody is matched."""

    mentees = NumberField()
    matched = NumberField()
    total = NumberField()
    highest_total = NumberField(help_text="Of the assignment with the highest total, without pins.")
    worst = NumberField(allow_null=True)
    fifth_percentile = NumberField(allow_null=True)
    first_choice = NumberField()
    top_three = NumberField()
    idle = NumberField(help_text="Mentors with places and without a mentee.")
    gini = serializers.FloatField()
    blocking_count = NumberField(help_text="Pairs who would rather have each other.")
    left_out = NumberField()


class CohortDraftSerializer(CohortDraftRowSerializer):
    """A draft with what to know before a run, and its report."""

    findings = serializers.SerializerMethodField()
    report = serializers.SerializerMethodField(help_text="Sentences. Empty until it is made.")
    numbers = serializers.SerializerMethodField()

    class Meta(CohortDraftRowSerializer.Meta):
        fields = [*CohortDraftRowSerializer.Meta.fields, "findings", "report", "numbers"]
        read_only_fields = fields

    @extend_schema_field(DraftFindingSerializer(many=True))
    def get_findings(self, draft: CohortDraft) -> list[dict[str, Any]]:
        return [{"code": found.code, "sentence": found.sentence, "stops": found.stops} for found in findings_of(draft)]

    def get_report(self, draft: CohortDraft) -> list[str]:
        return report_in_sentences(draft)

    @extend_schema_field(DraftNumbersSerializer(allow_null=True))
    def get_numbers(self, draft: CohortDraft) -> dict[str, Any] | None:
        if not draft.report:
            return None
        counted = {name: len(draft.report[name]) for name in ("idle", "left_out")}
        return {str(name): draft.report[name] for name in DraftNumbersSerializer().fields} | counted


class PageSerializer(StrictSerializer):
    """Which rows of a draft to send. A draft never changes, so a position means the same later."""

    start = NumberInAddressField(default=0, min_value=0, help_text="How many rows to leave out.")
    count = NumberInAddressField(default=ROWS, min_value=1, max_value=ROWS_MAX)


class PairsPageSerializer(PageSerializer):
    """The same, with an order."""

    order = serializers.ChoiceField(
        choices=["mentee", "name", "fit"],
        default="mentee",
        help_text="As they joined, by the name of the mentee, or the lowest fit first.",
    )


class MemberOfDraftSerializer(StrictSerializer):
    """A member of the cohort."""

    uuid = IdentifierField(allow_null=True, help_text="Of the membership. Null if it is gone.")
    name = TextField()


class PairOfDraftSerializer(StrictSerializer):
    """A pair of a draft."""

    mentee = MemberOfDraftSerializer()
    mentor = MemberOfDraftSerializer()
    fit = serializers.FloatField(help_text=FIT)
    is_pinned = FlagField()
    alternates = serializers.ListField(child=TextField(), help_text="Names of mentors kept for the mentee.")


class PairAskedSerializer(StrictSerializer):
    """Which pair to show."""

    mentee = IdentifierField(help_text="Of the membership of the mentee.")


class LeftOutOfDraftSerializer(StrictSerializer):
    """A mentee without a mentor, and what would change it."""

    mentee = MemberOfDraftSerializer()
    reason = TextField()
    sentence = TextField()


class PairsOfDraftSerializer(StrictSerializer):
    """A page of pairs."""

    total = NumberField(help_text="Of all rows.")
    next_start = NumberField(allow_null=True, help_text="Where the next page begins. Null: there is none.")
    results = PairOfDraftSerializer(many=True)


class LeftOutPageSerializer(StrictSerializer):
    """A page of mentees without a mentor."""

    total = NumberField(help_text="Of all rows.")
    next_start = NumberField(allow_null=True, help_text="Where the next page begins. Null: there is none.")
    results = LeftOutOfDraftSerializer(many=True)


class PairOfMembersSerializer(StrictSerializer):
    """Two members of the cohort, by the identifiers of their memberships."""

    mentee = IdentifierField()
    mentor = IdentifierField()


class CostSerializer(StrictSerializer):
    """An edit. ``pin``: together in every draft to come. ``forbid``: in none. ``release``: as if nobody had decided."""

    pin = PairOfMembersSerializer(many=True, default=list, max_length=PAIRS_MAX)
    forbid = PairOfMembersSerializer(many=True, default=list, max_length=PAIRS_MAX)
    release = PairOfMembersSerializer(many=True, default=list, max_length=PAIRS_MAX)


class EditSerializer(CostSerializer):
    """An edit, and why."""

    reason = TextField(max_length=REASON_MAX, default="", allow_blank=True)


class ValueOfDraftSerializer(StrictSerializer):
    """How good a draft is. Fits are in ten-thousandths; ``worst`` is -1 without a pair."""

    matched = NumberField()
    worst = NumberField()
    total = NumberField()


class MovedSerializer(StrictSerializer):
    """A mentee with another mentor. Empty: none."""

    mentee = TextField()
    before = TextField()
    after = TextField()


class EditCostSerializer(StrictSerializer):
    """The cost of an edit. Nothing was stored."""

    what = TextField()
    sentence = TextField()
    before = ValueOfDraftSerializer()
    after = ValueOfDraftSerializer()
    moved_count = NumberField()
    moved = MovedSerializer(many=True)

    def to_representation(self, cost: EditCost) -> dict[str, Any]:
        return {
            "what": cost.what,
            "sentence": cost.sentence,
            "before": _value(cost.before),
            "after": _value(cost.after),
            "moved_count": cost.moved_count,
            "moved": MovedSerializer(cost.moved, many=True).data,
        }


class AlternativeOfPairSerializer(StrictSerializer):
    """Another pair, and what pinning it would cost the whole."""

    mentee = TextField()
    mentor = TextField()
    fit = serializers.FloatField(help_text=FIT)
    cost = EditCostSerializer()


class PairLookedAtSerializer(StrictSerializer):
    """A pair as it would be judged now, and the best alternatives of both sides."""

    fit = NumberField(allow_null=True, help_text="Whole points now. Null: the two cannot be matched any more.")
    reasons = serializers.ListField(child=TextField(), help_text="For the mentee.")
    mentor_reasons = serializers.ListField(child=TextField(), help_text="For the mentor.")
    of_mentee = AlternativeOfPairSerializer(allow_null=True, help_text="The best other mentor. Null: there is none.")
    of_mentor = AlternativeOfPairSerializer(allow_null=True, help_text="The best other mentee. Null: there is none.")


class ComparedSerializer(StrictSerializer):
    """Which draft to compare with."""

    other = IdentifierField(help_text="Of another draft of the same cohort.")


class ComparisonSerializer(StrictSerializer):
    """The differences of two drafts: ``one`` is that of the address."""

    sentences = serializers.ListField(child=TextField())
    one = ValueOfDraftSerializer()
    other = ValueOfDraftSerializer()
    comparable = FlagField(help_text="They share their fits, so their totals compare.")
    moved = MovedSerializer(many=True)
    only_in_one = serializers.ListField(child=TextField(), help_text="Names of mentees.")
    only_in_other = serializers.ListField(child=TextField(), help_text="Names of mentees.")

    def to_representation(self, found: Comparison) -> dict[str, Any]:
        return {
            "sentences": found.sentences,
            "one": _value(found.values[0]),
            "other": _value(found.values[1]),
            "comparable": found.comparable,
            "moved": MovedSerializer(found.moved, many=True).data,
            "only_in_one": list(found.only_in_one),
            "only_in_other": list(found.only_in_other),
        }


def _value(value: Value) -> Mapping[str, int]:
    return {"matched": value.matched, "worst": value.worst, "total": value.total}
