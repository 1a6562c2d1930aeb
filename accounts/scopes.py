"""Scopes of access tokens: what a token may read and write. Plain values.

``config/token_areas.py`` says to which area each route of the API belongs.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

PROFILE, REQUESTS, MENTORSHIPS = "profile", "requests", "mentorships"

SCOPES: dict[str, str | Promise] = {
    "profile:read": gettext_lazy("read your profile, your offer as a mentor and your messages"),
    "profile:write": gettext_lazy("change your profile, your offer as a mentor and your messages"),
    "requests:read": gettext_lazy("read your goals, requests and matches, and the mentors"),
    "requests:write": gettext_lazy("write requests, ask mentors and answer questions"),
    "mentorships:read": gettext_lazy("read your mentorships, sessions and next steps"),
    "mentorships:write": gettext_lazy("plan sessions, and change your mentorships and next steps"),
}
# The directory of an employer enters and closes accounts by it (SCIM). No person has it.
PROVISION = "people:provision"
# A service account reads only, or provisions people: it takes part in nothing, so no matching ever finds it.
SERVICE_SCOPES: dict[str, str | Promise] = {
    **{scope: words for scope, words in SCOPES.items() if scope.endswith(":read")},
    PROVISION: gettext_lazy("enter, change and close accounts by SCIM, as the directory of an employer"),
}


def scope_for(area: str, *, writes: bool) -> str:
    return f"{area}:{'write' if writes else 'read'}"
