"""Exports of one's own data, and the erasure of one's account."""

from __future__ import annotations

from rest_framework import serializers

from accounts.fields import FlagField, StrictModelSerializer, StrictSerializer
from accounts.models import DataExport, Erasure, User
from accounts.selectors import erasure_of, is_kept_by_law


class DataExportSerializer(StrictModelSerializer):
    """A file with everything about the reader. It can be fetched while ``status`` is ready or fetched."""

    class Meta:
        model = DataExport
        fields = ["uuid", "status", "requested_at", "ready_at", "fetched_at", "expires_at"]
        read_only_fields = fields


class ErasureSerializer(StrictModelSerializer):
    """The account is erased at ``due_at``. Its person can cancel that, unless the organisers asked for it."""

    by_organisers = serializers.SerializerMethodField()

    class Meta:
        model = Erasure
        fields = ["uuid", "status", "asked_at", "due_at", "by_organisers"]
        read_only_fields = fields

    def get_by_organisers(self, erasure: Erasure) -> bool:
        return erasure.by_id != erasure.person_id


class ErasureStateSerializer(StrictSerializer):
    """``erasure`` is null while none waits. ``is_kept_by_law``: nothing is erased for now."""

    erasure = ErasureSerializer(allow_null=True)
    is_kept_by_law = FlagField()

    def to_representation(self, person: User) -> dict:
        erasure = erasure_of(person)
        return {
            "erasure": ErasureSerializer(erasure).data if erasure else None,
            "is_kept_by_law": is_kept_by_law(person),
        }
