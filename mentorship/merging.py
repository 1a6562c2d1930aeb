"""Rules for the goals, mentorships and sessions of an account that is merged."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial

import pghistory
from django.db.models import Exists, Min, OuterRef, Q
from django.utils import timezone

from accounts.locks import lock_mentors_of
from accounts.merge_registry import (
    Merge,
    acts,
    fills,
    leaves,
    move_pairs,
    moves,
    register,
    register_lock,
    register_refusals,
)
from accounts.models import User
from accounts.models.mentor import CAPACITY_MAX
from mentorship.models import (
    ActionItem,
    Attendance,
    Booking,
    CalendarAddress,
    CohortMember,
    CohortOrganiser,
    Credential,
    Exclusion,
    Feedback,
    FitCheck,
    Goal,
    GoalKind,
    Mentorship,
    Milestone,
    OrganiserNote,
    OutcomeRating,
    PracticeRecord,
    Session,
    SessionKind,
    SessionNote,
)
from mentorship.moves import invite

ACTED = "stay: they say what that account did as an admin"


# --- locks ------------------------------------------------------------------------------------------------


def _lock_goals(merge: Merge) -> None:
    goals = Goal.objects.filter(mentee__in=[merge.gone, merge.stays]).order_by("pk")
    list(goals.select_for_update(no_key=True).values_list("pk"))


def _lock_mentorships(merge: Merge) -> None:
    """Lock the mentors of all mentorships of both, and the two themselves, then the mentorships."""
    both = [merge.gone, merge.stays]
    theirs = Mentorship.objects.filter(Q(mentee__in=both) | Q(mentor__user__in=both))
    lock_mentors_of([*both, *User.objects.filter(mentor__mentorships__in=theirs)])
    list(theirs.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))


# --- refusals ---------------------------------------------------------------------------------------------


def _against_the_two(merge: Merge) -> Iterator[str]:
    one, other = merge.gone, merge.stays
    if Mentorship.objects.filter(Q(mentee=one, mentor__user=other) | Q(mentee=other, mentor__user=one)).exists():
        yield "The two have, or had, a mentorship with each other."
    first, second = sorted([one.pk, other.pk])
    if Exclusion.objects.filter(first=first, second=second).exists():
        yield "An admin keeps the two apart. Delete that exclusion first, if they are one person."


def _against_sessions(merge: Merge) -> Iterator[str]:
    at_once = Booking.objects.filter(person=merge.stays, during__overlap=OuterRef("during"))
    twice = Booking.objects.filter(Exists(at_once), person=merge.gone).order_by("pk").first()
    if twice is not None:
        begins = f"{timezone.localtime(twice.during.lower):%Y-%m-%d %H:%M}"
        yield f"Both accounts are booked for a session around {begins}. Move or cancel one of the two first."


def _against_mentorships(merge: Merge) -> Iterator[str]:
    running = Mentorship.objects.filter(status__in=Mentorship.RUNNING)
    two = merge.two_mentors
    if two is not None and running.filter(mentor__in=two).count() > CAPACITY_MAX:
        yield f"The mentor would have more than {CAPACITY_MAX} mentorships that run. End some of them first."
    both = {merge.gone.pk, merge.stays.pk}
    mentors = {mentor.pk for mentor in two or ()}
    theirs = running.filter(Q(mentee__in=both) | Q(mentor__in=mentors)).select_related("goal")
    seen = set()
    for row in theirs:
        pair = (
            "one mentor" if row.mentor_id in mentors else row.mentor_id,
            "one mentee" if row.mentee_id in both else row.mentee_id,
        )
        # Goals of two accounts become one if they are twins and both active.
        is_twin = row.mentee_id in both and row.goal.status == Goal.Status.ACTIVE
        goal = (row.goal.kind_id, row.goal.twin_key) if is_twin else row.goal_id
        if (*pair, goal) in seen:
            yield "The same two people would have two running mentorships about one goal. End one of them first."
        seen.add((*pair, goal))


def _against_credentials(merge: Merge) -> Iterator[str]:
    if merge.two_mentors is None:
        return
    old, kept = merge.two_mentors
    same = Credential.objects.filter(mentor=kept, revoked_at=None, from_on=OuterRef("from_on"), to_on=OuterRef("to_on"))
    if Credential.objects.filter(Exists(same), mentor=old, revoked_at=None).exists():
        yield "Both mentors have a valid credential for the same period. Revoke one of them first."


# --- acts -------------------------------------------------------------------------------------------------


def _goals(merge: Merge, gone: int, stays: int) -> int:
    """Move goals. An active one with an active twin gives all it has to the twin, and counts as dropped."""
    kept = {
        (goal.kind_id, goal.twin_key): goal for goal in Goal.objects.filter(mentee=stays, status=Goal.Status.ACTIVE)
    }
    for goal in Goal.objects.filter(mentee=gone, status=Goal.Status.ACTIVE).order_by("pk"):
        twin = kept.get((goal.kind_id, goal.twin_key))
        if twin is not None:
            _give_to_twin(goal, twin)
            goal.move_to(Goal.Status.DROPPED, at=merge.now)
    return Goal.objects.filter(mentee=gone).update(mentee=stays)


def _give_to_twin(goal: Goal, twin: Goal) -> None:
    for relation in Goal._meta.related_objects:
        model = relation.related_model
        if not isinstance(model, type) or issubclass(model, pghistory.models.Event):
            continue
        if model is Milestone and twin.milestones.exists():
            # Each goal numbers its own.
            continue
        model._base_manager.filter(**{relation.field.name: goal}).update(**{relation.field.name: twin})
    both = Goal.objects.filter(pk__in=[goal.pk, twin.pk])
    Goal.objects.filter(pk=twin.pk).update(settled_at=both.aggregate(first=Min("settled_at"))["first"])


def _mentorships_of_mentor(merge: Merge, gone: int, stays: int) -> int:
    """Move mentorships to the mentor profile that stays. Those that run get places that are free there."""
    theirs = Mentorship.objects.filter(mentor=gone)
    running = Mentorship.objects.filter(mentor=stays, status__in=Mentorship.RUNNING)
    taken = set(running.values_list("place", flat=True))
    free = (place for place in range(1, CAPACITY_MAX + 1) if place not in taken)
    moved = 0
    for row in theirs.filter(status__in=Mentorship.RUNNING).order_by("pk"):
        moved += Mentorship.objects.filter(pk=row.pk).update(mentor=stays, place=next(free))
    return moved + theirs.update(mentor=stays)


def _in_cohorts(merge: Merge, gone: int, stays: int) -> int:
    """Move the places in cohorts. Of two on one side of a cohort, one that the person has not left is kept."""
    theirs, own = CohortMember.objects.filter(person=gone), CohortMember.objects.filter(person=stays)
    same_side = {"cohort": OuterRef("cohort"), "side": OuterRef("side")}
    own.filter(Exists(theirs.filter(left_at=None, **same_side)), left_at__isnull=False).delete()
    theirs.filter(Exists(own.filter(**same_side))).delete()
    return theirs.update(person=stays)


def _managed(merge: Merge, gone: int, stays: int) -> int:
    """Move the managed members. Nobody manages themselves."""
    CohortMember.objects.filter(person__in=[gone, stays], manager__in=[gone, stays]).update(manager=None)
    return CohortMember.objects.filter(manager=gone).update(manager=stays)


# --- sessions to come -------------------------------------------------------------------------------------


def _bookings(merge: Merge, gone: int, stays: int) -> int:
    """Move bookings. Both sides of each session to come get an invitation with the address that stays.

    The caller holds the locks of the mentorships, which stand for their sessions.
    """
    theirs = Booking.objects.filter(person=gone)
    coming = Session.objects.filter(bookings__in=theirs, status=Session.Status.CONFIRMED, starts_at__gt=merge.now)
    keys = list(coming.order_by("pk").values_list("pk", flat=True))
    merge.afterwards.append(partial(_invite_again, keys, now=merge.now))
    return theirs.update(person=stays)


def _invite_again(keys: Collection[int], *, now: datetime) -> None:
    sessions = Session.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys)
    for session in sessions.select_related("kind", "mentorship__mentee", "mentorship__mentor__user").order_by("pk"):
        # A calendar takes another list of people for the same event only with a higher SEQUENCE.
        session.version += 1
        session.save(update_fields=["version"])
        invite(session, now=now, has_new_address=True)


register_lock(30, _lock_goals)
register_lock(50, _lock_mentorships)
register_refusals(_against_the_two)
register_refusals(_against_sessions)
register_refusals(_against_mentorships)
register_refusals(_against_credentials)

register(
    acts(Goal, "mentee", _goals, "follow; an active goal that both have becomes one"),
    acts(Mentorship, "mentor", _mentorships_of_mentor, "follow"),
    moves(Mentorship, "mentee", "ongoing_by", "ended_by"),
    moves(Session, "proposed_by", "cancelled_by"),
    acts(Booking, "person", _bookings, "follow; both sides of sessions to come get a new invitation"),
    moves(Attendance, "person"),
    moves(SessionNote, "author"),
    moves(ActionItem, "created_by", "settled_by"),
    moves(Feedback, "author"),
    leaves(Feedback, "hidden_by", words=ACTED),
    moves(OrganiserNote, "author"),
    leaves(OrganiserNote, "read_by", words=ACTED),
    moves(FitCheck, "person"),
    moves(OutcomeRating, "person"),
    moves(PracticeRecord, "owner"),
    fills(CalendarAddress, "person", rest_goes=True),
    moves(Credential, "mentor"),
    # Mentors revoke their own.
    moves(Credential, "revoked_by"),
    acts(CohortMember, "manager", _managed, "follow"),
    acts(CohortMember, "person", _in_cohorts, "follow; of two on one side of a cohort one is kept"),
    moves(CohortOrganiser, "person", unless_same=["cohort", "part"], rest_goes=True),
    acts(Exclusion, "first", partial(move_pairs, Exclusion, "first", "first", "second"), "follow"),
    acts(Exclusion, "second", partial(move_pairs, Exclusion, "second", "first", "second"), "follow"),
    moves(GoalKind.offered_by.through, "mentorprofile", unless_same=["goalkind"], rest_goes=True),
    moves(SessionKind.offered_by.through, "mentorprofile", unless_same=["sessionkind"], rest_goes=True),
)
