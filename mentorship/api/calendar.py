"""The private calendar address in the API."""

from __future__ import annotations

from dataclasses import asdict

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response

from mentorship.links import calendar_links
from mentorship.models import CalendarAddress
from mentorship.serializers.calendar import CalendarAddressSerializer, NewCalendarAddressSerializer
from mentorship.services.calendar_address import make_calendar_address, revoke_calendar_address


class MyCalendarView(generics.GenericAPIView):
    """My private calendar address, for programs that subscribe to my sessions."""

    serializer_class = CalendarAddressSerializer
    keeps_answer = False

    def get(self, request: Request) -> Response:
        """Whether I have an address. It is not shown again."""
        address = CalendarAddress.objects.filter(person=request.user).first()
        return Response({"created_at": address and self.get_serializer(address).data["created_at"]})

    @extend_schema(request=None, responses={201: NewCalendarAddressSerializer})
    def post(self, request: Request) -> Response:
        """Make an address. An earlier one stops working."""
        now = timezone.now()
        links = calendar_links(make_calendar_address(person=request.user, now=now))
        data = NewCalendarAddressSerializer({"created_at": now, **asdict(links)}).data
        return Response(data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Revoke my address. Without one, nothing changes."""
        revoke_calendar_address(person=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
