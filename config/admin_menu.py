"""The menu of the admin: lists in the order of an admin's work, whatever app they are of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.text import slugify

MENU: dict[str, tuple[str, ...]] = {
    "People": ("User", "MentorProfile", "Profile", "Import", "Exclusion", "DataExport", "Erasure"),
    "Requests and matches": ("WaitingRequest", "HelpRequest", "Match", "Goal", "Handover", "Cohort"),
    "Mentorships": (
        *("Mentorship", "Session", "ActionItem", "Milestone", "PracticeRecord", "Feedback", "OrganiserNote"),
        *("Credential", "CalendarAddress", "BusyCalendar"),
    ),
    "Safety": ("Concern", "Block"),
    "Mail": ("GroupMail", "Notification", "TrialMode"),
    "Programs": (
        *("AccessToken", "ServiceAccount", "DirectoryEntry", "WebhookEndpoint", "WebhookDelivery"),
        "IdentityProvider",
    ),
    "The community": (
        *("CommunityRules", "RulesAcceptance", "CommunitySetting", "GoalKind", "SessionKind", "Skill", "Escalation"),
        "BulkAction",
    ),
}


def menu_of(apps: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return Django's list of apps and models, which knows what the reader may see, as the groups of MENU.

    A model without a group is an error that tests find: KeyError.
    """
    listed = {model["object_name"]: model for app in apps for model in app["models"]}
    groups = []
    for name, models in MENU.items():
        if shown := [listed.pop(model) for model in models if model in listed]:
            label = slugify(name)
            address = f"{reverse('admin:index')}#menu-{label}"
            groups.append({"name": name, "app_label": label, "app_url": address, "models": shown})
    for model in listed:
        raise KeyError(f"{model} is in no group of the menu")
    return groups
