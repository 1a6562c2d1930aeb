"""The messages of this app. Importing the modules registers them, in the order of the delivery settings.

Each context function reads current values. It returns None if the message is no longer true.
"""

from matching.notification_kinds import suggestions  # isort: skip
from matching.notification_kinds import questions  # isort: skip
from matching.notification_kinds import cohort_pairs  # isort: skip
from matching.notification_kinds import cohort_places  # isort: skip
from matching.notification_kinds import cohort_organisers  # isort: skip
from matching.notification_kinds import reminders  # isort: skip
from matching.notification_kinds import handovers  # isort: skip
from matching.notification_kinds import weekly  # isort: skip
from matching.notification_kinds import admins  # isort: skip

__all__ = [
    "admins",
    "cohort_organisers",
    "cohort_pairs",
    "cohort_places",
    "handovers",
    "questions",
    "reminders",
    "suggestions",
    "weekly",
]
