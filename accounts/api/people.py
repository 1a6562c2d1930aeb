"""People in the API."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import generics, mixins, viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors
from accounts.models import CommunityRules, Profile, Skill
from accounts.serializers.people import MeSerializer, RulesSerializer, SkillSerializer
from accounts.services.profiles import update_profile


class MeView(generics.RetrieveAPIView):
    """My profile."""

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


class RulesView(generics.RetrieveAPIView):
    """The community rules in force. Sign-up accepts this version."""

    serializer_class = RulesSerializer
    permission_classes = [AllowAny]
    authentication_classes = []

    def get_object(self) -> CommunityRules:
        return selectors.current_rules()


class SkillViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The taxonomy of skills, with their names in other fields."""

    serializer_class = SkillSerializer
    queryset = Skill.objects.prefetch_related("aliases")
    search_fields = ["name", "aliases__name"]

    def get_queryset(self) -> QuerySet[Skill]:
        return super().get_queryset().order_by("name", "pk")
