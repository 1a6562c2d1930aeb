"""The locks of a cohort, a goal, a mentorship, a session, a step and a practice record.

The order: goal, the mentee's profile, mentor, mentorship, session or step, practice record.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.about_others import must_be_about_others
from accounts.locks import lock_mentor, lock_profile
from accounts.models import User
from mentorship.exceptions import NotOneOfTheTwo, NotYourRecord, PracticeGone
from mentorship.models import ActionItem, Cohort, Goal, Mentorship, PracticeItem, PracticeRecord, Session


def lock_goal(goal_id: int) -> Goal:
    """Return the goal, locked. Call it in a transaction."""
    return Goal.objects.select_for_update(of=("self",), no_key=True).select_related("kind").get(pk=goal_id)


def lock_cohort(cohort_id: int) -> Cohort:
    """Return the cohort, locked. People join under this lock. Call it in a transaction."""
    return Cohort.objects.select_for_update(no_key=True).get(pk=cohort_id)


def lock_mentorship(mentorship_id: int, *, by: User | None, as_admin: bool = False) -> Mentorship:
    """Return the mentorship, locked after its mentor. A count of the mentor's places waits for this transaction.

    Raises NotOneOfTheTwo unless ``by`` is one of the two. Raises AboutYourself if they are and act ``as_admin``: as the
    admin site decides. ``by`` None is a sweep.
    """
    lock_mentor(Mentorship.objects.values_list("mentor_id", flat=True).get(pk=mentorship_id))
    mentorships = Mentorship.objects.select_for_update(of=("self",), no_key=True)
    mentorship = mentorships.select_related("mentor__user__profile", "mentee__profile", "goal__kind").get(
        pk=mentorship_id
    )
    both = (mentorship.mentee_id, mentorship.mentor.user_id)
    if as_admin:
        must_be_about_others(by, *both)
    elif by is not None and by.pk not in both:
        raise NotOneOfTheTwo(_("Only the two of this mentorship can change it."))
    return mentorship


def lock_session(session_id: int, *, by: User | None, as_admin: bool = False) -> Session:
    """Return the session, locked after its mentorship. Raises as ``lock_mentorship``."""
    both = Session.objects.values_list("mentorship_id", "mentorship__mentee_id")
    mentorship_id, mentee_id = both.get(pk=session_id)
    # A mentee can miss sessions with several mentors: the missed ones are counted under this lock.
    lock_profile(mentee_id)
    mentorship = lock_mentorship(mentorship_id, by=by, as_admin=as_admin)
    session = Session.objects.select_for_update(of=("self",), no_key=True).select_related("kind").get(pk=session_id)
    session.mentorship = mentorship
    return session


def lock_practice(record_id: int, *, by: User) -> PracticeRecord:
    """Return the practice record of ``by``, locked. Raises PracticeGone if it was deleted, NotYourRecord."""
    records = PracticeRecord.objects.select_for_update(of=("self",), no_key=True)
    record = records.select_related("owner").filter(pk=record_id).first()
    if record is None:
        raise PracticeGone
    if record.owner_id != by.pk:
        raise NotYourRecord(_("Only the person whose record this is can do that."))
    return record


def lock_practice_of(item_id: int, *, by: User) -> tuple[PracticeRecord, PracticeItem]:
    """Return the practice record of an item, locked, and the item. Raises PracticeGone, NotYourRecord."""
    record_id = PracticeItem.objects.values_list("record_id", flat=True).filter(pk=item_id).first()
    if record_id is None:
        raise PracticeGone
    record = lock_practice(record_id, by=by)
    # It may have been removed before the lock was there.
    item = record.items.filter(pk=item_id).first()
    if item is None:
        raise PracticeGone
    return record, item


def lock_step(step_id: int, *, by: User) -> ActionItem:
    """Return the step, locked after its mentorship. Raises NotOneOfTheTwo, as ``lock_mentorship``."""
    mentorship = lock_mentorship(ActionItem.objects.values_list("mentorship_id", flat=True).get(pk=step_id), by=by)
    step = ActionItem.objects.select_for_update(of=("self",), no_key=True).get(pk=step_id)
    step.mentorship = mentorship
    return step
