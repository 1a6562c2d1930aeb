"""Identity providers: owners register, change and switch them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.db import IntegrityError, transaction
from requests import RequestException

from accounts.exceptions import ProviderNotPossible
from accounts.models import IdentityProvider, User
from accounts.oidc import discover
from accounts.sealed import seal


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
