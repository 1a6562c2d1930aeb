"""What is asked already gets the deadline that it would have got."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("matching", "0006_clocks_and_queue")]
    operations = [
        migrations.RunSQL(
            "UPDATE matching_match SET answer_due_at = asked_at + interval '5 days' WHERE status = 'asked'",
            migrations.RunSQL.noop,
        )
    ]
