import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("matching", "0020_renumber_matches"),
    ]

    operations = [
        migrations.AddField(
            model_name="helprequest",
            name="copied_from",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="copies",
                to="matching.helprequest",
            ),
        ),
        migrations.AddConstraint(
            model_name="helprequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(status="draft"),
                fields=["copied_from"],
                name="help_request_one_draft_per_copied_request",
            ),
        ),
    ]
