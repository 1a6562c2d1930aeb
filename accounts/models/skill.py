"""The taxonomy: one name for each skill, and what other fields call it."""

from __future__ import annotations

import unicodedata

from django.db import models


def normalise(words: str) -> str:
    """Return ``words`` as they are compared: composed, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


class Skill(models.Model):
    name = models.CharField(max_length=80, help_text="As it is shown.")
    key = models.CharField(max_length=80, unique=True, editable=False)
    field = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.key = normalise(self.name)
        super().save(*args, **kwargs)


class SkillAlias(models.Model):
    """What somebody else calls the skill. An alias means one skill only."""

    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=80, unique=True, editable=False)
    field = models.CharField(max_length=80, blank=True, help_text="Who says it so, such as particle physics.")

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "skill aliases"

    def __str__(self) -> str:
        return f"{self.name} = {self.skill.name}"

    def save(self, *args, **kwargs) -> None:
        self.key = normalise(self.name)
        super().save(*args, **kwargs)
