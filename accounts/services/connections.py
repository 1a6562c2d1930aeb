"""Connections of people to logins of identity providers: who is let in by what a provider says of somebody."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import ProviderCannotVouch
from accounts.locks import lock_account
from accounts.models import IdentityProvider, User
from accounts.selectors import has_come_in
from accounts.services.join import give_up_sign_up


@transaction.atomic
def connect_by_address(*, provider: IdentityProvider, subject: str, email: str) -> tuple[User | None, bool]:
    """Connect the person at ``email``, which the provider confirmed, at one of its domains.

    Return the person and whether they are connected now. Somebody who is invited is not, until they have come in. The
    person is None if nobody has the address. A sign-up whose address was not confirmed may be anybody's, so it is given
    up.

    Raises ProviderCannotVouch: the account is not theirs for certain.
    """
    confirmed = EmailAddress.objects.filter(email=email, verified=True).values_list("user", flat=True).first()
    key = confirmed or User.objects.filter(email=email).values_list("pk", flat=True).first()
    user, addresses = lock_account(key or 0)
    is_theirs = any(address.verified and address.email == email for address in addresses)
    if user is None or not (is_theirs or user.email == email):
        return None, False
    if not is_theirs:
        if user.is_service or user.is_staff or user.last_login or not user.is_active:
            raise ProviderCannotVouch(_("This address is not confirmed here. Log in with your password first."))
        give_up_sign_up(user_id=user.pk)
        return None, False
    if not user.is_active or not has_come_in(user):
        return user, False
    # An employer may give the address of somebody who left to somebody else.
    if SocialAccount.objects.filter(user=user, provider=provider.slug).exists():
        raise ProviderCannotVouch(
            _("Another login of %(provider)s is connected to the account with this address. Ask who runs this site.")
            % {"provider": provider.name}
        )
    connect(person=user, provider=provider, subject=subject, email=email)
    return user, True


def connect(*, person: User, provider: IdentityProvider, subject: str, email: str) -> None:
    """Let ``person`` in by the login ``subject`` of a provider. Raises ProviderCannotVouch if it is another's."""
    account, _is_new = SocialAccount.objects.get_or_create(
        provider=provider.slug, uid=subject, defaults={"user": person, "extra_data": {"email": email}}
    )
    if account.user_id != person.pk:
        raise ProviderCannotVouch(
            _("This login of %(provider)s is connected to another account.") % {"provider": provider.name}
        )
