"""The queue of help requests without a proposal: places, obstacles, and the requests to search for again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import NullIf
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from accounts.community_settings import value_of
from accounts.models import MentorProfile
from matching.engine import MIN_FIT, RULES, Rule
from matching.models import HelpRequest, Match
from matching.selectors.kept_apart import without_kept_apart
from matching.selectors.reach import unreachable_mentors
from mentorship.selectors.mentors import running_of

ADDRESS = re.compile(r"//|www\.|@", re.IGNORECASE)
# Obstacles in addition to the hard rules and HelpRequest.WEAK_FIT.
NO_MENTORS = "no_mentors"
NOT_AVAILABLE = "not_available"

# The shortest time between two searches for a queued request. Every proposal changes a mentor, so the log alone would
# start searches for the whole queue all the time.
RETRY_AT_MOST_EVERY = timedelta(minutes=10)
# A change carries the time at which its transaction began. The slow retry finds changes of longer transactions.
LATE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """The reason for which a request waits: a ``sentence`` about mentors, and ``advice`` for the mentee."""

    rule: str
    sentence: str | Promise
    advice: str | Promise

    @property
    def is_changeable(self) -> bool:
        """Whether the mentee could change it. Then ``matching.selectors.chances`` counts what it would bring."""
        return self.rule in CHANGEABLE


CHANGEABLE = frozenset(rule.name for rule in RULES if rule.changeable)


def _of(rule: Rule) -> Obstacle:
    return Obstacle(rule.name, gettext_lazy(rule.sentence), gettext_lazy(rule.advice))


# The mentee must not see which private rule it is: it may be a block.
PRIVATE = Obstacle(
    NOT_AVAILABLE,
    gettext_lazy("The mentors who would fit are not available at the moment."),
    gettext_lazy("Nothing you could change; new mentors are looked at for this request as soon as they join."),
)
OBSTACLES = {
    HelpRequest.WEAK_FIT: Obstacle(
        HelpRequest.WEAK_FIT,
        format_lazy(
            gettext_lazy("Mentors could be asked, but none fits with {fit} of 100 points or more."), fit=MIN_FIT
        ),
        gettext_lazy("Name the skills you want help with, add your career steps, or say more on what is missing."),
    ),
    NO_MENTORS: Obstacle(
        NO_MENTORS,
        gettext_lazy("There is nobody else to ask at the moment."),
        gettext_lazy("Nothing you could change; new mentors are looked at for this request as soon as they join."),
    ),
    **{rule.name: PRIVATE if rule.private else _of(rule) for rule in RULES},
}


def obstacle_of(request: HelpRequest) -> Obstacle | None:
    """Return the reason for which a request waits, as its mentee may know it. None if it does not wait."""
    # Another version of the code may have written a rule that this one does not know.
    return OBSTACLES.get(request.obstacle, PRIVATE) if request.obstacle else None


def with_queue_place(requests: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Annotate ``queue_place``: 1 for the request that waits longest, null outside the queue."""
    not_later = Q(queued_at__lt=OuterRef("queued_at")) | Q(queued_at=OuterRef("queued_at"), pk__lte=OuterRef("pk"))
    ahead = HelpRequest.objects.filter(not_later, queued_at__isnull=False, mentee__is_active=True)
    count = ahead.order_by().annotate(count=Func(F("pk"), function="count")).values("count")
    return requests.annotate(queue_place=NullIf(Subquery(count, output_field=IntegerField()), Value(0)))


def goals_without_mentor() -> list[tuple[str, str, int]]:
    """Return the goals in the queue: kind, target field and number of people, the most frequent first.

    The whole community reads them, so a target field that holds an address is left out.
    """
    waiting = HelpRequest.objects.filter(queued_at__isnull=False, mentee__is_active=True)
    goals = waiting.values_list("goal__kind__name", "goal__target_field").annotate(
        people=Count("mentee", distinct=True)
    )
    found = goals.order_by("-people", "goal__kind__name", "goal__target_field")
    return [(gettext(kind), field, people) for kind, field, people in found if not ADDRESS.search(field)]


def due_again(*, now: datetime) -> QuerySet[HelpRequest]:
    """Return the queued requests to search for again because mentors changed, the longest waiting first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(at) FROM matching_mentorchange")
        [newest] = cursor.fetchone()
    waiting = HelpRequest.objects.filter(queued_at__isnull=False, mentors_due_at__gt=now, mentee__is_active=True)
    if newest is None:
        return waiting.none()
    return waiting.filter(looked_at__lte=min(now - RETRY_AT_MOST_EVERY, newest + LATE)).order_by("queued_at", "pk")


def stuck(*, now: datetime) -> QuerySet[HelpRequest]:
    """Return the open requests on which nobody can act: no question, and no proposal of a mentor with room for one.

    A mentor whom the mentee named is no proposal.

    Requests without any search yet are left out: an import stays silent until an admin starts the search.
    So are requests of cohorts.
    """
    inbox = Match.objects.filter(mentor=OuterRef("pk"), status__in=Match.QUESTIONS).order_by()
    asked = Subquery(inbox.annotate(count=Func(F("pk"), function="count")).values("count"), IntegerField())
    can_be_asked = (
        MentorProfile.objects.filter(pk=OuterRef("mentor"), status=MentorProfile.Status.APPROVED, user__is_active=True)
        .annotate(left=F("capacity") - F("active_elsewhere") - running_of("pk"))
        .filter(left__gt=0)
        .annotate(room=F("left") * value_of("inbox_per_free_place") - asked)
        .filter(room__gt=0)
        .exclude(pk__in=unreachable_mentors(now=now))
    )
    of_request = Match.objects.filter(help_request=OuterRef("pk"))
    proposed = without_kept_apart(of_request.filter(Exists(can_be_asked), status=Match.Status.PROPOSED, is_named=False))
    return HelpRequest.objects.filter(
        Q(looked_at__isnull=False) | Exists(of_request),
        ~Exists(of_request.filter(status__in=Match.WAITING)),
        ~Exists(proposed),
        status=HelpRequest.Status.OPEN,
        cohort=None,
        mentors_due_at__isnull=True,
        mentee__is_active=True,
    ).order_by("opened_at", "pk")
