"""Row locks: of a mentor, for everything that makes the mentor less available, and of a profile, for limits."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import MentorProfile, Profile


def lock_mentor(mentor_id: int) -> MentorProfile:
    """Return the mentor, locked, with user and profile. Call it in a transaction.

    NO KEY UPDATE is enough: no key changes here. Inserts with a foreign key to this mentor must not wait.
    """
    mentors = MentorProfile.objects.select_for_update(of=("self",), no_key=True)
    return mentors.select_related("user__profile").get(pk=mentor_id)


def try_lock_mentor(due: QuerySet[MentorProfile], mentor_id: int) -> MentorProfile | None:
    """Return a mentor of ``due``, locked, with user and profile. None if no longer due, or locked already."""
    mentors = due.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return mentors.select_related("user__profile").filter(pk=mentor_id).first()


def lock_profile(user_id: int) -> Profile:
    """Return the profile of a user, locked. It guards the limits over all that one person stores and asks."""
    return Profile.objects.select_for_update(no_key=True).get(user=user_id)
