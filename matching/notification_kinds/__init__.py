"""The messages of this app; importing the modules registers them, in the order in which people choose about them.

Each context reads the values that are true now; None skips the message.
"""

from matching.notification_kinds import suggestions  # isort: skip
from matching.notification_kinds import questions  # isort: skip
from matching.notification_kinds import reminders  # isort: skip
from matching.notification_kinds import weekly  # isort: skip
from matching.notification_kinds import admins  # isort: skip

__all__ = ["admins", "questions", "reminders", "suggestions", "weekly"]
