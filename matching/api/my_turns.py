"""Whose turn it is, and how a mentor is found, in the API."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import generics

from accounts.selectors import mentor_profiles_of
from matching.selectors.how_found import HowFound, how_found
from matching.selectors.my_turns import Turns, turns_of
from matching.selectors.openings import NEWEST, openings_for
from matching.serializers.my_turns import HowFoundSerializer, OpeningsSerializer, TurnsSerializer


class MyTurnsView(generics.RetrieveAPIView):
    """Everything of mine that waits: for me, then for others, the next session, and the mentorships that run."""

    serializer_class = TurnsSerializer

    def get_object(self) -> Turns:
        return turns_of(self.request.user, now=timezone.now())


class HowFoundView(generics.RetrieveAPIView):
    """How I am found as a mentor, and why I do not get more requests."""

    serializer_class = HowFoundSerializer

    def get_object(self) -> HowFound:
        mentor = get_object_or_404(mentor_profiles_of(self.request.user))
        return how_found(mentor, now=timezone.now())


class OpeningsView(generics.RetrieveAPIView):
    """The changes of my offer that would bring me more requests, with their number."""

    serializer_class = OpeningsSerializer
    throttle_scope = "expensive"

    def get_object(self) -> dict[str, Any]:
        mentor = get_object_or_404(mentor_profiles_of(self.request.user))
        return {"changes": openings_for(mentor, now=timezone.now()), "judged_max": NEWEST}
