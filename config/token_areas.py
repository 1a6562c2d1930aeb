"""The area of each route of the API, for the scopes of access tokens (accounts/scopes.py). Plain values.

A token calls no route without an area. A test goes through all routes: a new one needs a row, or NOT_BY_TOKEN.
"""

from __future__ import annotations

from accounts.scopes import MENTORSHIPS, PROFILE, REQUESTS

# From the beginning of a route to its area. The longest one counts.
AREAS = {
    "me/": PROFILE,
    "me/turns/": REQUESTS,
    "me/mentor/how-found/": REQUESTS,
    "me/mentor/openings/": REQUESTS,
    "me/mentor/feedback/": MENTORSHIPS,
    "me/mentor/record/": MENTORSHIPS,
    "notifications/": PROFILE,
    "rules/": PROFILE,
    "skills/": PROFILE,
    "cohort-pairs/": REQUESTS,
    "cohorts/": REQUESTS,
    "goal-kinds/": REQUESTS,
    "goals/": REQUESTS,
    "handovers/": REQUESTS,
    "help-requests/": REQUESTS,
    "inbox/": REQUESTS,
    "matches/": REQUESTS,
    "mentors/": REQUESTS,
    "question-bank/": REQUESTS,
    "requests-for-me/": REQUESTS,
    "credentials/": MENTORSHIPS,
    "company-numbers/": MENTORSHIPS,
    "mentorships/": MENTORSHIPS,
    "milestones/": MENTORSHIPS,
    "practice/": MENTORSHIPS,
    "practice-items/": MENTORSHIPS,
    "session-kinds/": MENTORSHIPS,
    "sessions/": MENTORSHIPS,
    "steps/": MENTORSHIPS,
}
# Only a person at a login does this: make tokens and other secrets, consent, safety, take or erase all data, and all
# that admins do.
NOT_BY_TOKEN = (
    *("tokens/", "me/calendar/", "me/busy-calendar/", "me/staff-reads/", "rules/accept/", "blocks/", "concerns/"),
    *("exports/", "me/erasure/"),
    *("figures/", "mentor-applications/", "cohorts/<uuid:uuid>/drafts/", "cohorts/<uuid:uuid>/answers/"),
    *("cohort-drafts/", "organised-cohorts/"),
)


def area_of(route: str) -> str | None:
    """Return the area of a route, such as "goals/<uuid:uuid>/". None if no token may call it."""
    if route.startswith(NOT_BY_TOKEN):
        return None
    return next((AREAS[start] for start in sorted(AREAS, key=len, reverse=True) if route.startswith(start)), None)
