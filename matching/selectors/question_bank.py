"""The question bank as others read it: one wording of each question, and never whose it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet

from matching.models import BankQuestion
from mentorship.models import PracticeRecord

# A question is visible once so many people were asked something alike, agreed to share it, and are still here.
PEOPLE_MIN = 3
SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class BankEntry:
    """``people`` counts those who were asked something alike.

    ``stages`` are labels of the stages of interviews at which PEOPLE_MIN of them were.
    """

    question: str
    people: int
    stages: list[str]


def bank_entries(*, goal_kind: str = "", field: str = "", stage: str = "") -> list[BankEntry]:
    """Return the visible questions, those of the most people first. Three queries.

    With a filter only debriefs that pass it count, so each shown question has three people behind it there as well, and
    so has each of its stages.
    """
    rows = _shared(goal_kind=goal_kind, field=field, stage=stage)
    groups = (
        rows.values("group")
        .annotate(people=Count("item__record__owner", distinct=True))
        .filter(people__gte=PEOPLE_MIN)
        .order_by("-people", "group")[:SHOWN_MAX]
    )
    found = list(groups)
    shown = rows.filter(group__in=[row["group"] for row in found])
    wordings = shown.order_by("group", "-central", "pk")
    texts = dict(wordings.distinct("group").values_list("group", "text"))
    stages = _stages(shown)
    return [
        BankEntry(
            question=texts[row["group"]],
            people=row["people"],
            stages=stages[row["group"]],
        )
        for row in found
        # Consent can be withdrawn between the two queries.
        if row["group"] in texts
    ]


def _stages(rows: QuerySet[BankQuestion]) -> dict[int | None, list[str]]:
    """Return the labels of the stages of each group at which enough people were asked."""
    counted = (
        rows.exclude(item__record__stage="")
        .values("group", "item__record__stage")
        .annotate(people=Count("item__record__owner", distinct=True))
        .filter(people__gte=PEOPLE_MIN)
        .order_by("group", "item__record__stage")
    )
    found: defaultdict[int | None, list[str]] = defaultdict(list)
    for row in counted:
        found[row["group"]].append(str(PracticeRecord.Stage(row["item__record__stage"]).label))
    return found


def _shared(*, goal_kind: str, field: str, stage: str) -> QuerySet[BankQuestion]:
    """Return the questions whose owners agree at present. A changed question counts once it is embedded again."""
    rows = BankQuestion.objects.filter(
        item__record__shares_questions=True,
        item__record__owner__is_active=True,
        text=F("item__text"),
        group__isnull=False,
    )
    if goal_kind:
        rows = rows.filter(item__record__goal__kind__code=goal_kind)
    if field:
        rows = rows.filter(item__record__goal__target_field__iexact=field)
    if stage:
        rows = rows.filter(item__record__stage=stage)
    return rows
