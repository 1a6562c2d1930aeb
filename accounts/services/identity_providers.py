"""Identity providers: owners register, change and switch them. People are found by what a provider says of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from requests import RequestException

from accounts.exceptions import ProviderCannotVouch, ProviderNotPossible
from accounts.locks import lock_account
from accounts.models import IdentityProvider, User
from accounts.oidc import discover
from accounts.sealed import seal
from accounts.selectors import has_come_in
from accounts.services.join import give_up_sign_up


def register_provider(
    *, name: str, slug: str, issuer: str, client_id: str, secret: str, domains: Iterable[str], by: User, now: datetime
) -> IdentityProvider:
    """Register a provider that is on. It must answer at its issuer now. Raises ProviderNotPossible."""
    _must_answer(issuer)
    try:
        with transaction.atomic():
            return IdentityProvider.objects.create(
                name=name,
                slug=slug,
                issuer=issuer,
                client_id=client_id,
                sealed_secret=seal(secret),
                domains=sorted(set(domains)),
                created_by=by,
                created_at=now,
            )
    except IntegrityError:
        raise ProviderNotPossible("Another provider has this short name. Choose another one.") from None


def change_provider(
    *, provider_id: int, name: str, issuer: str, client_id: str, secret: str, domains: Iterable[str]
) -> None:
    """Change a provider. An empty ``secret`` leaves the one that is stored. Raises ProviderNotPossible.

    The issuer stays while people are connected: another one knows other people by the same subjects.
    """
    if issuer != IdentityProvider.objects.get(pk=provider_id).issuer:
        _must_answer(issuer)
    with transaction.atomic():
        provider = IdentityProvider.objects.select_for_update(no_key=True).get(pk=provider_id)
        if issuer != provider.issuer and SocialAccount.objects.filter(provider=provider.slug).exists():
            raise ProviderNotPossible("People are connected to this issuer. Register the new one as another provider.")
        provider.name, provider.issuer, provider.client_id = name, issuer, client_id
        provider.domains = sorted(set(domains))
        if secret:
            provider.sealed_secret = seal(secret)
        provider.save(update_fields=["name", "issuer", "client_id", "domains", "sealed_secret"])


@transaction.atomic
def switch_provider(*, provider_id: int, is_on: bool, now: datetime) -> None:
    """Switch a provider on or off. While it is off, nobody comes in by it. Connections are kept."""
    provider = IdentityProvider.objects.select_for_update(no_key=True).get(pk=provider_id)
    provider.switch(is_on=is_on, at=now)
    provider.save(update_fields=["off_at"])


def _must_answer(issuer: str) -> None:
    try:
        discover(issuer)
    except (RequestException, OAuth2Error):
        raise ProviderNotPossible(
            "No provider answers for this issuer. Copy the issuer from the provider: it begins with https://, its "
            "server is public, and its settings are at /.well-known/openid-configuration below it."
        ) from None


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
