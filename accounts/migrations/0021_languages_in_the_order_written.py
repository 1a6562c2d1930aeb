from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0020_language_of_pages_and_mails")]
    operations = [migrations.AlterModelOptions(name="language", options={"ordering": ["pk"]})]
