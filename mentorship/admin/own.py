"""Admins who are mentors or mentees themselves: other admins look after their mentorships."""

from __future__ import annotations

from typing import TypeVar, cast

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from accounts.models import User

Row = TypeVar("Row", bound=Model)


def besides_own(rows: QuerySet[Row], request: HttpRequest) -> QuerySet[Row]:
    """Return the ``rows`` about mentorships in which the admin is not one of the two.

    What somebody says about an admin as their mentor is not for this admin to read or to judge.
    """
    admin = cast(User, request.user)
    return rows.exclude(Q(mentorship__mentee=admin) | Q(mentorship__mentor__user=admin))
