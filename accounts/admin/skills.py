"""Skills in the admin, with their other names."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin

from accounts.admin.used import Use, Used
from accounts.models import Skill, SkillAlias
from accounts.selectors import people_who_name


class SkillAliasInline(admin.TabularInline):
    model = SkillAlias
    extra = 1


@admin.register(Skill)
class SkillAdmin(Used):
    after_a_change = "All mentors are judged anew, and waiting requests are looked at again."
    instead = (
        "Switch it off instead (“can be chosen”), or give it another name. To make it an alias of another skill: give "
        "it another name here, add the old name and its aliases to the other skill, then delete it."
    )
    list_display = ["name", "field", "is_offered"]
    list_filter = ["is_offered", "field"]
    search_fields = ["name", "aliases__name"]
    autocomplete_fields = ["part_of"]
    inlines = [SkillAliasInline]

    def uses_of(self, row: Skill) -> Sequence[Use]:
        mentors, people = people_who_name(row)
        return (
            Use(mentors, "mentor who helps with it", "mentors who help with it"),
            Use(people, "profile that names it", "profiles that name it"),
            Use(row.parts.count(), "skill that is part of it", "skills that are part of it"),
        )
