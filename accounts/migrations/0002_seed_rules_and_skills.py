"""The first community rules and the taxonomy that comes with the system."""

import json
import unicodedata
from pathlib import Path

from django.db import migrations

SKILLS = Path(__file__).resolve().parent.parent / "data" / "skills.json"

RULES = """\
Mentoring here is given freely and taken seriously. Five rules keep it that way.

1. Be concrete. Say who you are, what you want to reach, what is missing and what you ask for. "Be my mentor" is not a request.

2. Answer. A no within a few days is a kindness; silence is not. Come to what you agreed to, or cancel a day before.

3. Be kind and be honest. No harassment, no discrimination, no selling.

4. Keep it between you. What is said in a session stays there unless both agree.

5. Time is the scarce thing. Come prepared, keep to the time, and say thank you.
"""


def key_of(words):
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def seed(apps, schema_editor):
    apps.get_model("accounts", "CommunityRules").objects.get_or_create(version=1, defaults={"text": RULES})
    Skill = apps.get_model("accounts", "Skill")
    SkillAlias = apps.get_model("accounts", "SkillAlias")
    entries = json.loads(SKILLS.read_text())
    skills = Skill.objects.bulk_create(
        Skill(name=entry["name"], key=key_of(entry["name"]), field=entry["field"]) for entry in entries
    )
    of = {skill.name: skill for skill in skills}
    SkillAlias.objects.bulk_create(
        SkillAlias(skill=of[entry["name"]], name=alias["name"], key=key_of(alias["name"]), field=alias.get("field", ""))
        for entry in entries
        for alias in entry["aliases"]
    )
    Broader = Skill.part_of.through
    Broader.objects.bulk_create(
        Broader(from_skill=of[entry["name"]], to_skill=of[broader])
        for entry in entries
        for broader in entry.get("part_of", [])
    )


def unseed(apps, schema_editor):
    names = [entry["name"] for entry in json.loads(SKILLS.read_text())]
    apps.get_model("accounts", "Skill").objects.filter(name__in=names).delete()
    apps.get_model("accounts", "CommunityRules").objects.filter(version=1, acceptances=None).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(seed, unseed)]
