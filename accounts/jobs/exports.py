"""Making the file with everything about a person, and removing it in time. A sweep makes up for a worker that died."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import BinaryField, Model
from django.template.loader import render_to_string
from django.utils import translation
from psycopg.types.range import Range

from accounts.models import DataExport, User
from accounts.models.privacy import EXPORT_KEPT
from accounts.notifications.write import notify
from accounts.privacy_registry import Holding, Share, all_holdings, files_of, keys_to_people
from accounts.sweep import each_due
from accounts.words import day_in_words

log = logging.getLogger(__name__)

Status = DataExport.Status
ATTEMPTS_MAX = 3


def make_due_exports(*, now: datetime) -> int:
    """Make the exports that nobody has made, and remove the files that are old. Return how many changed."""
    waiting = DataExport.objects.filter(status=Status.REQUESTED).order_by("requested_at", "pk")
    made = each_due(waiting, lambda export_id: make_export(export_id=export_id, now=now))
    old = DataExport.objects.filter(status__in=DataExport.FETCHABLE, expires_at__lte=now)
    return made + old.update(status=Status.EXPIRED, file=None)


def make_export(*, export_id: int, now: datetime) -> bool:
    """Make one export, and tell its person. Return whether it is ready. One that fails often is given up."""
    if not _count_attempt(export_id):
        return False
    try:
        return _make(export_id, now)
    except (SoftTimeLimitExceeded, OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("export %s failed", export_id)
        return False


@transaction.atomic
def _count_attempt(export_id: int) -> bool:
    """Count an attempt in a transaction of its own: a worker that dies never commits the next one."""
    waiting = DataExport.objects.select_for_update(skip_locked=True, no_key=True).filter(status=Status.REQUESTED)
    export = waiting.filter(pk=export_id).first()
    if export is None:
        return False
    export.attempts += 1
    if is_given_up := export.attempts > ATTEMPTS_MAX:
        log.error("export %s is given up after %s attempts", export_id, ATTEMPTS_MAX)
        export.status = Status.FAILED
    export.save(update_fields=["attempts", "status"])
    return not is_given_up


@transaction.atomic
def _make(export_id: int, now: datetime) -> bool:
    waiting = DataExport.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    found = waiting.filter(pk=export_id, status=Status.REQUESTED, person__is_active=True)
    export = found.select_related("person__profile").first()
    if export is None:
        return False
    with translation.override(export.person.profile.reads_in):
        export.file = packed(export.person, now=now)
    export.status, export.ready_at, export.expires_at = Status.READY, now, now + EXPORT_KEPT
    export.save(update_fields=["file", "status", "ready_at", "expires_at"])
    key = str(export.uuid)
    notify(recipient=export.person, kind="export_ready", key=key, payload={"export": key}, now=now)
    return True


class Encoder(DjangoJSONEncoder):
    """Writes times, decimals and identifiers as Django does, and a period as its two ends."""

    def default(self, value: Any) -> Any:
        return [value.lower, value.upper] if isinstance(value, Range) else super().default(value)


# --- the content ------------------------------------------------------------------------------------------


def packed(person: User, *, now: datetime) -> bytes:
    """Return everything about ``person`` as a zip file: a JSON file for each table, and other files beside.

    README.txt says in the active language what they are.
    """
    file = BytesIO()
    counts = []
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for holding in all_holdings():
            if rows := rows_for(holding, person):
                text = json.dumps(rows, cls=Encoder, indent=2, ensure_ascii=False)
                name = f"data/{holding.label}.json"
                archive.writestr(name, text)
                counts.append((name, len(rows)))
        for name, content in files_of(person, now):
            archive.writestr(name, content)
        day = day_in_words(now.astimezone(person.profile.zone).date())
        context = {"community_name": settings.COMMUNITY_NAME, "day": day, "tables": counts}
        archive.writestr("README.txt", render_to_string("accounts/export_readme.txt", context))
    return file.getvalue()


def rows_for(holding: Holding, person: User) -> list[dict[str, Any]]:
    """Return the rows of a table that are about ``person``, with what they may read of each."""
    if not holding.exported:
        return []
    keys = [person.pk, *User.objects.filter(merged_into=person).values_list("pk", flat=True)]
    found: dict[Any, dict[str, Any]] = {}
    for share in holding.shares:
        if share.exported:
            for key, row in _rows_of(holding, share, keys):
                found.setdefault(key, {}).update(row)
    return [found[key] for key in sorted(found)]


def _rows_of(holding: Holding, share: Share, keys: Sequence[int]) -> Iterator[tuple[Any, dict[str, Any]]]:
    columns = list(columns_for(holding, share))
    rows = holding.model._base_manager.filter(share.shown_to(keys)).order_by("pk")
    for key, *values in rows.values_list("pk", *columns):
        yield key, dict(zip(columns, values, strict=True))


def columns_for(holding: Holding, share: Share) -> Iterable[str]:
    """Return the paths to the columns that the person reads: their own, and those that are nobody's words."""
    own = {*share.texts, *share.facts}
    others = {name for other in holding.shares for name in (*other.texts, *other.facts)} - own
    left_out = others | {*holding.secret, *holding.hidden, *holding.named}
    people = keys_to_people(holding.model)
    for field in holding.model._meta.local_fields:
        if field.primary_key or field.name in left_out or field.name in people or isinstance(field, BinaryField):
            continue
        if not field.is_relation:
            yield field.name
        elif (name := _name_of(field.related_model)) is not None:
            yield f"{field.name}__{name}"
    yield from share.reads


def _name_of(model: type[Model] | Any) -> str | None:
    """Return the column that names a row of ``model`` outside of the database. None if there is none."""
    names = {field.name for field in model._meta.local_fields}
    return next((name for name in ("uuid", "code", "version") if name in names), None)
