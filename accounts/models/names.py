"""Names of people, as they stand in mails to strangers. One check for sign-up, API, import and admin."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

NAME_MAX = 100
# Apostrophes, hyphens, dots and the like, in the forms that keyboards of different scripts write.
PUNCTUATION = frozenset("'’‘`´-‐‑‒–־.·•・‧׳״,()")
JOINERS = "\u200c\u200d"  # between the letters of Persian and Indic names
# Letters and marks that nobody sees.
INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
MISPLACED_JOINER = re.compile(f"(?:^|[^\\w\u0300-\u0dff])[{JOINERS}]|[{JOINERS}](?:$|[\\s{JOINERS}])")
STACKED_MARKS = 5
# A label, a dot and two letters or more: mail programs make a link of it. “J.Smith” is a name, “t.co” is a link.
LINK = re.compile(r"[^\W_][\w-]+\.[^\W\d_]{2,}|\b[^\W_]\.(?=[^\W\d_]{2,})")

# Top-level domains that follow a label of one character in well-known links. “J.Smith” and “B.Sc” are names.
DOMAINS = frozenset(
    (
        "com net org info biz edu gov co io ai app dev xyz me tv cc ly gl gg uk eu us de fr ru cn "
        "中国 中國 公司 网络 網絡 网址 在线 香港 台湾 台灣 рф рус укр бел ком 한국 닷컴 コム みんな"
    ).split()
)
ENDING = re.compile(r"(?<=\S)\.([^\W\d_]+)")


def plain_name(name: str) -> str:
    """Return ``name`` composed (NFC), with one plain space between its words."""
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in name)
    return re.sub(" +", " ", unicodedata.normalize("NFC", spaced)).strip(" ")


def validate_name(name: str) -> None:
    """Refuse names that a mail program could take for an address, a link or a header, or that cannot be read."""
    if len(name) > NAME_MAX:
        # Fields count the characters that were written, and refuse. The search for links would take seconds.
        return
    name = plain_name(name)
    if len(name) > NAME_MAX:
        # NFC makes two characters of some.
        raise ValidationError(
            _("A name has at most %(most)s characters. This one has %(number)s.")
            % {"most": NAME_MAX, "number": len(name)},
            code="max_length",
        )
    strange = sorted({character for character in name if not _belongs(character)})
    if strange or INVISIBLE.search(name) or MISPLACED_JOINER.search(name):
        shown = " ".join(character for character in strange if character.isprintable())
        raise ValidationError(
            _("A name has no %(signs)s in it. Write it in letters.") % {"signs": shown}
            if shown
            else _(
                "Write your name in letters, on one line, without hidden characters. Type it instead of pasting it."
            ),
            code="name",
        )
    if not any(character.isalpha() for character in name):
        raise ValidationError(_("Write your name in letters, on one line."), code="name")
    if _longest_stack(name) > STACKED_MARKS or unicodedata.category(name[0]).startswith("M"):
        raise ValidationError(_("Write your name with fewer marks above and below its letters."), code="name")
    if _has_domain(name) or any(_is_link(found[0], name[found.end() :]) for found in LINK.finditer(name)):
        raise ValidationError(_("A name has no web address in it. Put a space after a dot."), code="name")


def _belongs(character: str) -> bool:
    return (
        character == " "
        or character in PUNCTUATION
        or character in JOINERS
        or unicodedata.category(character)[0] in "LM"
        or unicodedata.category(character) in ("Nd", "Nl")
    )


def _has_domain(name: str) -> bool:
    """Return whether a well-known top-level domain follows a dot, in any case and width: “X.COM”."""
    # NFKC: mail programs read wide letters as plain ones.
    return any(ending.casefold() in DOMAINS for ending in ENDING.findall(unicodedata.normalize("NFKC", name)))


def _is_link(found: str, rest: str) -> bool:
    """Return whether a label and a dot begin a link. After an initial, a small letter does not begin a name."""
    return not found.endswith(".") or rest[:1].islower()


def _longest_stack(name: str) -> int:
    longest = stack = 0
    for character in name:
        stack = stack + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        longest = max(longest, stack)
    return longest


class NameField(models.CharField):
    """A name, stored with one plain space between its words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", NAME_MAX)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Stand in migrations as the column it is: migrations import no application code."""
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, "django.db.models.CharField", args, kwargs

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return plain_name(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return plain_name(value) if isinstance(value, str) else value
