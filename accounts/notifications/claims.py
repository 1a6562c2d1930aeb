"""Claims of due rows.

A claim is one statement: it finds, locks, marks and reads a row. The ORM needs four round trips for the same, and more
time to build the queries than PostgreSQL needs to run them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from accounts.models import Notification, Profile, User

LEASE = timedelta(seconds=120)  # longer than the slowest SMTP dialogue (10 s a step) and the wait for its last answer


def _columns(model: type[Model], table: str) -> str:
    return ", ".join(f'{table}."{field.column}"' for field in model._meta.concrete_fields)


# The commit of a claim does not wait for the disk. The commit of `in_doubt` does, and stores all commits before it. If
# PostgreSQL crashes between the two, the row is pending again, and the token is gone: its sender sends nothing.
# A claimed row is no longer rescheduled with its recipient's clock.
_CLAIM = f"""
WITH claimed AS (
    UPDATE accounts_notification
    SET status = 'sending', claim = %(claim)s, lease_until_at = %(lease_until_at)s, attempts = attempts + 1,
        due_on_clock = '', kept_quiet = false
    WHERE id = (
        SELECT id FROM accounts_notification
        WHERE status = 'pending' AND due_at <= %(now)s AND endpoint_id IS {{}}
        ORDER BY due_at, id LIMIT 1
        FOR UPDATE SKIP LOCKED)
    RETURNING *)
SELECT set_config('synchronous_commit', 'off', true),
    {_columns(Notification, "claimed")}, {_columns(User, "person")}, {_columns(Profile, "profile")}
FROM claimed
LEFT JOIN accounts_user person ON person.id = claimed.recipient_id
LEFT JOIN accounts_profile profile ON profile.user_id = person.id
"""  # noqa: S608 -- constants
# Two texts, so that each finds its partial index.
CLAIM, CLAIM_WEBHOOK = _CLAIM.format("NULL"), _CLAIM.format("NOT NULL")


def claim_next(*, now: datetime, webhooks: bool = False) -> Notification | None:
    """Claim the row that has been due longest, and read it with its recipient and profile. None if nothing is due.

    ``webhooks``: of deliveries to endpoints, instead of mails and posts.

    Call it outside of a transaction: the claim has to be committed before the row is sent.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM_WEBHOOK if webhooks else CLAIM, {"claim": uuid.uuid4(), "lease_until_at": now + LEASE, "now": now}
        )
        found = cursor.fetchone()
    if found is None:
        return None
    values = iter(found[1:])
    row, person, profile = (_read(model, values) for model in (Notification, User, Profile))
    if row.recipient_id is not None:
        row.recipient = person
        person.profile = profile
    return row


def _read(model: type[Model], values: Iterator[Any]) -> Any:
    """Return an instance of ``model`` from the next ``values``, one for each of its columns."""
    fields = model._meta.concrete_fields
    return model.from_db(
        connection.alias, [field.attname for field in fields], [_value(field, next(values)) for field in fields]
    )


def _value(field: Field[Any, Any], value: Any) -> Any:
    """Return what Django makes of a column: it gets JSON as text, for one."""
    return field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
