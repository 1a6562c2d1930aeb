"""The messages of this app. Importing the modules registers them, in the order of the delivery settings."""

from mentorship.notification_kinds import mentorships  # isort: skip
from mentorship.notification_kinds import going  # isort: skip
from mentorship.notification_kinds import sessions  # isort: skip
from mentorship.notification_kinds import steps  # isort: skip
from mentorship.notification_kinds import practice  # isort: skip
from mentorship.notification_kinds import outcomes  # isort: skip
from mentorship.notification_kinds import credentials  # isort: skip

__all__ = ["credentials", "going", "mentorships", "outcomes", "practice", "sessions", "steps"]
