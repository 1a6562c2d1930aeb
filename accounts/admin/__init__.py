"""The admin of this app. Importing the modules registers their pages."""

from accounts.admin import (
    blocks,
    bulk_actions,
    concerns,
    escalations,
    group_mail,
    mentors,
    notifications,
    people,
    privacy,
    profiles,
    rules,
    settings,
    skills,
    suggested_actions,
    trial,
)

__all__ = [
    "blocks",
    "bulk_actions",
    "concerns",
    "escalations",
    "group_mail",
    "mentors",
    "notifications",
    "people",
    "privacy",
    "profiles",
    "rules",
    "settings",
    "skills",
    "suggested_actions",
    "trial",
]
