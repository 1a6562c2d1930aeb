"""Fixtures of pages about identity providers."""

from __future__ import annotations

import pytest

from tests.accounts.providers import EMAIL
from tests.factories import PASSWORD, IdentityProviderFactory, UserFactory


@pytest.fixture
def works(provider_site):
    """Return a provider that is on, for the domain works.example.org."""
    return IdentityProviderFactory(slug="works", issuer=provider_site.issuer)


@pytest.fixture
def nora(provider_site):
    """Return a member with a confirmed address, for whom the provider has a login."""
    person = UserFactory(name="Nora North", email=EMAIL)
    person.set_password(PASSWORD)
    person.save()
    provider_site.know("nora", email=EMAIL, email_verified=True)
    return person
