"""Number the matches of each request: each search had numbered its own from 1."""

from django.db import migrations

FORWARDS = """
UPDATE matching_match SET rank = ordered.place
FROM (
    SELECT id, row_number() OVER (
        PARTITION BY help_request_id
        ORDER BY status NOT IN ('proposed', 'asked', 'clarifying', 'offered'),
            fit - load_cost - silence_cost + interest_bonus DESC, created_at, rank, id
    ) AS place FROM matching_match
) ordered
WHERE ordered.id = matching_match.id AND ordered.place <> matching_match.rank;
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0019_rank_among_all")]
    operations = [migrations.RunSQL(FORWARDS, migrations.RunSQL.noop)]
