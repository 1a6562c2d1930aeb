"""Admins who are members too: other admins decide about what they are a part of."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.exceptions import AboutYourself
from accounts.models import User


def must_be_about_others(by: User | None, *people: int) -> None:
    """Raise AboutYourself if ``by``, who decides as an admin, is one of ``people``. ``by`` None is a sweep.

    ``people`` are primary keys of users. Each verb of admins about a request, a match, a mentorship or a session calls
    this under its lock.
    """
    if by is not None and by.pk in people:
        raise AboutYourself(_("This is about yourself. Another admin has to decide."))
