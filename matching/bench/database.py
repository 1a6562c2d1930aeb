"""A database of the benchmark's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

NAME = "mentorship_bench"


@contextmanager
def bench_database() -> Iterator[None]:
    """Create and migrate a database beside the configured one, work on it, and drop it at the end.

    The server is the configured one with its own settings, its care for the disk too. Two runs at a time on one
    server are refused by the second's failure to drop what the first works on.
    """
    own = connection.settings_dict
    before = {"NAME": own["NAME"], "OPTIONS": own["OPTIONS"], "TEST": own["TEST"]}
    _disconnect()
    # Bulk work and slow baselines are no runaway queries.
    own["OPTIONS"] = {name: value for name, value in own["OPTIONS"].items() if name != "options"}
    own["TEST"] = own["TEST"] | {"NAME": NAME}
    debug, settings.DEBUG = settings.DEBUG, False  # it would keep and time every query
    try:
        with redirect_stdout(StringIO()):  # of createcachetable, which finds that a migration was there before it
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(before["NAME"], verbosity=0)
    finally:
        settings.DEBUG = debug
        _disconnect()
        own.update(before)


def _disconnect() -> None:
    connection.close()
    cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS]).close_pool()
