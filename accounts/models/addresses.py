"""E-mail addresses: one form for each, and one check for sign-up, change, import, admin and createsuperuser."""

from __future__ import annotations

import unicodedata
from typing import Any

import email_validator
import idna
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

EMAIL_MAX = 254


def plain_address(email: str | None) -> str:
    """Return ``email`` as it is stored: in lower case, with the domain in its ASCII form (IDNA 2008).

    Mail servers know that form only. An address that is none is returned in lower case.
    """
    email = unicodedata.normalize("NFC", (email or "").strip()).lower()
    local, at, domain = email.rpartition("@")
    if not at or len(domain) > EMAIL_MAX:
        return email
    try:
        domain = idna.encode(idna.uts46_remap(domain, std3_rules=False, transitional=False)).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return email
    return f"{local}@{domain}".lower()


def validate_address(email: str) -> None:
    """Refuse an address that mail programs read in another way, or that no server delivers. Nothing is looked up."""
    email = plain_address(email)
    if len(email) > EMAIL_MAX:
        raise ValidationError(
            _("This address is too long: an e-mail address has at most %(number)s characters.") % {"number": EMAIL_MAX},
            code="email",
        )
    try:
        if "=?" in email:
            raise email_validator.EmailSyntaxError(_("It has an encoded word in it."))
        # Addresses under .test are for trials and tests.
        email_validator.validate_email(email, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except (email_validator.EmailNotValidError, UnicodeError) as error:
        reason = str(error) if isinstance(error, email_validator.EmailNotValidError) else ""
        raise ValidationError(
            (_("Write an e-mail address such as anna@example.org.") + f" {reason}").strip(), code="email"
        ) from None


class AddressField(models.EmailField):
    """An e-mail address in the form of ``plain_address``."""

    default_validators = [validate_address]

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Stand in migrations as the column it is: migrations import no application code."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return plain_address(value) if isinstance(value, str) else value
