"""Words that name somebody: a question with any of them is not shared with the question bank.

Addresses, links, telephone numbers, and the names of the people that the record's owner works with here are found.
Names of anybody else and of firms are not: the page asks people to leave them out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import Q

from accounts.models import User

MAIL = re.compile(r"\S+@\S+\.\S+")
LINK = re.compile(r"https?:|www\.|\b[\w-]{2,}\.(?:com|org|net|info|io|ai|eu|example|test)\b", re.IGNORECASE)
NUMBER = re.compile(r"\+?\d[\d ()/.\-]{5,}\d")
YEARS = re.compile(r"(?:19|20)\d\d\s*[-/.]\s*(?:19|20)\d\d")
DIGITS_OF_A_NUMBER = 7
PART_OF_A_NAME = 3  # characters


def names_around(owner: User) -> list[str]:
    """Return the names of ``owner`` and of all whom they have had a mentorship with, in either role. One query."""
    with_mentees = Q(mentor__mentorships__mentee=owner)
    with_mentors = Q(mentorships_as_mentee__mentor__user=owner)
    people = User.objects.filter(Q(pk=owner.pk) | with_mentees | with_mentors)
    return sorted(set(people.values_list("name", flat=True)))


def naming(text: str, names: Iterable[str]) -> str:
    """Return the first words of ``text`` that name somebody. Empty if nothing is found."""
    for pattern in (MAIL, LINK):
        if found := pattern.search(text):
            return found[0]
    for found in NUMBER.finditer(text):
        if not YEARS.fullmatch(found[0]) and sum(map(str.isdigit, found[0])) >= DIGITS_OF_A_NUMBER:
            return found[0]
    for name in names:
        if re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE):
            return name
        for part in name.split():
            # A name such as Will or Mark is a word as well, at the start of a question or in small letters.
            if len(part) >= PART_OF_A_NAME and re.search(rf"(?<=[\w,]\s){re.escape(part)}\b", text):
                return part
    return ""
