"""Columns by which lists of rows of a mentorship find its two people."""

OF_PERSON = ("mentorship__mentee", "mentorship__mentor__user")
SEARCH_FIELDS = ["=mentorship__uuid", *(f"{person}__{name}" for person in OF_PERSON for name in ("email", "name"))]
