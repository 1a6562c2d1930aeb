"""Questions and offers as something that a concern can be about."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.concern_registry import Fact, SubjectKind, register_facts, register_subjects
from accounts.models import User
from matching.models import CohortPair, Match


def _other_of_match(uuid: UUID, reader: User) -> User | None:
    """Return the other person of a match whose name the reader knows, or knew before the two were kept apart.

    A mentor knows the mentee who asked or accepted. A mentee knows every mentor who was proposed.
    """
    people = Match.objects.select_related("mentor__user", "help_request__mentee")
    match = people.filter(Q(help_request__mentee=reader) | Q(mentor__user=reader), uuid=uuid).first()
    if match is None:
        return None
    if match.help_request.mentee_id == reader.pk:
        return match.mentor.user
    knows = match.asked_at is not None or match.status == Match.Status.ACCEPTED
    return match.help_request.mentee if knows else None


def _other_of_pair(uuid: UUID, reader: User) -> User | None:
    """Return the other person of a pair of a cohort that was proposed to the reader."""
    pairs = CohortPair.objects.select_related("mentor__user", "help_request__mentee")
    pair = pairs.filter(uuid=uuid, proposed_at__isnull=False).first()
    side = pair.side_of(reader) if pair else None
    if pair is None or side is None:
        return None
    return pair.person_on(Match.Side.MENTOR if side == Match.Side.MENTEE else Match.Side.MENTEE)


def _facts(one: User, other: User) -> list[Fact]:
    either = Q(help_request__mentee=one, mentor__user=other) | Q(help_request__mentee=other, mentor__user=one)
    # A proposal that nobody acted on says nothing about the two.
    acted = Q(asked_at__isnull=False) | Q(offered_at__isnull=False) | Q(status=Match.Status.ACCEPTED)
    rows = Match.objects.filter(either, acted).select_related("mentor__user", "help_request__mentee")
    return [_fact(row) for row in rows.order_by("pk")]


def _fact(row: Match) -> Fact:
    mentee, mentor = row.help_request.mentee, row.mentor
    moved = f"{mentor} offered {mentee} help" if row.offered_at else f"{mentee} asked {mentor}"
    if row.offered_at is None and row.asked_at is None:
        moved = f"{mentee} and {mentor} said yes to each other in a cohort"
    page = reverse("admin:matching_match_change", args=[row.pk])
    return Fact(row.offered_at or row.asked_at or row.created_at, f"{moved}: {row.get_status_display().lower()}.", page)


register_subjects(
    SubjectKind(
        code="match", label=gettext_lazy("a question or an offer"), other=_other_of_match, route="match-trouble"
    ),
    SubjectKind(
        code="cohort_pair", label=gettext_lazy("a pair of a cohort"), other=_other_of_pair, route="pair-trouble"
    ),
)
register_facts(_facts)
