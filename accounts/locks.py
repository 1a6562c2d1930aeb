"""Row locks: of a mentor, for everything that makes the mentor less available; of a profile, for limits.

And of an account, for its sign-up.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from accounts.models import MentorProfile, Profile, User


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


def lock_account(user_id: int) -> tuple[User | None, list[EmailAddress]]:
    """Return an account and its addresses, locked. A confirmation and the end of a sign-up wait for each other."""
    user = User.objects.select_for_update().filter(pk=user_id).first()
    return user, list(EmailAddress.objects.select_for_update().filter(user=user_id).order_by("pk"))


def lock_sign_up(user_id: int) -> User | None:
    """Return an account that nobody came in to, locked. None if its address is confirmed, or it is not a sign-up."""
    user, addresses = lock_account(user_id)
    is_member = user is None or user.is_staff or user.last_login or any(address.verified for address in addresses)
    return None if is_member else user
