"""The wiring as Django apps: for its static files, and for the admin site of this project."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    name = "config"


class CommunityAdminConfig(AdminConfig):
    default = False
    default_site = "config.admin_site.CommunityAdminSite"
