"""Mentors in the API: one's own profile, offer and pauses, and the mentors whom members find."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, mixins, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.stale_lists import StaleListMixin
from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.models import MentorProfile
from accounts.serializers.mentors import PauseSerializer
from accounts.services.mentors import apply_to_mentor
from mentorship.filters import SEARCH_FIELDS, MentorFilter
from mentorship.selectors.mentors import listed_mentors, mentors_open_to, mentors_with_offer
from mentorship.serializers.mentors import ListedMentorSerializer, MyMentorProfileSerializer
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


class PauseMentoringView(generics.GenericAPIView):
    """Pause mentoring until a day, or until I resume it. Nobody new is proposed to me. Running mentorships go on.

    In a pause that is long for this community (by default 21 days) sessions are cancelled, and mentees may choose
    another mentor.
    """

    serializer_class = PauseSerializer

    @extend_schema(responses=MyMentorProfileSerializer)
    def post(self, request: Request) -> Response:
        mentor = get_object_or_404(MentorProfile, user=request.user)
        data = self.get_serializer(data=request.data)
        data.is_valid(raise_exception=True)
        own_wish = MentorProfile.PauseCause.OWN_WISH
        pause_mentoring(mentor_id=mentor.pk, cause=own_wish, now=timezone.now(), **data.validated_data)
        return Response(MyMentorProfileSerializer(mentors_with_offer().get(pk=mentor.pk)).data)


class ResumeMentoringView(generics.GenericAPIView):
    """Resume mentoring, also before the pause ends."""

    @extend_schema(request=None, responses=MyMentorProfileSerializer)
    def post(self, request: Request) -> Response:
        mentor = get_object_or_404(MentorProfile, user=request.user)
        resume_mentoring(mentor_id=mentor.pk, now=timezone.now())
        return Response(MyMentorProfileSerializer(mentors_with_offer().get(pk=mentor.pk)).data)


class MentorViewSet(StaleListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Mentors, for a member who looks for somebody in particular. One who is not listed is found by link only."""

    serializer_class = ListedMentorSerializer
    queryset = MentorProfile.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    filterset_class = MentorFilter
    search_fields = SEARCH_FIELDS

    def get_queryset(self) -> QuerySet[MentorProfile]:
        select = listed_mentors if self.action == "list" else mentors_open_to
        return select(self.request.user)
