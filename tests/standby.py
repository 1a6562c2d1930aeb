"""A second PostgreSQL that replicates the server of the tests, made as docs/operations.md says."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.db import connection

from config.local import services
from config.local.pytest_plugin import NOT_DURABLE


class Standby(services.Postgres):
    """The replica of the server of the default connection, in a directory of its own."""

    def __init__(self, here: Path) -> None:
        super().__init__(here, options=NOT_DURABLE)

    def _create(self) -> None:
        unfinished = self.data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if user := services.database_user():
            shutil.chown(unfinished, user.pw_uid, user.pw_gid)
        connection.ensure_connection()
        primary = connection.connection.info
        made = self._run(
            *("pg_basebackup", "--host", primary.host, "--port", str(primary.port), "--username", primary.user),
            *("--pgdata", str(unfinished), "--wal-method", "stream", "--checkpoint", "fast", "--write-recovery-conf"),
            *("--no-sync",),
        )
        if made.returncode:
            raise services.NotAvailable(f"The replica could not be made: {made.stdout.strip()}")
        unfinished.rename(self.data)

    def start(self) -> None:
        self._start()

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", str(self.data))
