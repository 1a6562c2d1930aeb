"""Queries about mentors: offers, places, and people to keep apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery

from accounts.models import Block, MentorDecision, MentorProfile, User
from mentorship.models import Exclusion, Mentorship


def mentors_with_offer() -> QuerySet[MentorProfile]:
    """Return mentors with their kinds of goals and sessions, and the number of ``running`` mentorships."""
    mentors = MentorProfile.objects.prefetch_related("goal_kinds", "session_kinds")
    return mentors.annotate(running=running_of("pk"))


def mentors_open_to(user: User) -> QuerySet[MentorProfile]:
    """Return the mentors whom ``user`` may look at by their link: approved or paused, and not kept apart from them."""
    shown = [MentorProfile.Status.APPROVED, MentorProfile.Status.PAUSED]
    mentors = MentorProfile.objects.filter(status__in=shown, user__is_active=True).exclude(user=user)
    return _with_page(mentors.exclude(user__in=kept_apart(user.pk)))


def own_page_of(user: User) -> QuerySet[MentorProfile]:
    """Return the mentor profile of ``user``, in any status, with all that its page shows. Empty without one."""
    return _with_page(MentorProfile.objects.filter(user=user))


def _with_page(mentors: QuerySet[MentorProfile]) -> QuerySet[MentorProfile]:
    shown = ("user__profile__languages", "user__profile__career", "goal_kinds")
    return mentors.select_related("user__profile").prefetch_related(*shown).annotate(running=running_of("pk"))


def listed_mentors(user: User) -> QuerySet[MentorProfile]:
    """Return the mentors whom ``user`` finds by search: approved, and listed by their own choice. By name."""
    listed = mentors_open_to(user).filter(status=MentorProfile.Status.APPROVED, is_listed=True)
    return listed.annotate(name=F("user__name")).order_by("name", "pk")


def running_of(mentor: str) -> Subquery:
    """Return an expression that counts the running mentorships of the mentor whose key is in the field ``mentor``."""
    running = Mentorship.objects.filter(mentor=OuterRef(mentor), status__in=Mentorship.RUNNING).order_by()
    return Subquery(running.annotate(count=Func(F("pk"), function="count")).values("count"), IntegerField())


def places_taken(mentor: MentorProfile) -> set[int]:
    """Return the numbers of the places that running mentorships hold."""
    running = Mentorship.objects.filter(mentor=mentor, status__in=Mentorship.RUNNING)
    return set(running.values_list("place", flat=True))


def free_place(mentor: MentorProfile, taken: Iterable[int]) -> int | None:
    """Return the lowest free place. None if the mentor is at capacity."""
    taken = set(taken)
    if len(taken) + mentor.active_elsewhere >= mentor.capacity:
        return None
    return min(set(range(1, len(taken) + 2)) - taken)


def places_free(mentor: MentorProfile) -> int:
    """Return the free places of a mentor with ``running``. Negative for one who carries more than they take."""
    return mentor.capacity - mentor.active_elsewhere - mentor.running  # type: ignore[attr-defined]


def has_free_place(mentor: MentorProfile) -> bool:
    """Return whether a mentor with ``running`` can take one more."""
    return mentor.status == MentorProfile.Status.APPROVED and places_free(mentor) > 0


def last_decision_on(mentor: MentorProfile) -> MentorDecision | None:
    return mentor.decisions.order_by("-decided_at", "-pk").first()


def is_full(mentor: MentorProfile) -> bool:
    """Return whether the mentor has no free place. One query."""
    return free_place(mentor, places_taken(mentor)) is None


def kept_apart(user_id: int) -> frozenset[int]:
    """Return the people with whom ``user_id`` must not be matched, by exclusions and blocks in either direction."""
    return kept_apart_each([user_id])[user_id]


def kept_apart_each(user_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Return for each of these users the people with whom they must not be matched. One query."""
    excluded = Exclusion.objects.filter(Q(first__in=user_ids) | Q(second__in=user_ids))
    blocked = Block.objects.filter(Q(blocker__in=user_ids) | Q(blocked__in=user_ids))
    pairs = excluded.values_list("first", "second").union(blocked.values_list("blocker", "blocked"), all=True)
    apart: dict[int, set[int]] = {user_id: set() for user_id in user_ids}
    for one, other in pairs:
        apart.get(one, set()).add(other)
        apart.get(other, set()).add(one)
    return {user_id: frozenset(others) for user_id, others in apart.items()}
