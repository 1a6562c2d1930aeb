"""People in the API."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, mixins, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors
from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.models import CommunityRules, MentorProfile, Notification, Profile, Skill
from accounts.serializers import (
    MentorApplicationSerializer,
    MentorProfileSerializer,
    MeSerializer,
    MyNotificationsSerializer,
    NotificationSerializer,
    PauseSerializer,
    RulesSerializer,
    SkillSerializer,
    UnreadSerializer,
)
from accounts.services.mentors import approve_mentor, reject_mentor
from accounts.services.profiles import update_profile
from accounts.services.settings import change_how_told, choices_of, mark_all_read


class MeView(generics.RetrieveAPIView):
    """Who I am, and what I tell of myself."""

    serializer_class = MeSerializer

    def get_object(self) -> Profile:
        return Profile.objects.select_related("user").get(user=self.request.user)

    def patch(self, request: Request) -> Response:
        profile = self.get_object()
        serializer = self.get_serializer(profile, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        changes = dict(serializer.validated_data)
        changes.update(changes.pop("user", {}))
        update_profile(profile=profile, changes=changes, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)


class MyNotificationsView(generics.RetrieveAPIView):
    """How I am told: by kind of message and channel, and in which hours not by mail."""

    serializer_class = MyNotificationsSerializer

    def get_object(self) -> Profile:
        profile = Profile.objects.select_related("user").get(user=self.request.user)
        profile.kinds = choices_of(profile.user)
        return profile

    def patch(self, request: Request) -> Response:
        profile = self.get_object()
        serializer = self.get_serializer(profile, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        changes = dict(serializer.validated_data)
        change_how_told(profile=profile, choices=changes.pop("kinds", []), changes=changes, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)


class RulesView(generics.RetrieveAPIView):
    """The community rules in force; sign-up accepts this version."""

    serializer_class = RulesSerializer
    permission_classes = [AllowAny]
    authentication_classes = []

    def get_object(self) -> CommunityRules:
        return selectors.current_rules()


class SkillViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The taxonomy of skills with what other fields call them."""

    serializer_class = SkillSerializer
    queryset = Skill.objects.prefetch_related("aliases")

    def get_queryset(self) -> QuerySet[Skill]:
        return super().get_queryset().order_by("name", "pk")


class NotificationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """What happened, newest first."""

    serializer_class = NotificationSerializer
    queryset = Notification.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Notification]:
        return selectors.inbox(self.request.user)

    @extend_schema(request=None, responses=NotificationSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, uuid: str) -> Response:
        """Mark as read."""
        row = self.get_object()
        if row.read_at is None:
            row.read_at = timezone.now()
            row.save(update_fields=["read_at"])
        return Response(self.get_serializer(row).data)

    @extend_schema(responses=UnreadSerializer)
    @action(detail=False)
    def unread(self, request: Request) -> Response:
        """Say how many were not read yet."""
        return Response({"unread": self.get_queryset().filter(read_at=None).count()})

    @extend_schema(request=None, responses=UnreadSerializer)
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request) -> Response:
        """Mark all as read."""
        mark_all_read(user=request.user, now=timezone.now())
        return self.unread(request)


class PauseMentoringView(generics.GenericAPIView):
    """Take a break: nobody new finds me until a day, or until I come back. What runs goes on."""

    serializer_class = PauseSerializer

    @extend_schema(responses=MentorProfileSerializer)
    def post(self, request: Request) -> Response:
        mentor = get_object_or_404(MentorProfile, user=request.user)
        data = self.get_serializer(data=request.data)
        data.is_valid(raise_exception=True)
        own_wish = MentorProfile.PauseCause.OWN_WISH
        mentor = pause_mentoring(mentor_id=mentor.pk, cause=own_wish, now=timezone.now(), **data.validated_data)
        return Response(MentorProfileSerializer(mentor).data)


class ResumeMentoringView(generics.GenericAPIView):
    """Come back from a break, before its day or without one."""

    @extend_schema(request=None, responses=MentorProfileSerializer)
    def post(self, request: Request) -> Response:
        mentor = get_object_or_404(MentorProfile, user=request.user)
        mentor = resume_mentoring(mentor_id=mentor.pk, now=timezone.now())
        return Response(MentorProfileSerializer(mentor).data)


class MentorApplicationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Mentor applications, for admins: the longest waiting first."""

    serializer_class = MentorApplicationSerializer
    permission_classes = [IsAdminUser]
    queryset = selectors.applications()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    filterset_fields = ["status"]

    @extend_schema(request=None, responses=MentorApplicationSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, uuid: str) -> Response:
        """Let the applicant mentor, and tell them."""
        mentor = approve_mentor(mentor_id=self.get_object().pk, now=timezone.now())
        return Response(self.get_serializer(mentor).data)

    @extend_schema(request=None, responses=MentorApplicationSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, uuid: str) -> Response:
        """Decline the application, and tell them kindly."""
        mentor = reject_mentor(mentor_id=self.get_object().pk, now=timezone.now())
        return Response(self.get_serializer(mentor).data)
