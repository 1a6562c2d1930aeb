"""Steps of newcomers in this app: for mentors the application and the offer, for mentees a goal."""

from __future__ import annotations

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.first_steps import Role, Step, mentor_of, register
from accounts.models import Profile
from mentorship.models import Goal


def _has_offer(profile: Profile) -> bool:
    mentor = mentor_of(profile)
    return mentor is not None and bool(mentor.teaches and mentor.formats) and mentor.goal_kinds.exists()


register(
    Step(
        code="application",
        role=Role.MENTOR,
        position=10,
        title=_("Apply as a mentor"),
        why=_("Say why you want to mentor. An admin decides, and you get a mail."),
        url=partial(reverse, "offer"),
        is_done=lambda profile: mentor_of(profile) is not None,
    )
)
register(
    Step(
        code="offer",
        role=Role.MENTOR,
        position=20,
        title=_("Say what you offer"),
        why=_("What you teach, which goals you help with, and how many people at once."),
        url=partial(reverse, "offer-change"),
        is_done=_has_offer,
    )
)
register(
    Step(
        code="goal",
        role=Role.MENTEE,
        position=10,
        title=_("State a goal"),
        why=_("What you want to reach: a role, a field, perhaps a country and a date."),
        url=partial(reverse, "goal-new"),
        is_done=lambda profile: Goal.objects.filter(mentee=profile.user_id).exists(),
    )
)
