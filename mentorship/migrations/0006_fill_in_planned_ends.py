"""Give the kinds of goals their usual lengths, and ongoing mentorships a planned end.

One that has run for long gets six weeks from now, so that nobody is asked about an end that is past.
"""

from django.db import migrations

WEEKS = {"job_search": 16, "promotion": 26, "academia_to_industry": 26, "job_abroad": 26, "role_change": 20}

FORWARDS = """
UPDATE mentorship_mentorship AS m SET planned_end_on = GREATEST(
    m.started_at::date + 7 * k.usual_weeks, CASE WHEN m.status IN ('active', 'paused') THEN CURRENT_DATE + 42 END)
FROM mentorship_goal g JOIN mentorship_goalkind k ON k.id = g.kind_id
WHERE g.id = m.goal_id AND m.format = 'ongoing';
UPDATE mentorship_goal SET ended_at = created_at WHERE status <> 'active';
"""


def set_usual_weeks(apps, schema_editor):
    for code, weeks in WEEKS.items():
        apps.get_model("mentorship", "GoalKind").objects.filter(code=code).update(usual_weeks=weeks)


class Migration(migrations.Migration):

    dependencies = [
        ("mentorship", "0005_planned_ends"),
    ]

    operations = [
        migrations.RunPython(set_usual_weeks, migrations.RunPython.noop),
        migrations.RunSQL(FORWARDS, migrations.RunSQL.noop),
    ]
