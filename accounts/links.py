"""Signed links in mails. They work without login, for one person and one thing, and expire."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import MentorProfile, User


@dataclass(frozen=True, slots=True)
class Purpose:
    """A kind of link: the salt it is signed with, the route it leads to, and how long it works.

    Changing the salt breaks the links that people already have.
    """

    salt: str
    route: str
    life: Callable[[], timedelta]

    def link(self, thing: object, person: User) -> str:
        """Return the signed address for ``person``, about ``thing`` (its identifier)."""
        token = signing.dumps({"thing": str(thing), "person": str(person.uuid)}, salt=self.salt)
        return settings.SITE_URL + reverse(self.route, args=[token])

    def read(self, token: str) -> tuple[str, User] | None:
        """Return the thing's identifier and the person. None for an invalid or expired link, or an inactive account.

        A link to an account that was merged is one of the account that stays.
        """
        people = User.objects.of_requests()
        try:
            data = signing.loads(token, salt=self.salt, max_age=self.life())
            person = people.get(uuid=data["person"])
            if person.merged_into_id is not None:
                person = people.get(pk=person.merged_into_id)
            return (data["thing"], person) if person.is_active else None
        except (signing.BadSignature, User.DoesNotExist, ValidationError, KeyError, TypeError):
            return None


# An old mail must still offer a way to stop the mails.
STOP_MAILS = Purpose("accounts.stop_mails", "stop-mails", lambda: timedelta(days=2 * 365))
# A mentor may come back after a long pause, and must not need a password for it.
# Its salt names another app: the salt of links already sent.
COME_BACK = Purpose("matching.come_back", "come-back", lambda: timedelta(days=365))
# An admin may have entered somebody who reads mails once in a while.
INVITATION = Purpose("accounts.invitation", "invitation", lambda: timedelta(days=60))
ASKING = Purpose("accounts.asking", "asking-signed", lambda: timedelta(days=365))
# Moves wait for the acceptance of new rules, so its link works as long as those of moves.
RULES = Purpose("accounts.rules", "rules-signed", lambda: timedelta(days=365))
# A mail may be looked up long after what happened: the link of a session works as long.
TROUBLE = Purpose("accounts.trouble", "trouble-signed", lambda: timedelta(days=220))


def trouble_link(kind: str, uuid: object, person: User) -> str:
    """Return the address where ``person`` blocks the other person of a thing, or reports a problem.

    ``kind`` is the code of a subject of concerns, such as that of a session.
    """
    return TROUBLE.link(f"{kind}:{uuid}", person)


def asking_link(person: User) -> str:
    """Return the address where a mentee who missed several sessions comes back."""
    return ASKING.link(person.uuid, person)


def rules_link(person: User) -> str:
    """Return the address where ``person`` reads and accepts the community rules."""
    return RULES.link(person.uuid, person)


def invitation_link(person: User) -> str:
    """Return the address where somebody whom an admin entered chooses a password.

    It is of one address: the directory of an employer may correct that before the person has come in.
    """
    return INVITATION.link(mark_of_address(person), person)


def mark_of_address(person: User) -> str:
    return hashlib.sha256(person.email.encode()).hexdigest()[:16]


def stop_mails_link(person: User, group: str) -> str:
    """Return the address that stops mails of ``group`` to ``person``. People and mail programs call it."""
    return STOP_MAILS.link(group, person)


def come_back_link(mentor: MentorProfile) -> str:
    """Return the address where a mentor pauses and resumes mentoring."""
    return COME_BACK.link(mentor.uuid, mentor.user)
