"""Access tokens in the API."""

from __future__ import annotations

from rest_framework import serializers

from accounts.fields import BoundedListField, NumberField, StrictModelSerializer, StrictSerializer, TextField
from accounts.models import AccessToken
from accounts.models.access_token import TOKEN_NAME_MAX
from accounts.scopes import SCOPES
from accounts.services.tokens import DAYS_MAX


class AccessTokenSerializer(StrictModelSerializer):
    """A token without its text, which is shown once."""

    scopes = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = AccessToken
        fields = ["uuid", "name", "scopes", "ends_with", "created_at", "expires_at", "last_used_at", "revoked_at"]
        read_only_fields = fields


class NewAccessTokenSerializer(AccessTokenSerializer):
    """A token that was just made."""

    token = serializers.CharField(read_only=True, help_text="Shown once. Store it in a safe place.")

    class Meta(AccessTokenSerializer.Meta):
        fields = [*AccessTokenSerializer.Meta.fields, "token"]
        read_only_fields = fields


class MakeAccessTokenSerializer(StrictSerializer):
    name = TextField(max_length=TOKEN_NAME_MAX, help_text="What it is for.")
    scopes = BoundedListField(child=serializers.ChoiceField(choices=list(SCOPES)), min_length=1, max_length=len(SCOPES))
    days = NumberField(min_value=1, max_value=DAYS_MAX, help_text="After so many days it expires.")
