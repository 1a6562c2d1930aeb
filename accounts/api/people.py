"""People in the API."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors
from accounts.api.stale_lists import StaleListMixin
from accounts.first_steps import steps_of
from accounts.locks import lock_profile
from accounts.models import CommunityRules, Profile, Skill
from accounts.resume import NotAResume, parts_of_profile
from accounts.serializers.people import (
    AcceptRulesSerializer,
    MeSerializer,
    ResumeSerializer,
    RulesSerializer,
    RulesStateSerializer,
    SkillSerializer,
    StepSerializer,
)
from accounts.services.profiles import update_profile
from accounts.services.rules import accept_rules


class MeView(generics.RetrieveAPIView):
    """My profile."""

    serializer_class = MeSerializer

    def get_object(self) -> Profile:
        return Profile.objects.select_related("user").get(user=self.request.user)

    def lock_version(self, profile: Profile) -> None:
        lock_profile(profile.user_id)

    def patch(self, request: Request) -> Response:
        profile = self.get_object()
        serializer = self.get_serializer(profile, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        changes = dict(serializer.validated_data)
        changes.update(changes.pop("user", {}))
        update_profile(profile=profile, changes=changes, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)


class MyStepsView(generics.GenericAPIView):
    """My first steps, in order: the profile, then what a mentor or a mentee does next. Nothing of it is stored."""

    serializer_class = StepSerializer
    # A person has about ten steps, and they are no rows.
    pagination_class = None
    filter_backends = []

    @extend_schema(responses=StepSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(self.get_serializer(steps_of(selectors.profile_in_full(request.user)), many=True).data)


class ResumeView(generics.GenericAPIView):
    """Read a résumé into the parts of a profile. Nothing is stored: send the parts to `me/` once they are complete."""

    serializer_class = ResumeSerializer

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            return Response(parts_of_profile(serializer.validated_data["resume"]))
        except NotAResume as error:
            raise ValidationError({"resume": str(error)}) from None


class RulesView(generics.RetrieveAPIView):
    """The community rules in force. Sign-up accepts this version."""

    serializer_class = RulesSerializer
    permission_classes = [AllowAny]
    authentication_classes = []

    def get_object(self) -> CommunityRules:
        return selectors.current_rules()


class AcceptRulesView(generics.GenericAPIView):
    """My acceptance of the community rules in force."""

    serializer_class = AcceptRulesSerializer

    @extend_schema(responses=RulesStateSerializer)
    def get(self, request: Request) -> Response:
        return Response(RulesStateSerializer(selectors.rules_state_of(request.user, now=timezone.now())).data)

    @extend_schema(responses=RulesStateSerializer)
    def post(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        accept_rules(user=request.user, version=serializer.validated_data["version"], now=timezone.now())
        return self.get(request)


class SkillViewSet(StaleListMixin, viewsets.GenericViewSet):
    """The skills that can be chosen, with their names in other fields."""

    serializer_class = SkillSerializer
    queryset = Skill.objects.prefetch_related("aliases")
    search_fields = ["name", "aliases__name"]

    def get_queryset(self) -> QuerySet[Skill]:
        return super().get_queryset().filter(is_offered=True).order_by("name", "pk")
