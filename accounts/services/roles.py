"""Roles of admins: an owner gives one, changes it, or takes it away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import AccountIsLocked, LastOwner, NotAnOwner, ReasonMissing, RoleAlreadyGiven
from accounts.locks import lock_owners
from accounts.models import RoleChange, User
from accounts.notifications.write import notify
from accounts.roles import SET_ROLE
from accounts.services.sessions import end_sessions_of


@transaction.atomic
def change_role(*, user_id: int, role: str, by: User, reason: str, now: datetime) -> RoleChange:
    """Give a person a role, or "" to take it away, and tell them why. Whoever gets one from another logs in anew.

    Raises NotAnOwner, ReasonMissing, RoleAlreadyGiven, AccountIsLocked, LastOwner.
    """
    locked = lock_owners(user_id, by.pk)
    person, owner = locked[user_id], locked[by.pk]
    if not owner.has_perm(SET_ROLE):
        raise NotAnOwner(_("Owners alone give roles, and you are none any more. Nothing was changed."))
    if not reason.strip():
        raise ReasonMissing(_("Give a reason in a sentence or two. The person reads it in the mail."))
    if person.role == role:
        raise RoleAlreadyGiven(_("The person has this role already. Reload the page to see who gave it."))
    if role and not person.is_active:
        raise AccountIsLocked(_("The account is locked. Open it first, then give the role."))
    must_keep_an_owner(person, locked)
    change = RoleChange.objects.create(
        user=person, by=owner, before=person.role, after=role, reason=reason.strip(), changed_at=now
    )
    person.give_role(role)
    person.save(update_fields=["role", "is_staff"])
    if role and person != owner:
        # Somebody else may know the password of a member, and be logged in with it.
        end_sessions_of(person)
    notify(recipient=person, kind="role_changed", key=str(change.uuid), payload={"change": str(change.uuid)}, now=now)
    return change


def must_keep_an_owner(person: User, locked: dict[int, User]) -> None:
    """Raise LastOwner if nobody else is an active owner. ``locked`` comes from ``lock_owners``."""
    others = [user for user in locked.values() if user != person and user.is_owner]
    if person.is_owner and not others:
        raise LastOwner(_("This is the last owner. Make somebody else an owner first."))
