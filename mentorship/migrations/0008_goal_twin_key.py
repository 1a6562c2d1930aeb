from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("mentorship", "0007_ends_are_planned"),
    ]

    operations = [
        migrations.AddField(
            model_name="goal",
            name="twin_key",
            field=models.TextField(default="", editable=False),
            preserve_default=False,
        ),
    ]
