"""The rules of a search for mentors. The API and the page of the search share them."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet
from django_filters.rest_framework import BooleanFilter, CharFilter, FilterSet, ModelChoiceFilter

from accounts.models import MentorProfile
from accounts.models.profile import understood
from mentorship.models import GoalKind
from mentorship.selectors.mentors import running_of

SEARCH_FIELDS = [
    "user__name",
    "user__profile__headline",
    "user__profile__bio",
    "user__profile__career__role",
    "user__profile__career__field",
    "teaches",
]


class MentorFilter(FilterSet):
    """Filters of the list of mentors. A mentor passes all that are given. Each takes one value."""

    goal_kind = ModelChoiceFilter(
        field_name="goal_kinds", to_field_name="code", queryset=GoalKind.objects.all(), label="A kind of goal, by code."
    )
    field = CharFilter(
        field_name="user__profile__career__field", lookup_expr="iexact", distinct=True, label="A field they worked in."
    )
    country = CharFilter(
        field_name="user__profile__career__country",
        lookup_expr="iexact",
        distinct=True,
        label="A country they worked in: a code of ISO 3166.",
    )
    language = CharFilter(
        method="who_speak", label="A language they speak: its code. Codes that count as one in matching do so here."
    )
    free = BooleanFilter(method="with_free_place", label="With a free place, or without one.")
    paid = BooleanFilter()

    class Meta:
        model = MentorProfile
        fields = ["goal_kind", "field", "country", "language", "free", "paid"]

    def who_speak(self, mentors: QuerySet, name: str, code: str) -> QuerySet:
        return mentors.filter(user__profile__languages__code__in=understood([code.lower()])).distinct()

    def with_free_place(self, mentors: QuerySet, name: str, wanted: bool) -> QuerySet:
        has_place = Q(capacity__gt=F("active_elsewhere") + running_of("pk"))
        return mentors.filter(has_place) if wanted else mentors.exclude(has_place)
