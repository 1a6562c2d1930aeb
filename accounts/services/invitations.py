"""People whom an admin enters: they are invited by mail, and choose a password by its link."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import InvitationOver
from accounts.locks import lock_account
from accounts.models import MentorProfile, Profile, User
from accounts.notifications.write import notify_all
from accounts.selectors import has_come_in
from accounts.services.join import welcome
from accounts.services.mentors import announce_application
from accounts.services.profiles import LISTS
from accounts.services.rules import accept_rules


@dataclass(frozen=True, slots=True)
class Invited:
    """A person to enter. ``email`` is in the form of ``plain_address``, and nobody has it.

    ``profile`` has fields of the profile, ``lists`` its lists, ``mentor`` the fields of the mentor profile, if any.
    """

    email: str
    name: str
    joined_at: datetime
    profile: Mapping[str, Any] = field(default_factory=dict)
    lists: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    mentor: Mapping[str, Any] | None = None


@transaction.atomic
def invite_people(people: Sequence[Invited], *, now: datetime) -> list[User]:
    """Create accounts with profiles, and invite each person by mail. Return them in the order of ``people``.

    Their addresses count as confirmed: nobody logs in without the link that goes there. Raises IntegrityError if one of
    the addresses was taken at this moment.
    """
    users = [User(email=person.email, name=person.name, joined_at=person.joined_at) for person in people]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users)
    profiles = [
        Profile(user=user, **({"is_mentee": person.mentor is None} | dict(person.profile)))
        for user, person in zip(users, people, strict=True)
    ]
    Profile.objects.bulk_create(profiles)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    for name, model in LISTS.items():
        model._default_manager.bulk_create(
            model(profile=profile, **item)
            for profile, person in zip(profiles, people, strict=True)
            for item in person.lists.get(name, ())
        )
    MentorProfile.objects.bulk_create(
        MentorProfile(user=user, status_since_at=now, **person.mentor)
        for user, person in zip(users, people, strict=True)
        if person.mentor is not None
    )
    invite(users, now=now)
    return users


def invite(users: Collection[User], *, now: datetime, key: str = "") -> None:
    """Write a mail with a link to each of ``users``, who have no password yet: once for each ``key``."""
    mentors = set(MentorProfile.objects.filter(user__in=users).values_list("user", flat=True))
    by_role: dict[str, list[User]] = {"mentor": [], "mentee": []}
    for user in users:
        by_role["mentor" if user.pk in mentors else "mentee"].append(user)
    for role, people in by_role.items():
        notify_all(recipients=people, kind="invitation", key=key, payload={"role": role}, now=now)


@transaction.atomic
def accept_invitation(*, user_id: int, password: str, rules_version: int, now: datetime) -> User:
    """Give an invited person a password and the accepted rules, and tell them the next step.

    Raises InvitationOver if they came in before, RulesOutdated.
    """
    user, _addresses = lock_account(user_id)
    if user is None or not user.is_active or has_come_in(user):
        raise InvitationOver(_("This invitation was used already. Log in, or have a link for a new password sent."))
    accept_rules(user=user, version=rules_version, now=now)
    user.set_password(password)
    user.save(update_fields=["password"])
    welcome(user=user, now=now)
    # Admins decide only on applications of people who have come in.
    announce_application(user=user, now=now)
    return user
