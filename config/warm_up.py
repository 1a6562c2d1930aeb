"""A process reads the sentence encoder, the detector of languages and the copy of the community before it ranks."""

from __future__ import annotations

import logging
import threading
import time

from django.db import DatabaseError, connections
from django.utils import timezone

from matching.selectors.snapshot import current_community
from matching.text.encoder import encoder
from matching.text.language import language_of

log = logging.getLogger(__name__)

RETRY_AFTER_S = 2.0

_thread: threading.Thread | None = None


def warm_up() -> None:
    """Load encoder and detector, and read or map the community. Raises DatabaseError."""
    if (model := encoder()) is not None:
        model.encode([""])
    language_of("")
    with current_community(now=timezone.now()):
        pass


def warm_up_in_background() -> None:
    """Warm up in a thread, again and again until the database answers."""
    global _thread
    _thread = threading.Thread(target=_until_warm, name="warm-up", daemon=True)
    _thread.start()


def is_warm() -> bool:
    """Return whether this process has warmed up, or was not told to."""
    return _thread is None or not _thread.is_alive()


def _until_warm() -> None:
    while True:
        try:
            warm_up()
            return
        except DatabaseError as fault:
            log.warning("warming up is tried again: %s", fault)
        finally:
            connections.close_all()
        time.sleep(RETRY_AFTER_S)
