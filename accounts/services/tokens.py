"""Access tokens and service accounts: made, looked up for a request, and revoked."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.exceptions import NotAnOwner, TokenNotPossible
from accounts.locks import lock_account
from accounts.models import AccessToken, MentorProfile, User
from accounts.models.access_token import PREFIX, TOKEN_NAME_MAX, digest_of
from accounts.notifications.write import notify
from accounts.scopes import SCOPES, SERVICE_SCOPES

TOKENS_MAX = 20
DAYS_MAX = 365
# Not each request writes a row.
USE_NOTED_EVERY = timedelta(minutes=1)
SERVICE_ADDRESS = "{}@service.invalid"


@transaction.atomic
def create_token(
    *, user: User, name: str, scopes: Iterable[str], days: int, by: User, now: datetime
) -> tuple[AccessToken, str]:
    """Make a token of ``user`` that expires after ``days``. Return it with its text, which nobody can read again.

    The person is told by mail: somebody else may be logged in as them. A service account gets no mail, and
    SERVICE_SCOPES only. Raises TokenNotPossible.
    """
    lock_account(user.pk)
    wanted, known = set(scopes), tuple(SERVICE_SCOPES if user.is_service else SCOPES)
    if not wanted or not wanted <= set(known):
        raise TokenNotPossible(_("Choose at least one of these scopes: %(scopes)s.") % {"scopes": ", ".join(known)})
    if not name.strip() or len(name) > TOKEN_NAME_MAX or not 1 <= days <= DAYS_MAX:
        raise TokenNotPossible(
            _("Give a name of %(length)s characters at most, and 1 to %(days)s days.")
            % {"length": TOKEN_NAME_MAX, "days": DAYS_MAX}
        )
    if user.access_tokens.in_force(at=now).count() >= TOKENS_MAX:
        raise TokenNotPossible(
            _("There are %(number)s tokens already. Revoke one that is not used any more.") % {"number": TOKENS_MAX}
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        user=user,
        name=name.strip(),
        scopes=[scope for scope in known if scope in wanted],
        digest=digest_of(secret),
        ends_with=secret[-4:],
        created_at=now,
        created_by=by,
        expires_at=now + timedelta(days=days),
    )
    if not user.is_service:
        notify(recipient=user, kind="token_made", key=str(token.uuid), payload={"token": str(token.uuid)}, now=now)
    return token, secret


def revoke_token(*, token_id: int, by: User, now: datetime) -> None:
    """End a token at once. The second call changes nothing."""
    AccessToken.objects.filter(pk=token_id, revoked_at=None).update(revoked_at=now, revoked_by=by)


def revoke_tokens_of(user: User, *, now: datetime) -> None:
    """End all tokens of a person: somebody else may have made one."""
    user.access_tokens.filter(revoked_at=None).update(revoked_at=now)


def token_in_use(secret: str, *, now: datetime) -> AccessToken | None:
    """Return the token of a request with its person. None if it does not work (any more).

    It works for active people only, and not while a mentor is paused or suspended, or asking is paused.
    """
    paused = Q(user__profile__asking_paused_at__isnull=False) | Q(
        user__mentor__status__in=[MentorProfile.Status.PAUSED, MentorProfile.Status.SUSPENDED]
    )
    in_force = AccessToken.objects.in_force(at=now).filter(digest=digest_of(secret), user__is_active=True)
    token = in_force.exclude(paused).first()
    if token is None:
        return None
    token.user = User.objects.of_requests().get(pk=token.user_id)
    return token


def note_use(token: AccessToken, *, now: datetime) -> None:
    """Note that a token was used, also by a request that was refused. Call it outside of the request's transaction."""
    if token.last_used_at is None or token.last_used_at <= now - USE_NOTED_EVERY:
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=now)


@transaction.atomic
def add_service_account(*, name: str, by: User) -> User:
    """Make an account without a person: nobody logs in, is matched or gets mail. Raises NotAnOwner."""
    if not by.has_perm("accounts.add_serviceaccount"):
        raise NotAnOwner(_("Owners alone make service accounts."))
    # No mail can reach an address of this kind (RFC 2606).
    return User.objects.create_user(SERVICE_ADDRESS.format(uuid.uuid4().hex), name=name, is_service=True)


def switch_service_account(*, user_id: int, is_on: bool) -> None:
    """Lock or open a service account. Its tokens work only while it is open."""
    User.objects.filter(pk=user_id, is_service=True).update(is_active=is_on)
