"""What several tests do the same way."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

from django.db import connection, connections


def code_in(text: str) -> str:
    """Return the confirmation code of a mail's text."""
    return re.search(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$", text, flags=re.MULTILINE)[1]


class Rival:
    """Somebody who does ``act`` in a thread with a database connection of their own."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act
        self.result: object = None
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self.act()
        except Exception as error:
            self.error = error
        finally:
            connections.close_all()

    def wait_until_blocked(self) -> None:
        """Return once some other connection to this database waits for a lock; fails after 2.5 seconds."""
        deadline = time.monotonic() + 2.5  # less than lock_timeout
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND wait_event_type = 'Lock'"
        )
        while time.monotonic() < deadline:
            with connection.cursor() as cursor:
                cursor.execute(query)
                if cursor.fetchone()[0]:
                    return
            time.sleep(0.01)
        raise AssertionError("the rival did not wait for the lock")

    def finish(self) -> object:
        """Return what the rival's act returned, or raise what it raised."""
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()
        if self.error is not None:
            raise self.error
        return self.result
