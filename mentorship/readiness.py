"""Facts of this app that an approved mentor has to state."""

from accounts.readiness import register

register("the kinds of goals you help with", lambda mentor: mentor.goal_kinds.exists())
