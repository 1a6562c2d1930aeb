from django.db import migrations, models

import accounts.models.profile


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_encrypt_second_factors'),
    ]

    operations = [
        migrations.AddField(
            model_name='profile',
            name='language',
            field=models.CharField(blank=True, default='', help_text='A language of the site, such as en. Empty: its first one.', max_length=16, validators=[accounts.models.profile.validate_site_language], verbose_name='language of pages and mails'),
        ),
    ]
