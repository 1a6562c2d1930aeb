"""The own calendar of a member in the API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.limits import must_not_set_calendar_too_often
from accounts.models import BusyCalendar, Profile
from accounts.serializers.calendars import BusyAddressSerializer, BusyCalendarSerializer
from accounts.services.calendars import read_again, remove_calendar, set_calendar


class BusyCalendarView(generics.GenericAPIView):
    """My own calendar, for the times at which I am busy. Nothing else of it is kept."""

    serializer_class = BusyCalendarSerializer

    def get_object(self) -> Profile:
        return Profile.objects.get(user=self.request.user)

    def get(self, request: Request) -> Response:
        return Response(self._shown())

    @extend_schema(request=BusyAddressSerializer)
    def put(self, request: Request) -> Response:
        """Set the address. The calendar is read within a minute, and every half hour from then on."""
        data = BusyAddressSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        must_not_set_calendar_too_often(request, request.user)
        set_calendar(profile=self.get_object(), address=data.validated_data["address"])
        return Response(self._shown())

    @extend_schema(request=None)
    def post(self, request: Request) -> Response:
        """Have it read again now. The answer is the state before."""
        read_again(profile=self.get_object(), now=timezone.now())
        return Response(self._shown())

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Delete the address, and the busy times that came from it."""
        remove_calendar(profile=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _shown(self) -> dict:
        calendar = BusyCalendar.objects.filter(profile__user=self.request.user).first()
        return self.get_serializer({"calendar": calendar}).data
