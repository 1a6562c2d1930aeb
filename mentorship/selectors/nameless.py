"""Words that name somebody: a question with any of them is not shared with the question bank.

Addresses, links, telephone numbers, and the names and employers of the people that the record's owner works with here
are found. Other names of people and firms are not: the page asks people to leave them out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User

MAIL = re.compile(r"\S+@\S+\.\S+|\w+\s*[\[({]\s*at\s*[\])}]\s*\w+", re.IGNORECASE)
# Endings of addresses that are no endings of files or words. ASP.NET and ML.NET are no addresses.
LINK = re.compile(
    r"https?:|\bwww\.|\bt\.me/"
    r"|\b[\w-]{2,}\.(?:(?i:com|org|info|io|ai|app|dev|eu|uk|de|fr|es|it|nl|ch|pl|ru|br|cz|dk|fi|se|example|test)|net)\b",
)
NUMBER = re.compile(r"\+?\d[\d ()/.\-]{5,}\d")
YEARS = re.compile(r"(?:19|20)\d\d\s*[-/.]\s*(?:19|20)\d\d")
DIGITS_OF_A_NUMBER = 7
PART_OF_A_NAME = 3  # characters
# The beginning of a sentence, where a name cannot be told by its first letter. "A. Huber" and "Dr. Huber" are none.
BEGINNING = re.compile(r"(?:^|(?<!\b[A-Z])(?<!\b[DM]r)(?<!\bMs)(?<!\bMrs)[.?!…])[\s\"'“”„«»‘’(\[]*$")
# Accents, and characters without a width.
HIDDEN = ("Mn", "Cf")
# From here on scripts write no spaces between words.
WITHOUT_SPACES = "\u2e80"


@dataclass(frozen=True, slots=True)
class Known:
    """The names of ``people``, and of the ``firms`` that they work for."""

    people: list[str]
    firms: list[str]


def names_around(owner: User) -> Known:
    """Return the names around ``owner``: their own, and those of all whom they have had a mentorship with.

    In either role. One query.
    """
    with_mentees = Q(mentor__mentorships__mentee=owner)
    with_mentors = Q(mentorships_as_mentee__mentor__user=owner)
    people = User.objects.filter(Q(pk=owner.pk) | with_mentees | with_mentors)
    rows = set(people.values_list("name", "profile__employer"))
    return Known(sorted({name for name, _firm in rows}), sorted({firm for _name, firm in rows if firm}))


def naming(text: str, known: Known) -> str:
    """Return the first words of ``text`` that name somebody. Empty if nothing is found."""
    text = _plain(text)
    for pattern in (MAIL, LINK):
        if found := pattern.search(text):
            return found[0]
    for found in NUMBER.finditer(text):
        if not YEARS.fullmatch(found[0]) and sum(map(str.isdigit, found[0])) >= DIGITS_OF_A_NUMBER:
            return found[0]
    for name in map(_plain, known.people):
        if _is_in(name, text, re.IGNORECASE):
            return name
        for part in name.split():
            if len(part) >= PART_OF_A_NAME and _names(part, text):
                return part
    for firm in map(_plain, known.firms):
        if _names(firm, text):
            return firm
    return ""


def _plain(text: str) -> str:
    """Return ``text`` without accents and invisible characters, and with one space between words."""
    shown = "".join(sign for sign in unicodedata.normalize("NFKD", text) if unicodedata.category(sign) not in HIDDEN)
    return " ".join(shown.split())


def _is_in(name: str, text: str, flags: int = 0) -> bool:
    if name >= WITHOUT_SPACES:
        return name in text
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, flags) is not None


def _names(word: str, text: str) -> bool:
    """Return whether ``word`` is written as a name: with its capitals, or in capitals, and not where each word has one.

    A name such as Will, Mark or Target is a word as well, at the beginning of a sentence or in small letters.
    """
    if word >= WITHOUT_SPACES:
        return word in text
    for found in re.finditer(rf"(?<!\w)(?:{re.escape(word)}|{re.escape(word.upper())})(?!\w)", text):
        if not BEGINNING.search(text[: found.start()]):
            return True
    return False
