"""Identity providers: other systems, such as that of an employer, by whose login people come in (OpenID Connect)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

PROVIDER_NAME_MAX = 40
SLUG_MAX = 40
ISSUER_MAX = 300
CLIENT_ID_MAX = 191
DOMAIN_MAX = 253


class IdentityProvider(models.Model):
    """A provider that owners trust. ``slug`` is in its addresses here, and in ``provider`` of allauth's accounts.

    An address at one of ``domains`` that the provider confirmed is as good as one that we confirmed. The secret is
    sealed (accounts/sealed.py).
    """

    name = models.CharField(max_length=PROVIDER_NAME_MAX)
    slug = models.SlugField(max_length=SLUG_MAX, unique=True)
    issuer = models.CharField(max_length=ISSUER_MAX)
    client_id = models.CharField("client ID", max_length=CLIENT_ID_MAX)
    sealed_secret = models.TextField(editable=False)
    domains = ArrayField(models.CharField(max_length=DOMAIN_MAX), default=list, blank=True)
    off_at = models.DateTimeField("off since", null=True, editable=False)
    created_at = models.DateTimeField("made on", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(issuer__startswith="https://"), name="identity_provider_has_https"),
        ]

    def __str__(self) -> str:
        return self.name

    def vouches_for(self, email: str) -> bool:
        """Return whether an address is at one of the domains. ``email`` is in the form of ``plain_address``."""
        return email.rpartition("@")[2] in self.domains

    def switch(self, *, is_on: bool, at: datetime) -> None:
        """Let people in by this provider, or no more. The caller saves."""
        self.off_at = None if is_on else self.off_at or at
