"""Facts of this app that an approved mentor has to state."""

from django.utils.translation import gettext_lazy

from accounts.readiness import register

register(gettext_lazy("the kinds of goals you help with"), lambda mentor: mentor.goal_kinds.exists())
