"""Access tokens in the API. A token cannot reach these routes: see config/token_areas.py."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import must_have_logged_in_lately
from accounts.models import AccessToken
from accounts.selectors import access_tokens_of
from accounts.serializers.tokens import AccessTokenSerializer, MakeAccessTokenSerializer, NewAccessTokenSerializer
from accounts.services.tokens import create_token, revoke_token


class AccessTokenViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """My access tokens, the newest first. Those that expired or were revoked stay in the list."""

    serializer_class = AccessTokenSerializer
    queryset = AccessToken.objects.none()
    keeps_answer = False
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[AccessToken]:
        return access_tokens_of(self.request.user)

    @extend_schema(request=MakeAccessTokenSerializer, responses={201: NewAccessTokenSerializer})
    def create(self, request: Request) -> Response:
        """Make a token, soon after the password was asked for again. The answer alone has its text."""
        sent = MakeAccessTokenSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        must_have_logged_in_lately(request)
        token, secret = create_token(user=request.user, by=request.user, now=timezone.now(), **sent.validated_data)
        token.token = secret
        return Response(NewAccessTokenSerializer(token).data, status=status.HTTP_201_CREATED)

    def destroy(self, request: Request, uuid: str) -> Response:
        """Revoke a token. It ends at once."""
        revoke_token(token_id=self.get_object().pk, by=request.user, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
