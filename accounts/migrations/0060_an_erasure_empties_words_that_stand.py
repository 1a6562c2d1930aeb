"""A trigger keeps the words of a concern. It lets an erasure empty them, and replace a name in them."""

import importlib

from django.db import migrations

before = importlib.import_module("accounts.migrations.0035_concerns_follow_a_merge")
LET = """BEGIN
    IF current_setting('community.erases', true) = 'yes' THEN
        RETURN NEW;
    END IF;"""
START = before.FOLLOW.index("CREATE OR REPLACE FUNCTION accounts_keep_concern")
KEEP = before.FOLLOW[START : before.FOLLOW.index("END $$;", START) + len("END $$;")]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0059_exports_erasures_and_legal_holds")]
    operations = [migrations.RunSQL(KEEP.replace("BEGIN", LET, 1), KEEP)]
