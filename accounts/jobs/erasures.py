"""Erasing people, in steps that can be repeated. A worker that dies in the middle is made up for by the sweep.

The account is closed first, and requests that are under way are waited for. Then services end what runs, rows are
emptied or deleted as each app declares, and the name and the addresses go from the words of others. The name of the
account itself goes last, as the steps before need it.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import pgtrigger
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import Field, JSONField, Model, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from accounts.locks import lock_profiles_of, lock_users
from accounts.models import Erasure, Notification, Skill, SkillAlias, User
from accounts.models.privacy import WAIT_AFTER_CLOSING
from accounts.models.recording import all_records, record_of
from accounts.models.skill import normalise
from accounts.privacy_registry import REMOVED, Holding, all_holdings, partings
from accounts.retention import is_held
from accounts.sweep import each_due
from accounts.words import names_of_places

log = logging.getLogger(__name__)

SOMEBODY = gettext_noop("Somebody who left")
GONE_DOMAIN = "erased.invalid"
# The newest former names are replaced in the words of others, and no more of somebody who changes theirs often.
FORMER_NAMES = 3
Status = Erasure.Status
# Their rows of other people hold names and addresses of those people.
OF_OTHERS = (User, EmailAddress)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A person who is erased, with all accounts that were merged into theirs. ``somebody`` stands for their name."""

    person: User
    accounts: list[User]
    names: list[str]
    addresses: list[str]
    somebody: str

    @property
    def keys(self) -> list[int]:
        return [account.pk for account in self.accounts]


@contextmanager
def _erasing() -> Iterator[None]:
    """Open a transaction that may empty words which triggers keep as they were written. No request waits for it.

    The record of changes gets no events of it: they would keep what is emptied.
    """
    events = [trigger.get_pgid(model) for model, trigger in pgtrigger.registered()]
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A search through all messages of a large community takes longer than a request may.
            cursor.execute("SELECT set_config('statement_timeout', '600000', true)")
        _tell_triggers("yes", events)
        yield
        # A transaction around this one goes on with its triggers.
        _tell_triggers("", [])


def _tell_triggers(erases: str, ignored: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('community.erases', %s, true), set_config('pgtrigger.ignore', %s, true)",
            [erases, f"{{{','.join(ignored)}}}"],
        )


def erase_due(*, now: datetime) -> int:
    """Close the accounts of people whose day has come, without those whom a legal hold keeps, and erase closed ones.

    Return how many were erased.
    """
    each_due(_due(now).order_by("due_at", "pk"), lambda erasure_id: _close(erasure_id, now))
    return each_due(_closed(now).order_by("closed_at", "pk"), lambda erasure_id: erase(erasure_id=erasure_id, now=now))


def erase(*, erasure_id: int, now: datetime) -> bool:
    """Erase a person whose account is closed. Return whether it was done now."""
    erasure = _closed(now).select_related("person__profile").get(pk=erasure_id)
    for parting in partings():
        parting(erasure.person, now)
    leaving = _leaving(erasure.person)
    _empty_titles(leaving)
    for holding in all_holdings():
        _replace_in_words(holding, leaving)
    # Addresses and things go after all that has to find them.
    for holding in all_holdings():
        if holding.model is not User:
            _empty(holding, leaving)
    return _forget_account(erasure_id, leaving, now)


def _due(now: datetime) -> QuerySet[Erasure]:
    due = Erasure.objects.filter(status=Status.ASKED, due_at__lte=now)
    return due.exclude(is_held("person")).filter(person__role="")


def _closed(now: datetime) -> QuerySet[Erasure]:
    return Erasure.objects.filter(status=Status.ERASING, closed_at__lte=now - WAIT_AFTER_CLOSING)


@transaction.atomic
def _close(erasure_id: int, now: datetime) -> bool:
    """Close the account of a due erasure. Return False if it was cancelled, or is kept by a hold."""
    due = _due(now).select_for_update(of=("self",), no_key=True, skip_locked=True)
    erasure = due.select_related("person").filter(pk=erasure_id).first()
    if erasure is None:
        return False
    # A service that the person has just begun holds the first lock.
    lock_profiles_of([erasure.person])
    lock_users([erasure.person])
    # A hold or a role may have come while this waited.
    if not _due(now).filter(pk=erasure_id).exists():
        return False
    User.objects.filter(pk=erasure.person_id).update(is_active=False)
    erasure.status, erasure.closed_at = Status.ERASING, now
    erasure.save(update_fields=["status", "closed_at"])
    return True


