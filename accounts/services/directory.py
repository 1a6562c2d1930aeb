"""People of an employer's directory: entered, changed, switched off and removed by its service account."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.exceptions import AddressTaken, NotForDirectory
from accounts.locks import lock_directory_entry
from accounts.models import DirectoryEntry, User
from accounts.notifications.decide import trust_address
from accounts.notifications.write import notify
from accounts.selectors import has_come_in
from accounts.services.invitations import Invited, invite, invite_people
from accounts.services.lock_out import close_account


@dataclass(frozen=True, slots=True)
class InDirectory:
    """The facts that a directory states about a person. Address and name are valid, and in the form of their fields."""

    address: str
    name: str
    external_id: str
    is_active: bool


@transaction.atomic
def enter_person(*, directory: User, says: InDirectory, now: datetime) -> DirectoryEntry:
    """Make an account without a password, and invite the person by mail.

    An entry that the same directory removed is taken back with its account. Raises AddressTaken for every other account
    with the address: its person has to agree first. Raises NotForDirectory, as ``change_entry``.
    """
    own = DirectoryEntry.objects.filter(directory=directory, address=says.address).not_erased()
    if (removed := own.filter(removed_at__isnull=False).first()) is not None:
        return _take_back(removed, says, now)
    _must_be_free(says.address)
    try:
        with transaction.atomic():
            (person,) = invite_people([Invited(email=says.address, name=says.name, joined_at=now)], now=now)
            entry = DirectoryEntry.objects.create(
                directory=directory,
                person=person,
                address=says.address,
                external_id=says.external_id,
                added_at=now,
                changed_at=now,
            )
    except IntegrityError:
        raise _taken() from None
    if not says.is_active:
        _switch_off(entry, now)
        entry.save(update_fields=["switched_off_at"])
    return entry


@transaction.atomic
def change_entry(*, entry: DirectoryEntry, says: InDirectory, now: datetime) -> DirectoryEntry:
    """Change an account to what its directory says. Nothing is deleted.

    Raises AddressTaken. Raises NotForDirectory for the account of an admin, and for one to be opened that the
    organisers closed.
    """
    entry = lock_directory_entry(entry)
    person = entry.person
    if person.role:
        raise NotForDirectory(_("This is the account of an admin. An owner has to take that role away first."))
    if says.name != person.name:
        person.name = says.name
        person.save(update_fields=["name"])
    if says.address != entry.address:
        _change_address(entry, says.address, now)
    entry.external_id = says.external_id
    if says.is_active and not person.is_active:
        _switch_on(entry, now)
    elif person.is_active and not says.is_active:
        _switch_off(entry, now)
    entry.changed_at = now
    entry.save()
    return entry


@transaction.atomic
def remove_entry(*, entry: DirectoryEntry, now: datetime) -> None:
    """Close the account, and take it out of the directory. Everything stored stays. Raises NotForDirectory."""
    entry = lock_directory_entry(entry)
    if entry.person.role:
        raise NotForDirectory(_("This is the account of an admin. An owner has to take that role away first."))
    if entry.person.is_active:
        _switch_off(entry, now)
    entry.removed_at = entry.changed_at = now
    entry.save()


def _take_back(removed: DirectoryEntry, says: InDirectory, now: datetime) -> DirectoryEntry:
    try:
        entry = change_entry(entry=removed, says=says, now=now)
    except DirectoryEntry.DoesNotExist:
        raise _taken() from None
    if entry.removed_at is None:
        # Another request was first.
        raise _taken()
    # A client takes a new entry for another one than the one it deleted.
    entry.removed_at, entry.uuid, entry.added_at = None, uuid.uuid4(), now
    entry.save()
    return entry


# --- the account ------------------------------------------------------------------------------------------


def _switch_off(entry: DirectoryEntry, now: datetime) -> None:
    """Close the account. Sweeps end what waits, and ask the mentees of a mentor how to go on."""
    close_account(entry.person, now=now)
    entry.switched_off_at = now


def _switch_on(entry: DirectoryEntry, now: datetime) -> None:
    person = entry.person
    if entry.switched_off_at is None:
        raise NotForDirectory(_("The organisers of the community closed this account. They alone open it again."))
    person.is_active = True
    person.save(update_fields=["is_active"])
    entry.switched_off_at = None
    if not has_come_in(person):
        invite([person], now=now, key=uuid.uuid4().hex)


# --- addresses --------------------------------------------------------------------------------------------


def _taken() -> AddressTaken:
    return AddressTaken(_("Another account has this address."))


def _must_be_free(address: str, *, but: User | None = None) -> None:
    """Raise AddressTaken if an account has the address, also as a second one, or somebody signs up with it."""
    others = ~Q(pk=but.pk) if but else Q()
    is_taken = Q(email=address) | Q(emailaddress__email=address) | Q(directory_entry__address=address)
    if User.objects.filter(others, is_taken).exists():
        raise _taken()


def _change_address(entry: DirectoryEntry, address: str, now: datetime) -> None:
    """Take the new address of a directory, also for the login, and tell the person at both addresses.

    The login of somebody who changed their address themselves stays: the employer does not get it back.
    """
    person, old = entry.person, entry.address
    _must_be_free(address, but=person)
    entry.address, is_login = address, person.email == old
    try:
        with transaction.atomic():
            entry.save(update_fields=["address"])
            if is_login:
                EmailAddress.objects.filter(user=person, email__in=[old, address]).delete()
                EmailAddress.objects.filter(user=person).update(primary=False)
                # It counts as confirmed, as that of an invitation: the directory has it from the employer.
                EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
                person.email = address
                person.save(update_fields=["email"])
    except IntegrityError:
        raise _taken() from None
    if not is_login:
        return
    trust_address(user=person)
    if not has_come_in(person):
        invite([person], now=now, key=uuid.uuid4().hex)
        return
    site = SimpleNamespace(name=settings.COMMUNITY_NAME, domain=settings.SITE_URL)
    context = {"user": person, "current_site": site, "from_email": old, "to_email": address}
    with translation.override(person.profile.reads_in):
        subject = _("Your address has changed")
        text = render_to_string("account/email/address_by_directory_message.txt", context).strip()
    for to in (old, address):
        payload = {"to": to, "subject": subject, "text": text}
        notify(recipient=person, kind="account_mail", key=uuid.uuid4().hex, payload=payload, now=now)
