"""Messages about the search for a mentor."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from accounts.models import Notification
from accounts.notifications.registry import Context, Group, NotificationKind, register
from matching.links import choose_link
from matching.models import HelpRequest, Match
from matching.notification_kinds.rows import request_of
from matching.samples import OBSTACLE, about_cohort, about_list, about_request
from matching.selectors.kept_apart import without_kept_apart
from matching.selectors.queue import obstacle_of

SUGGESTIONS = Group("suggestions", gettext_lazy("about the search for a mentor"))


def suggestions_ready(row: Notification) -> Context | None:
    request = request_of(row)
    if request is None:
        return None
    matches = list(
        without_kept_apart(request.matches.filter(status=Match.Status.PROPOSED, is_named=False))
        .select_related("mentor__user__profile")
        .order_by("rank", "pk")
    )
    # Proposals from before this message had a message of their own.
    new = {match.pk for match in matches if match.created_at >= row.created_at}
    if not new:
        return None
    return {
        "help_request": request,
        "matches": matches,
        "new": new,
        "earlier": len(matches) - len(new),
        "link": choose_link(request),
    }


def list_waits(row: Notification) -> Context | None:
    request = request_of(row)
    if request is None or request.matches.filter(status__in=Match.WAITING).exists():
        return None
    proposed = without_kept_apart(request.matches.filter(status=Match.Status.PROPOSED))
    matches = list(proposed.select_related("mentor__user__profile").order_by("rank", "pk"))
    return {"help_request": request, "matches": matches, "link": choose_link(request)} if matches else None


def no_mentor_yet(row: Notification) -> Context | None:
    request = request_of(row)
    if request is None or request.queued_at is None:
        return None
    return {"help_request": request, "obstacle": obstacle_of(request), "link": choose_link(request)}


def cohort_over(row: Notification) -> Context | None:
    request = request_of(row, HelpRequest.Status.EXPIRED)
    if request is None or request.cohort is None:
        return None
    return {"help_request": request, "cohort": request.cohort, "link": choose_link(request)}


def help_request_expired(row: Notification) -> Context | None:
    request = request_of(row, HelpRequest.Status.EXPIRED)
    return {"help_request": request, "link": choose_link(request)} if request else None


register(
    NotificationKind(
        "suggestions_ready",
        SUGGESTIONS,
        gettext_lazy("mentors were found for your request"),
        suggestions_ready,
        about_list,
    ),
    NotificationKind(
        "list_waits",
        SUGGESTIONS,
        gettext_lazy("you can ask the other mentors on your list"),
        list_waits,
        about_list,
    ),
    NotificationKind(
        "no_mentor_yet",
        SUGGESTIONS,
        gettext_lazy("no mentor fits your request yet, and what would help"),
        no_mentor_yet,
        about_request(obstacle=OBSTACLE),
    ),
    NotificationKind(
        "help_request_expired",
        SUGGESTIONS,
        gettext_lazy("your request was closed, as you did not say that you still look"),
        help_request_expired,
        about_request(),
    ),
    NotificationKind(
        "cohort_over",
        SUGGESTIONS,
        gettext_lazy("a cohort is over, and your request for it found no mentor"),
        cohort_over,
        about_cohort,
    ),
)
