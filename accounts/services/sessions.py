"""Ending the sessions of a person, on all devices."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from accounts.models import User


def end_sessions_of(user: User, *, but: str = "") -> None:
    """Log ``user`` out on all devices, ``but`` the one with this session key."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=but):
        session.end()
