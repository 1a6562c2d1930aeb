"""The admin site of this project."""

from __future__ import annotations

from config.admin_input import StrictAdminSite


class CommunityAdminSite(StrictAdminSite):
    pass
