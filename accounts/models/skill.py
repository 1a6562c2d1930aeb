"""The taxonomy: one name for each skill, and what other fields call it."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.db import models

KEY_MAX = 80


def normalise(words: str) -> str:
    """Return ``words`` as they are compared: composed, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


class Skill(models.Model):
    """``part_of`` names broader skills: who teaches the narrower one can help somewhat with the broader."""

    name = models.CharField(max_length=80, help_text="As it is shown.")
    key = models.CharField(max_length=KEY_MAX, unique=True, editable=False)
    field = models.CharField(max_length=80, blank=True)
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
    """What somebody else calls the skill. An alias means one skill only."""

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
    """Return the key of ``name``, or raise ValidationError if it means something else already."""
    key = normalise(name)
    if len(key) > KEY_MAX:
        raise ValidationError({"name": f"Use at most {KEY_MAX} characters."})
    for model in (Skill, SkillAlias):
        same = model._default_manager.filter(key=key).first()
        if same is not None and same != row:
            raise ValidationError({"name": f"“{name}” is there already: {same}."})
    return key
