"""Give every goal the key of its twins: role, field and country in normal form.

Two active twins of before stay apart: the key of the later one carries its number, and it gets its own key with the
next change.
"""

import unicodedata

from django.db import migrations


def plain(text):
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category == "Cf":
            continue
        is_gap = character.isspace() or (category.startswith("P") and character != "#")
        kept.append(" " if is_gap else character)
    return " ".join("".join(kept).split())


def fill_in(apps, schema_editor):
    goals = apps.get_model("mentorship", "Goal").objects
    seen = set()
    for goal in goals.order_by("pk").iterator():
        key = "|".join([plain(goal.target_role), plain(goal.target_field), str(goal.target_country or "")])
        mine = (goal.mentee_id, goal.kind_id, key)
        if goal.status == "active" and mine in seen:
            key = f"{key}|{goal.pk}"
        elif goal.status == "active":
            seen.add(mine)
        goals.filter(pk=goal.pk).update(twin_key=key)


class Migration(migrations.Migration):

    dependencies = [
        ("mentorship", "0008_goal_twin_key"),
    ]

    operations = [
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
