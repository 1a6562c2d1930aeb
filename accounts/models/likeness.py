"""Keys that are equal for names, and for addresses, that may belong to one person. They suggest, and prove nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from django.db import models

KEY_MAX = 200  # characters: an index has no room for more
APOSTROPHES = "'’‘`´ʼ′"

# Domains of one provider that lead to one mailbox.
SAME_MAILBOX = {
    "googlemail.com": "gmail.com",
    "pm.me": "proton.me",
    "protonmail.com": "proton.me",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
}
# Providers that ignore dots before the @, and those that ignore a plus and what follows it.
IGNORE_DOTS = frozenset({"gmail.com", "proton.me"})
IGNORE_TAGS = IGNORE_DOTS | {"icloud.com", "outlook.com", "hotmail.com", "live.com", "fastmail.com", "fastmail.fm"}


def name_key(name: str) -> str:
    """Return a text that is equal for spellings of one name: in any case and order, with or without accents."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    bare = "".join(" " if _parts(letter) else letter for letter in letters if not _is_ignored(letter))
    return " ".join(sorted(bare.split()))[:KEY_MAX]


def address_key(address: str) -> str:
    """Return a text that is equal for addresses that lead to one mailbox at the providers whose habits are known."""
    local, _at, domain = address.casefold().rpartition("@")
    domain = SAME_MAILBOX.get(domain, domain)
    if domain in IGNORE_TAGS:
        local = local.partition("+")[0] or local
    if domain in IGNORE_DOTS:
        local = local.replace(".", "")
    return f"{local}@{domain}"[:KEY_MAX]


def _is_ignored(letter: str) -> bool:
    return letter in APOSTROPHES or unicodedata.combining(letter) != 0 or unicodedata.category(letter) == "Cf"


def _parts(letter: str) -> bool:
    """Return whether a character stands between two words. Vowel signs of Indic scripts are part of a word."""
    return unicodedata.category(letter)[0] not in "LMN"


class KeyField(models.CharField):
    """A key that is computed from another field with each save."""

    def __init__(self, *args: Any, of: str = "", key: Callable[[str], str] = str, **options: Any) -> None:
        self.of, self.key = of, key
        super().__init__(*args, **{"max_length": KEY_MAX, "editable": False, "default": "", **options})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Stand in migrations as the column it is: migrations import no application code."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = self.key(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value
