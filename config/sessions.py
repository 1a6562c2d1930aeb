"""Sessions in the database. A cookie can hold any character, and PostgreSQL has no room for some."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A key that no session can have is unknown, without a query."""

    def _validate_session_key(self, key: Any) -> bool:
        # Django makes keys of small letters and digits.
        return isinstance(key, str) and key.isascii() and key.isalnum() and super()._validate_session_key(key)  # type: ignore[misc]

    def exists(self, session_key: Any) -> bool:
        return self._validate_session_key(session_key) and super().exists(session_key)
