"""Next steps as each of the two reads them, and how far the two are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Prefetch, Q, QuerySet

from accounts.models import User
from mentorship.models import ActionItem, Mentorship, Milestone
from mentorship.selectors.apart import apart
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.milestones import milestones_visible_to
from mentorship.selectors.shown import mentorship_card

Side, Status = ActionItem.Side, ActionItem.Status
SETTLED_SHOWN_MAX = 50


def steps_visible_to(user: User) -> QuerySet[ActionItem]:
    """Return the steps of the mentorships of ``user``, newest first. None after a block."""
    mentorships = mentorships_visible_to(user)
    return (
        ActionItem.objects.filter(mentorship__in=mentorships.filter(~apart(mentee="mentee")).order_by().values("pk"))
        .select_related("milestone", "session", "created_by", "settled_by")
        .prefetch_related(Prefetch("mentorship", mentorships))
        .order_by("-created_at", "-pk")
    )


def steps_of(mentorship: Mentorship, *, to: User) -> QuerySet[ActionItem]:
    """Return the steps of a mentorship, newest first."""
    return steps_visible_to(to).filter(mentorship=mentorship)


def side_of(mentorship: Mentorship, person: User) -> ActionItem.Side:
    return Side.MENTEE if person.pk == mentorship.mentee_id else Side.MENTOR


def soonest_first(steps: QuerySet[ActionItem]) -> QuerySet[ActionItem]:
    """Sort steps by their day. Those without a day come last."""
    return steps.order_by(F("by_on").asc(nulls_last=True), "created_at", "pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCard:
    """A step for one of the two."""

    step: ActionItem
    is_mine: bool
    is_late: bool
    settled_by_me: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the two are. Dropped steps do not count. ``next`` is the open step with the nearest day."""

    steps: int
    done: int
    milestones: int
    reached: int
    next: ActionItem | None
    next_is_mine: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.steps and not self.milestones


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsOfMentorship:
    """The steps of a mentorship as its page shows them: the open ones by day, then SETTLED_SHOWN_MAX settled ones."""

    open: list[StepCard]
    settled: list[StepCard]
    milestones: list[Milestone]


def steps_in_order(mentorship: Mentorship, *, to: User, now: datetime) -> StepsOfMentorship:
    """Return the steps and milestones of a mentorship for the page of ``to``."""
    steps, today = steps_of(mentorship, to=to), now.astimezone(to.profile.zone).date()
    is_open = Q(status=Status.OPEN)
    # A mentorship has few open steps, by a limit.
    return StepsOfMentorship(
        open=[_card(step, to, today) for step in soonest_first(steps.filter(is_open))],
        settled=[_card(step, to, today) for step in steps.exclude(is_open)[:SETTLED_SHOWN_MAX]],
        milestones=milestones_of(mentorship, to=to),
    )


def milestones_of(mentorship: Mentorship, *, to: User) -> list[Milestone]:
    """Return the milestones of the goal of a mentorship, as far as ``to`` reads them."""
    return list(milestones_visible_to(to).filter(goal=mentorship.goal_id))


def _card(step: ActionItem, to: User, today: date) -> StepCard:
    return StepCard(
        step=step,
        is_mine=step.whose == side_of(step.mentorship, to),
        is_late=step.status == Status.OPEN and step.by_on is not None and step.by_on < today,
        settled_by_me=step.settled_by_id == to.pk,
    )


def progress_of(mentorship: Mentorship, *, to: User) -> Progress | None:
    """Return how far the two are, with three queries. None after a block: neither reads the steps any more."""
    if mentorship_card(mentorship, to=to).is_apart:
        return None
    steps = mentorship.steps.exclude(status=Status.DROPPED)
    counts = steps.aggregate(all=Count("pk"), done=Count("pk", filter=Q(status=Status.DONE)))
    following = soonest_first(steps.filter(status=Status.OPEN)).select_related("milestone", "session").first()
    milestones = milestones_of(mentorship, to=to)
    return Progress(
        steps=counts["all"],
        done=counts["done"],
        milestones=len(milestones),
        reached=sum(milestone.reached_at is not None for milestone in milestones),
        next=following,
        next_is_mine=following is not None and following.whose == side_of(mentorship, to),
    )


def own_steps_due(user: User, *, until_on: date) -> QuerySet[ActionItem]:
    """Return the open steps of ``user`` until that day, in mentorships that are active and in contact, by their day."""
    theirs = Q(whose=Side.MENTEE, mentorship__mentee=user) | Q(whose=Side.MENTOR, mentorship__mentor__user=user)
    both = {"mentorship__mentee__is_active": True, "mentorship__mentor__user__is_active": True}
    due = steps_visible_to(user).filter(theirs, status=Status.OPEN, by_on__lte=until_on, **both)
    return soonest_first(due.filter(mentorship__status=Mentorship.Status.ACTIVE))
