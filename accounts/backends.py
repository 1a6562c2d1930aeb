"""The backend of logins. It reads a member together with the profile, which every request needs for its language."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from accounts.models import User


class AuthenticationBackend(AllauthBackend):
    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.of_requests().filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