def _leaving(person: User) -> Leaving:
    accounts = [person, *User.objects.filter(merged_into=person)]
    keys = [account.pk for account in accounts]
    events = record_of(User).events.objects.filter(pgh_obj__in=keys)  # type: ignore[union-attr]
    former = list(dict.fromkeys(events.order_by("-pgh_id").values_list("name", flat=True)))[:FORMER_NAMES]
    names = {account.name for account in accounts} | set(former)
    addresses = {account.email for account in accounts} | set(events.values_list("email", flat=True))
    addresses |= set(EmailAddress.objects.filter(user__in=keys).values_list("email", flat=True))
    with translation.override(settings.LANGUAGE_CODE):
        somebody = gettext(SOMEBODY)
    # Two who share a name: words with it say nothing about who is meant.
    shared = set(User.objects.exclude(pk__in=keys).filter(name__in=names).values_list("name", flat=True))
    told = [name for name in names - shared if _is_told_apart(name) and name != somebody]
    return Leaving(person, accounts, sorted(told), sorted(addresses), somebody)


def _is_told_apart(name: str) -> bool:
    """Return whether a name differs from ordinary words: two of its words begin with a capital, or have no case.

    A skill or a place that somebody took as a name, such as "Machine Learning" or "New York", stands in the words of
    many.
    """
    key = normalise(name)
    if key in names_of_places():
        return False
    if Skill.objects.filter(key=key).exists() or SkillAlias.objects.filter(key=key).exists():
        return False
    return sum(word[0] == word[0].upper() for word in name.split()) > 1


# --- rows of the person -----------------------------------------------------------------------------------


@_erasing()
def _empty(holding: Holding, leaving: Leaving) -> None:
    """Empty or delete the rows of a table, with their events and their names in the log of the admin."""
    manager, record = holding.model._base_manager, record_of(holding.model)
    for share in holding.shares:
        keys = set(manager.filter(share.rows_of(leaving.keys)).values_list("pk", flat=True))
        if record is not None:
            # An event is also found by its own foreign key: its row may be gone, or belong to nobody any more.
            of_events = Q(pgh_obj__in=keys)
            if share.path.partition("__")[0] in record.fields:
                of_events |= share.rows_of(leaving.keys)
            events = record.events.objects.filter(of_events)
            _empty_log(holding.model, keys.union(events.values_list("pgh_obj", flat=True)))
        else:
            _empty_log(holding.model, keys)
        theirs = manager.filter(pk__in=keys)
        if holding.deletes:
            theirs.delete()
            if record is not None:
                events.delete()
            continue
        texts = [*share.texts, *(name for name in holding.secret if name in holding.texts)]
        facts = [*share.facts, *(name for name in holding.secret if name not in holding.texts)]
        _empty_columns(theirs, texts, facts)
        if record is not None:
            kept = {*record.fields}
            _empty_columns(events, [name for name in texts if name in kept], [name for name in facts if name in kept])


def _empty_log(model: type[Model], keys: Iterable[int]) -> None:
    """Empty what the log of the admin says of rows. It knows a proxy by its own name."""
    alike = [one for one in apps.get_models() if one._meta.concrete_model is model]
    types = ContentType.objects.get_for_models(model, *alike, for_concrete_models=False).values()
    rows = LogEntry.objects.filter(content_type__in=types, object_id__in=[str(key) for key in keys])
    rows.update(object_repr=REMOVED, change_message="")


def _empty_columns(rows: QuerySet[Any], texts: Iterable[str], facts: Iterable[str]) -> None:
    fields = rows.model._meta
    if changes := {name: _empty_value(fields.get_field(name)) for name in facts}:
        rows.update(**changes)
    for name in texts:
        rows.exclude(**{name: ""}).update(**{name: REMOVED})


def _empty_value(field: Field) -> Any:
    if field.null:
        return None
    # A column with a date or a number as its default keeps no trace of the person.
    return field.get_default()


# --- messages and words of others -------------------------------------------------------------------------


