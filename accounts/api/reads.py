"""Reads of a member's private data by admins, in the API."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import generics

from accounts.models import StaffRead
from accounts.selectors import staff_reads_of
from accounts.serializers.reads import StaffReadSerializer


class StaffReadsView(generics.ListAPIView):
    """Reads of my private data by organisers, the newest first. Each row is for one hour."""

    serializer_class = StaffReadSerializer
    queryset = StaffRead.objects.none()

    def get_queryset(self) -> QuerySet[StaffRead]:
        return staff_reads_of(self.request.user)
