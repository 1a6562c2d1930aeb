"""A mentor's own profile in the API: apply, and change the offer."""

from __future__ import annotations

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import MentorProfile
from accounts.services.mentors import apply_to_mentor
from mentorship.selectors.mentors import mentors_with_offer
from mentorship.serializers.mentors import MyMentorProfileSerializer
from mentorship.services.mentor_offer import update_offer


class MyMentorView(generics.RetrieveAPIView):
    """My profile as a mentor: apply, read the status of the application, and change the offer."""

    serializer_class = MyMentorProfileSerializer

    def get_object(self) -> MentorProfile:
        return get_object_or_404(mentors_with_offer(), user=self.request.user)

    @extend_schema(responses={201: MyMentorProfileSerializer})
    def post(self, request: Request) -> Response:
        """Apply as a mentor. An admin decides."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        changes = dict(serializer.validated_data)
        with transaction.atomic():
            mentor = apply_to_mentor(user=request.user, motivation=changes.pop("motivation"), now=timezone.now())
            update_offer(mentor=mentor, changes=changes)
        return Response(self.get_serializer(self.get_object()).data, status=status.HTTP_201_CREATED)

    def patch(self, request: Request) -> Response:
        """Change my offer."""
        mentor = self.get_object()
        serializer = self.get_serializer(mentor, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        update_offer(mentor=mentor, changes=serializer.validated_data)
        return Response(self.get_serializer(self.get_object()).data)
