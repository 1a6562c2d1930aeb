"""User accounts. The e-mail address is the login."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts import roles
from accounts.models.addresses import AddressField, plain_address
from accounts.models.likeness import KeyField, address_key, name_key
from accounts.models.names import NameField, validate_name
from accounts.models.profile import Profile
from accounts.models.rules import ASKED_OF_USER


class UserManager(BaseUserManager["User"]):
    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return ``email`` as it is stored. One address is one person."""
        return plain_address(email)

    def create_user(self, email: str, password: str | None = None, *, role: str = "", **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email), **fields)
        user.give_role(role)
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            Profile.objects.using(self._db).create(user=user)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, role=User.Role.OWNER, **fields)

    def of_requests(self) -> QuerySet[User]:
        """Return people with what each page needs of its reader: the profile, and ``rules_asked``.

        This is the version of the community rules that they are asked to accept, or None.
        """
        asked = RawSQL(ASKED_OF_USER, ())  # noqa: S611 -- a constant; to compile the ORM's takes 6 ms of each request
        return self.select_related("profile").annotate(rules_asked=asked)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=self.normalize_email(username))


class User(AbstractBaseUser, PermissionsMixin):
    """A member or an admin of the community. Admins have a role, and ``is_staff`` marks those with one.

    ``merged_into`` is the account that has what this one had (``AccountMerge``). It is merged into none itself.

    A service account (``is_service``) is nobody: a program acts for it by an access token. It cannot log in.
    An account that was erased keeps its row, without a name or an address (``Erasure``).
    """

    class Role(models.TextChoices):
        OWNER = roles.OWNER, gettext_lazy("Owner")
        MANAGER = roles.MANAGER, gettext_lazy("Community manager")
        MATCHMAKER = roles.MATCHMAKER, gettext_lazy("Matchmaker")
        VIEWER = roles.VIEWER, gettext_lazy("Viewer")
        PROGRAMME = roles.PROGRAMME, gettext_lazy("Programme manager")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = AddressField("e-mail", unique=True)
    name = NameField(validators=[validate_name])
    is_active = models.BooleanField(default=True)
    role = models.CharField(max_length=10, choices=Role, blank=True, default="", db_default="", editable=False)
    is_staff = models.BooleanField("admin", default=False, editable=False)
    joined_at = models.DateTimeField("member since", default=timezone.now, editable=False)
    bouncing_since_at = models.DateTimeField(
        "address bounces since", null=True, blank=True, editable=False, help_text="A server refused it for good."
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="merged_from"
    )
    is_service = models.BooleanField("service account", default=False, db_default=False, editable=False)
    erased_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="The row names nobody since then. It holds together what others keep.",
    )
    name_key = KeyField(of="name", key=name_key)
    address_key = KeyField(of="email", key=address_key)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            # Two spellings of one address must not become two people.
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
            # A line break in a name would begin a header of a mail.
            models.CheckConstraint(condition=~models.Q(name__regex="[[:cntrl:]]"), name="user_name_is_one_line"),
            models.CheckConstraint(
                condition=models.Q(role="", is_staff=False)
                | models.Q(role__in=["owner", "manager", "matchmaker", "viewer", "programme"], is_staff=True),
                name="user_has_a_role_if_and_only_if_staff",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(is_active=False, role=""),
                name="user_that_was_merged_is_inactive",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="user_is_not_merged_into_itself"
            ),
            # "!" begins a password that no login has.
            models.CheckConstraint(
                condition=models.Q(is_service=False) | models.Q(role="", password__startswith="!"),  # noqa: S106 -- none
                name="user_of_a_service_cannot_log_in",
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(is_active=False, role=""),
                name="user_that_was_erased_is_inactive",
            ),
        ]
        indexes = [
            # The admins: those who get a message, and the owners that are left.
            models.Index(fields=["role", "id"], condition=~models.Q(role=""), name="user_by_role"),
            # The admins' list of addresses that bounce.
            models.Index(
                fields=["bouncing_since_at"],
                condition=models.Q(bouncing_since_at__isnull=False),
                name="user_bouncing",
            ),
            # The admins' list of people who have two accounts: equal keys of names, and of addresses.
            models.Index(
                fields=["name_key", "id"], condition=models.Q(merged_into__isnull=True), name="user_by_name_key"
            ),
            models.Index(
                fields=["address_key", "id"], condition=models.Q(merged_into__isnull=True), name="user_by_address_key"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **options: Any) -> None:
        if (fields := options.get("update_fields")) is not None:
            keys = {"name": "name_key", "email": "address_key"}
            options["update_fields"] = {*fields, *(key for field, key in keys.items() if field in fields)}
        super().save(*args, **options)

    def rename(self, name: str) -> None:
        """Set the name and its key. The caller saves both, in bulk."""
        self.name, self.name_key = name, name_key(name)

    @property
    def is_owner(self) -> bool:
        return self.is_active and self.role == self.Role.OWNER

    def give_role(self, role: str) -> None:
        """Set the role, or take it away with "". The caller saves."""
        self.role, self.is_staff = role, role != ""

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Return whether the user is an active admin whose role may do it. No row of a model is an exception."""
        return self.is_active and roles.may(self.role, perm)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and roles.may_anything_of(self.role, app_label)

    def clean(self) -> None:
        super().clean()
        self.email = User.objects.normalize_email(self.email)


class ServiceAccount(User):
    """The accounts without a person, for pages of their own."""

    class Meta:
        proxy = True
        verbose_name = "service account"
