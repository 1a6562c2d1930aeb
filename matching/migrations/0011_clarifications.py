import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("matching", "0010_log_both_sides"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clarification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("question", models.TextField(max_length=1000)),
                ("asked_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True, max_length=2000)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="clarifications", to="matching.match"
                    ),
                ),
            ],
            options={
                "ordering": ["number", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("match", "number"), name="clarification_once_per_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("match",),
                        name="clarification_one_open_per_match",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__range", (1, 2))), name="clarification_twice_at_most"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True)),
                            models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="clarification_has_an_answer_if_and_only_if_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("question", ""), _negated=True), name="clarification_asks_something"
                    ),
                ],
            },
        ),
        migrations.AddField(
            "match",
            "waits_since_at",
            models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since when it waits for the side whose turn it is.",
                null=True,
            ),
        ),
        migrations.AddField(
            "match",
            "silent_side",
            models.CharField(
                blank=True,
                choices=[("mentee", "Mentee"), ("mentor", "Mentor")],
                default="",
                editable=False,
                help_text="Let it expire.",
                max_length=6,
            ),
        ),
    ]
