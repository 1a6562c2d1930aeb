"""Goals, and what happens between two people."""

from django.apps import AppConfig


class MentorshipConfig(AppConfig):
    name = "mentorship"
