"""Exports and erasures, which a person or an admin asks for, and legal holds of owners."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.doorbell import ring_after_commit
from accounts.exceptions import (
    AdminNotErased,
    ErasureAskedAlready,
    KeptByLaw,
    NotAnOwner,
    NothingToCancel,
    ReasonMissing,
)
from accounts.locks import lock_profile
from accounts.models import DataExport, Erasure, LegalHold, User
from accounts.models.privacy import TIME_TO_CHANGE_ONES_MIND
from accounts.notifications.write import notify, skip_unsent
from accounts.roles import HOLD
from accounts.tasks import make_export

# --- exports ----------------------------------------------------------------------------------------------


@transaction.atomic
def request_export(*, person: User, now: datetime) -> tuple[DataExport, bool]:
    """Ask for a file with everything about ``person``. Return the export, and whether it is new.

    The one that is being made already is returned.
    """
    lock_profile(person.pk)
    export, is_new = DataExport.objects.get_or_create(
        person=person, status=DataExport.Status.REQUESTED, defaults={"requested_at": now}
    )
    ring_after_commit(make_export, export.pk)
    return export, is_new


@transaction.atomic
def fetch_export(*, uuid: UUID, person: User, now: datetime) -> tuple[DataExport, bytes]:
    """Return a finished export of ``person`` with its file, and note the first time it was fetched.

    Raises DataExport.DoesNotExist for one of somebody else, and for one whose file is not there.
    """
    found = DataExport.objects.select_for_update(no_key=True).filter(person=person, status__in=DataExport.FETCHABLE)
    export = found.get(uuid=uuid, expires_at__gt=now)
    if export.status == DataExport.Status.READY:
        export.status, export.fetched_at = DataExport.Status.FETCHED, now
        export.save(update_fields=["status", "fetched_at"])
    return export, bytes(export.file or b"")


# --- erasures ---------------------------------------------------------------------------------------------


@transaction.atomic
def ask_erasure(*, person: User, by: User, now: datetime, reason: str = "") -> Erasure:
    """Ask that ``person`` is erased after TIME_TO_CHANGE_ONES_MIND, and tell them. An admin gives a ``reason``.

    Raises ReasonMissing, AdminNotErased, ErasureAskedAlready.
    """
    if by != person and not reason.strip():
        raise ReasonMissing(_("Give a reason in a sentence or two. The person reads it in the mail."))
    lock_profile(person.pk)
    if User.objects.filter(pk=person.pk).exclude(role="").exists():
        raise AdminNotErased(_("This is the account of an admin. An owner has to take that role away first."))
    if (
        person.erased_at
        or person.merged_into_id
        or Erasure.objects.filter(person=person, status__in=Erasure.OPEN).exists()
    ):
        raise ErasureAskedAlready(_("The account is to be erased already."))
    due_at = now + TIME_TO_CHANGE_ONES_MIND
    erasure = Erasure.objects.create(person=person, by=by, reason=reason.strip(), asked_at=now, due_at=due_at)
    payload = {"erasure": str(erasure.uuid)}
    notify(recipient=person, kind="erasure_asked", key=str(erasure.uuid), payload=payload, now=now)
    return erasure


@transaction.atomic
def cancel_erasure(*, person: User, by: User, now: datetime) -> Erasure:
    """Keep an account that was to be erased. People cancel what they asked for themselves; admins cancel all.

    Raises NothingToCancel.
    """
    waiting = Erasure.objects.select_for_update(no_key=True).filter(person=person, status=Erasure.Status.ASKED)
    erasure = waiting.first()
    if erasure is None or (by == person and erasure.by_id != person.pk):
        raise NothingToCancel(_("Nothing waits that you can cancel. Load the page again."))
    erasure.status, erasure.cancelled_at = Erasure.Status.CANCELLED, now
    erasure.save(update_fields=["status", "cancelled_at"])
    skip_unsent(recipients=[person], kinds=["erasure_asked"], key_prefix=str(erasure.uuid), reason="The account stays.")
    return erasure


# --- legal holds ------------------------------------------------------------------------------------------


@transaction.atomic
def set_hold(*, person: User, by: User, reason: str, now: datetime) -> LegalHold:
    """Keep everything about ``person`` until the hold is lifted. Raises NotAnOwner, ReasonMissing, KeptByLaw."""
    _must_be_owner_with_reason(by, reason)
    lock_profile(person.pk)
    is_gone = Erasure.objects.filter(person=person, status__in=[Erasure.Status.ERASING, Erasure.Status.ERASED]).exists()
    if is_gone or LegalHold.objects.filter(person=person, lifted_at=None).exists():
        raise KeptByLaw(_("A legal hold stands already, or the person was erased."))
    return LegalHold.objects.create(person=person, reason=reason.strip(), set_by=by, set_at=now)


@transaction.atomic
def lift_hold(*, person: User, by: User, reason: str, now: datetime) -> LegalHold:
    """Lift the hold. What waited for it goes on with the next sweep. Raises NotAnOwner, ReasonMissing, KeptByLaw."""
    _must_be_owner_with_reason(by, reason)
    hold = LegalHold.objects.select_for_update(no_key=True).filter(person=person, lifted_at=None).first()
    if hold is None:
        raise KeptByLaw(_("No legal hold stands. Load the page again."))
    hold.lifted_by, hold.lifted_at, hold.lifted_reason = by, now, reason.strip()
    hold.save(update_fields=["lifted_by", "lifted_at", "lifted_reason"])
    return hold


def _must_be_owner_with_reason(by: User, reason: str) -> None:
    if not by.has_perm(HOLD):
        raise NotAnOwner(_("Owners alone set and lift a legal hold."))
    if not reason.strip():
        raise ReasonMissing(_("Give a reason in a sentence or two. It stays on record."))
