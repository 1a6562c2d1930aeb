"""Row locks: of a mentor, for everything that makes the mentor less available; of a profile, for limits.

And of an account, for its sign-up, of owners, for roles, of a concern, for its outcome, and of a mail to a group.
"""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.exceptions import AccountMerged
from accounts.models import BulkAction, Concern, DirectoryEntry, GroupMail, MentorProfile, Profile, User


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


def lock_beginner(user_id: int) -> Profile:
    """Return the profile of a person who begins something of their own, locked as by ``lock_profile``.

    Raises AccountMerged if a merge came first: nothing new begins in an account that is gone.
    """
    profile = lock_profile(user_id)
    if User.objects.filter(pk=user_id, merged_into__isnull=False).exists():
        raise AccountMerged(_("This account was merged into another one of yours. Log in again, then repeat it there."))
    return profile


def lock_profiles_of(people: Iterable[User]) -> None:
    """Lock the profiles of some people, by ascending key. Call it in a transaction."""
    profiles = Profile.objects.filter(user__in=[person.pk for person in people]).order_by("pk")
    list(profiles.select_for_update(no_key=True).values_list("pk"))


def lock_users(people: Iterable[User]) -> None:
    """Lock the accounts of some people, by ascending key. Call it in a transaction, after all other locks."""
    users = User.objects.filter(pk__in=[person.pk for person in people]).order_by("pk")
    list(users.select_for_update(no_key=True).values_list("pk"))


def lock_concerns_of(people: Iterable[User]) -> None:
    """Lock the concerns that some people raised, and those about them. Call it in a transaction, before all others."""
    keys = [person.pk for person in people]
    concerns = Concern.objects.filter(Q(raised_by__in=keys) | Q(about__in=keys)).order_by("pk")
    list(concerns.select_for_update(no_key=True).values_list("pk"))


def lock_owners(*user_ids: int) -> dict[int, User]:
    """Return all active owners and the given people, locked, by key: nobody takes away the last owner meanwhile."""
    owners = User.objects.filter(Q(role=User.Role.OWNER, is_active=True) | Q(pk__in=user_ids))
    return {user.pk: user for user in owners.select_for_update(no_key=True).order_by("pk")}


def lock_mentors_of(users: Iterable[User]) -> None:
    """Lock the mentors among these people, by ascending primary key.

    A block waits for an acceptance that is under way, or an acceptance for the block. Call it in a transaction.
    """
    mentors = MentorProfile.objects.filter(user__in=[user.pk for user in users])
    list(mentors.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))


def lock_concern(concern_id: int) -> Concern:
    """Return a concern with its two people, locked. This lock comes before all others."""
    concerns = Concern.objects.select_for_update(of=("self",), no_key=True)
    return concerns.select_related("raised_by__profile", "about__profile").get(pk=concern_id)


def lock_group_mail(mail_id: int) -> GroupMail:
    """Return a mail to a group, locked: who stops it and who writes to its next people wait for each other."""
    return GroupMail.objects.select_for_update(no_key=True).get(pk=mail_id)


def try_lock_group_mail(due: QuerySet[GroupMail], mail_id: int) -> GroupMail | None:
    """Return a mail of ``due``, locked. None if it is no longer due, or locked already."""
    return due.select_for_update(skip_locked=True, no_key=True).filter(pk=mail_id).first()


def lock_bulk_action(bulk_id: int) -> BulkAction:
    """Return an action on many rows, locked: who stops it waits for the row that the worker has. It comes first."""
    return BulkAction.objects.select_for_update(no_key=True).get(pk=bulk_id)


def try_lock_bulk_action(bulk_id: int) -> BulkAction | None:
    """Return an action that is under way, locked, with whoever began it. None if it is over, or locked already."""
    running = BulkAction.objects.filter(status=BulkAction.Status.RUNNING)
    locked = running.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return locked.select_related("by").filter(pk=bulk_id).first()


def lock_account(user_id: int) -> tuple[User | None, list[EmailAddress]]:
    """Return an account and its addresses, locked. A confirmation and the end of a sign-up wait for each other."""
    user = User.objects.select_for_update().filter(pk=user_id).first()
    return user, list(EmailAddress.objects.select_for_update().filter(user=user_id).order_by("pk"))


def lock_directory_entry(entry: DirectoryEntry) -> DirectoryEntry:
    """Return an entry with its person, both locked: the person first, as in a merge. Call it in a transaction.

    Raises DirectoryEntry.DoesNotExist if it went meanwhile.
    """
    person, _addresses = lock_account(entry.person_id)
    locked = DirectoryEntry.objects.select_for_update(no_key=True).get(pk=entry.pk, person=entry.person_id)
    if person is not None:
        locked.person = person
    return locked


def lock_sign_up(user_id: int) -> User | None:
    """Return an account that nobody came in to, locked. None if its address is confirmed, or it is not a sign-up."""
    user, addresses = lock_account(user_id)
    is_member = user is None or user.is_staff or user.last_login or any(address.verified for address in addresses)
    return None if is_member else user
