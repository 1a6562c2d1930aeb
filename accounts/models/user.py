"""User accounts. The e-mail address is the login."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models.addresses import AddressField, plain_address
from accounts.models.names import NameField, validate_name
from accounts.models.profile import Profile


class UserManager(BaseUserManager["User"]):
    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return ``email`` as it is stored. One address is one person."""
        return plain_address(email)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            Profile.objects.using(self._db).create(user=user)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=self.normalize_email(username))


class User(AbstractBaseUser, PermissionsMixin):
    """A member or an admin of the community. ``is_staff`` marks community admins."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = AddressField("e-mail", unique=True)
    name = NameField(validators=[validate_name])
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("admin", default=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    bouncing_since_at = models.DateTimeField(
        "address bounces since", null=True, blank=True, editable=False, help_text="A server refused it for good."
    )

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
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Return whether the user is an active admin. Admins may do everything that admin pages offer."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    def clean(self) -> None:
        super().clean()
        self.email = User.objects.normalize_email(self.email)