@transaction.atomic
def _empty_titles(leaving: Leaving) -> None:
    """Replace the titles of messages about a thing of the person. Their text is rendered from the thing."""
    things = [str(account.uuid) for account in leaving.accounts]
    for holding in all_holdings():
        if any(field.name == "uuid" for field in holding.model._meta.local_fields):
            for share in holding.shares:
                rows = holding.model._base_manager.filter(share.rows_of(leaving.keys))
                things += [str(value) for value in rows.values_list("uuid", flat=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {Notification._meta.db_table} n SET title = %s
            WHERE title <> '' AND EXISTS (
                SELECT FROM jsonb_each_text(n.payload) AS p(name, value) WHERE p.value = ANY(%s))
            """,  # noqa: S608 - the name of a table
            [leaving.somebody, things],
        )


def _replace_in_words(holding: Holding, leaving: Leaving) -> None:
    """Replace names and addresses of the person in the words of others, and in what the software wrote of them."""
    if holding.model in OF_OTHERS:
        return
    columns = holding.texts | holding.facts | {*holding.named}
    _replace_in_table(holding.model, columns, leaving)
    record = record_of(holding.model)
    if record is not None:
        _replace_in_table(record.events, columns & {*record.fields}, leaving)


@_erasing()
def _replace_in_table(model: type[Model], columns: Collection[str], leaving: Leaving) -> None:
    words = [field for field in model._meta.local_fields if field.name in columns and _is_text(field)]
    if not words:
        return
    pattern = _pattern(leaving)
    sets, finds = [], []
    for field in words:
        name = connection.ops.quote_name(str(field.column))
        told = f"regexp_replace({name}::text, %s, %s, 'g')"
        if field.max_length and not isinstance(field, ArrayField):
            told = f"left({told}, {int(field.max_length)})"
        sets.append(f"{name} = {told}::{field.db_type(connection)}")
        finds.append(f"{name}::text ~ %s")
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {', '.join(sets)} WHERE {' OR '.join(finds)}",  # noqa: S608 - names of columns
            [*[pattern, leaving.somebody] * len(words), *[pattern] * len(words)],
        )


def _is_text(field: Field) -> bool:
    kind = field.get_internal_type()
    return isinstance(field, JSONField | ArrayField) or kind in ("CharField", "TextField", "SlugField")


def _pattern(leaving: Leaving) -> str:
    """Return a pattern for whole names and addresses: "anna@…" is no part of "jo.anna@…".

    An address is found in any case, a name as it is written or in capitals: "will may" are two words.
    """
    found = ["".join(_in_any_case(letter) for letter in address) for address in leaving.addresses]
    forms = {form for name in leaving.names for form in (name, name.upper())}
    found += [_escaped(form) for form in forms | {json.dumps(form, ensure_ascii=False)[1:-1] for form in forms}]
    return rf"(?<![\w.+-])({'|'.join(found)})(?![\w-]|\.\w)"


def _in_any_case(letter: str) -> str:
    return f"[{letter.lower()}{letter.upper()}]" if letter.isascii() and letter.isalpha() else _escaped(letter)


def _escaped(text: str) -> str:
    return re.sub(r"([^\w\s@])", r"\\\1", text)


# --- the account itself -----------------------------------------------------------------------------------


@_erasing()
def _forget_account(erasure_id: int, leaving: Leaving, now: datetime) -> bool:
    """Take name and address from the account, as the last step. Return False if another worker did it before."""
    erasure = Erasure.objects.select_for_update(no_key=True).get(pk=erasure_id)
    if erasure.status != Status.ERASING:
        return False
    for account in leaving.accounts:
        account.name, account.email = leaving.somebody, f"erased-{uuid4().hex}@{GONE_DOMAIN}"
        account.bouncing_since_at = account.last_login = None
        account.erased_at, account.is_active = now, False
        account.set_unusable_password()
        account.save()
        # People without a name are not alike.
        User.objects.filter(pk=account.pk).update(name_key="")
    _empty_log(User, leaving.keys)
    for record in all_records():
        if record.model is User:
            record.events.objects.filter(pgh_obj__in=leaving.keys).update(name=leaving.somebody, email=GONE_DOMAIN)
    erasure.status, erasure.erased_at = Status.ERASED, now
    erasure.save(update_fields=["status", "erased_at"])
    log.info("erasure %s is done", erasure.pk)
    return True
