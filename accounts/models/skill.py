"""The taxonomy of skills: one name for each, its aliases in other fields, and broader skills."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

KEY_MAX = 80


def normalise(words: str) -> str:
    """Return ``words`` for comparison: composed (NFKC), case folded, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


class Skill(models.Model):
    """A skill. ``part_of`` names broader skills: a mentor for this one can partly help with them."""

    name = models.CharField(max_length=80, help_text="As it is shown.")
    key = models.CharField(max_length=KEY_MAX, unique=True, editable=False)
    field = models.CharField(max_length=80, blank=True)
    is_offered = models.BooleanField(
        "can be chosen",
        db_default=True,
        default=True,
        help_text="Off: what names it keeps it, and it is not suggested any more.",
    )
    part_of = models.ManyToManyField("self", symmetrical=False, related_name="parts", blank=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.key = normalise(self.name)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.key = free_key(self, self.name)


class SkillAlias(models.Model):
    """Another name of a skill. An alias belongs to one skill only."""

    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=KEY_MAX, unique=True, editable=False)
    field = models.CharField(max_length=80, blank=True, help_text="Who says it so, such as particle physics.")

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "skill aliases"

    def __str__(self) -> str:
        return f"{self.name} = {self.skill.name}"

    def save(self, *args, **kwargs) -> None:
        self.key = normalise(self.name)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.key = free_key(self, self.name)


def free_key(row: Skill | SkillAlias, name: str) -> str:
    """Return the key of ``name``. Raises ValidationError if it is too long or names another skill."""
    key = normalise(name)
    if len(key) > KEY_MAX:
        raise ValidationError({"name": _("Use at most %(number)s characters.") % {"number": KEY_MAX}})
    for model in (Skill, SkillAlias):
        same = model._default_manager.filter(key=key).first()
        if same is not None and same != row:
            raise ValidationError({"name": _("“%(name)s” is there already: %(same)s.") % {"name": name, "same": same}})
    return key
