"""People whom the directory of an employer enters, changes and switches off."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models.addresses import AddressField
from accounts.models.privacy import Erasure
from accounts.models.user import User

EXTERNAL_ID_MAX = 255


class DirectoryEntryQuerySet(models.QuerySet["DirectoryEntry"]):
    def shown_to(self, directory: User) -> DirectoryEntryQuerySet:
        """Return the entries of one directory. It knows no other people, and none who are being erased."""
        return self.filter(directory=directory, removed_at__isnull=True).not_erased()

    def of(self, person: User) -> DirectoryEntry | None:
        """Return the entry by which a directory manages the account of ``person``, with the directory.

        A directory whose service account was switched off manages nobody.
        """
        managed = self.filter(person=person, removed_at__isnull=True, directory__is_active=True)
        return managed.select_related("directory").first()

    def not_erased(self) -> DirectoryEntryQuerySet:
        erasures = Erasure.objects.filter(person=OuterRef("person"), status=Erasure.Status.ERASING)
        return self.filter(~Exists(erasures))


class DirectoryEntry(models.Model):
    """A person in the directory of an employer. The employer's system acts by a service account, the ``directory``.

    ``address`` is the one that the directory has. The person logs in with another one if they changed it themselves.
    ``switched_off_at`` says that the directory closed the account, and may open it again: the organisers have decided
    nothing since then. ``removed_at``: the directory deleted the entry. The account stays, closed.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    directory = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="directory_entries", editable=False
    )
    # A person is in one directory at most: two would undo what the other one did.
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="directory_entry", editable=False
    )
    address = AddressField("address in the directory", unique=True)
    external_id = models.CharField(
        "identifier in the directory", max_length=EXTERNAL_ID_MAX, blank=True, default="", db_default=""
    )
    added_at = models.DateTimeField("entered on", default=timezone.now, editable=False)
    changed_at = models.DateTimeField("changed on", default=timezone.now, editable=False)
    switched_off_at = models.DateTimeField("switched off on", null=True, blank=True, editable=False)
    removed_at = models.DateTimeField("removed on", null=True, blank=True, editable=False)

    objects = DirectoryEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "directory entries"
        constraints = [
            models.CheckConstraint(condition=~Q(address=""), name="directory_entry_has_an_address"),
        ]
        indexes = [
            # The list of a directory, and a search for one of its identifiers.
            models.Index(fields=["directory", "id"], name="directory_entry_of_directory"),
            models.Index(
                fields=["directory", "external_id"], condition=~Q(external_id=""), name="directory_entry_by_identifier"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.directory})"
