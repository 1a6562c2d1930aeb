from django.db import migrations


class Migration(migrations.Migration):
    """A row about somebody in a cohort ended with the number of the cohort. Its import names the cohort."""

    dependencies = [("matching", "0049_pairs_held_in_drafts")]

    operations = [
        migrations.RunSQL(
            "UPDATE matching_importrow SET subject = regexp_replace(subject, ' [0-9]*$', '') WHERE kind = 'cohort'",
            migrations.RunSQL.noop,
        )
    ]
